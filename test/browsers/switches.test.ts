import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { loadConfig } from '../../src/config.ts';
import { LEAST, problemsOf } from '../support/configProblems.ts';

const STUDIO = 'https://studio.apollographql.com';

const problemsWith = (env: NodeJS.ProcessEnv) => problemsOf({ ...LEAST, ...env });
const allows = (origins: string, origin: string) =>
  loadConfig({ ...LEAST, CORS_ORIGINS: origins }).allowsOrigin?.(origin) ?? false;

describe('explorer, introspection and CORS', () => {
  type Switches = [explorer: string, introspection: boolean, allowsStudio: boolean];
  const cases: [env: Record<string, string>, is: Switches][] = [
    [{}, ['graphiql', true, true]],
    [{ NODE_ENV: 'test' }, ['graphiql', true, true]],
    [{ NODE_ENV: 'production' }, ['off', false, false]],
    [{ NODE_ENV: 'prod' }, ['off', false, false]],
    [{ NODE_ENV: 'staging', EXPLORER: 'graphiql' }, ['graphiql', true, false]],
    [{ NODE_ENV: 'production', EXPLORER: 'graphiql' }, ['graphiql', true, false]],
    [{ NODE_ENV: 'production', EXPLORER: 'sandbox', CORS_ORIGINS: STUDIO }, ['sandbox', true, true]],
    [{ NODE_ENV: 'production', EXPLORER: 'true', INTROSPECTION: 'false' }, ['graphiql', false, false]],
    [{ NODE_ENV: 'production', INTROSPECTION: 'true' }, ['off', true, false]],
    [{ NODE_ENV: 'production', CORS_ORIGINS: STUDIO }, ['off', false, true]],
    [{ CORS_ORIGINS: 'none' }, ['graphiql', true, false]],
    [{ EXPLORER: 'false' }, ['off', false, false]],
    [{ EXPLORER: 'off', INTROSPECTION: 'true' }, ['off', true, false]],
    [{ CORS_ORIGINS: 'https://app.company.example' }, ['graphiql', true, false]],
  ];
  test.each(cases)('of %j are %j', (env, expected) => {
    const { explorer, introspection, allowsOrigin } = loadConfig({ ...LEAST, ...env });

    expect([explorer, introspection, allowsOrigin?.(STUDIO) ?? false]).toEqual(expected);
  });
});

describe('an origin', () => {
  test.each([
    ['https://app.company.example', 'https://app.company.example'],
    ['http://10.0.0.7:8080', 'http://10.0.0.7:8080'],
    ['https://*.company.example', 'https://app.company.example'],
    ['https://*.company.example', 'https://a.b.company.example'],
    ['https://*.company.example:8443', 'https://app.company.example:8443'],
    ['https://one.example, https://two.example', 'https://two.example'],
    ['loopback', 'http://localhost:3000'],
    ['loopback', 'https://127.0.0.1'],
    ['loopback', 'http://127.1.2.3:1'],
    ['loopback', 'http://[::1]:65535'],
  ])('of %s is %s', (origins, origin) => {
    expect(allows(origins, origin)).toBe(true);
  });

  test.each([
    ['https://app.company.example', 'http://app.company.example'],
    ['https://app.company.example', 'https://app.company.example:8443'],
    ['https://app.company.example', 'https://app.company.example.evil.example'],
    ['https://*.company.example', 'https://company.example'],
    ['https://*.company.example', 'http://app.company.example'],
    ['https://*.company.example', 'https://evilcompany.example'],
    ['https://*.company.example', 'https://evil.example/.company.example'],
    ['https://*.company.example', 'https://evil.example#.company.example'],
    ['https://*.company.example', 'https://user@x.company.example'],
    ['https://*.company.example', 'https://..company.example'],
    ['https://*.company.example', 'https://app.company.example:8443'],
    ['https://*.company.example', `https://${'a.'.repeat(200)}company.example`],
    ['loopback', 'http://localhost.evil.example'],
    ['loopback', 'http://127.0.0.1.evil.example'],
    ['loopback', 'http://evil.example:127'],
    ['loopback', 'null'],
    ['loopback', 'file://'],
    ['none', 'https://app.company.example'],
  ])('of %s is not %s', (origins, origin) => {
    expect(allows(origins, origin)).toBe(false);
  });

  test('of a wildcard ends in its host, whatever stands before', () => {
    const isOf = loadConfig({ ...LEAST, CORS_ORIGINS: 'https://*.company.example' }).allowsOrigin!;
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (text) => {
        const origin = `https://${text}.company.example`;
        expect(isOf(origin)).toBe(URL.parse(origin)?.origin === origin && /^[a-z0-9.-]+$/.test(text));
      }),
    );
  });
});

describe('at start CORS_ORIGINS', () => {
  test.each([
    '*',
    'https://*',
    'https://*.example',
    'http://*.company.example',
    'https://a.*.company.example',
    'company.example',
    'ftp://company.example',
    'null',
    'none,loopback',
    'https://ok.example,https://*',
  ])('refuses %s', (origins) => {
    expect(problemsWith({ CORS_ORIGINS: origins })).toEqual([expect.stringMatching(/^CORS_ORIGINS takes /)]);
  });

  test.each([
    'https://app.company.example/',
    'https://app.company.example:443',
    'https://App.company.example',
    'https://user:secret@app.company.example',
    'https://app.company.example/secret?q',
  ])('says how to write %s', (origins) => {
    const [problem] = problemsWith({ CORS_ORIGINS: origins });

    expect(problem).toContain('another spelling of https://app.company.example.');
    expect(problem).not.toContain('secret');
  });

  test('does not repeat a long text, which may be a secret', () => {
    const [problem] = problemsWith({ CORS_ORIGINS: 'organization_secretsecretsecretsecret' });

    expect(problem).toMatch(/it holds a text of 37 characters/);
  });
});
