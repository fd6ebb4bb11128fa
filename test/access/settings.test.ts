import { writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { loadConfig, warningsOf } from '../../src/config.ts';
import { LEAST, problemsOf } from '../support/configProblems.ts';
import { temporaryFile } from '../support/temporary.ts';

const TOKEN = 'default_Q7rT2mX9vK4pL8sW1nB6hJ3dF5gY0zC-aE_uI-oAzY4';
const JWT = {
  ...LEAST,
  AUTH_MODE: 'jwt',
  GEAI_TOKENS: TOKEN,
  JWT_JWKS_URL: 'https://login.company.test/jwks?tenant=1',
  JWT_ISSUER: 'https://login.company.test',
  JWT_AUDIENCE: 'geai-graph, other',
};

function fileWith(text: string): string {
  const file = temporaryFile('secret');
  writeFileSync(file, text);
  return file;
}

const namesOf = (env: NodeJS.ProcessEnv) => problemsOf(env).map((problem) => problem.split(' ')[0]);

test('tokens of the company take keys, issuer, audience and a keyring, and all that is missing is reported', () => {
  expect(namesOf({ ...LEAST, AUTH_MODE: 'jwt' })).toEqual([
    'JWT_JWKS_URL',
    'JWT_ISSUER',
    'JWT_AUDIENCE',
    'AUTH_MODE=jwt',
  ]);
  expect(loadConfig(JWT).jwt).toMatchObject({
    audiences: ['geai-graph', 'other'],
    scopesClaim: 'scope',
    organizationsClaim: null,
    projectsClaim: null,
    auditClaims: [],
  });
});

test.each([
  ['JWT_JWKS_FILE', '/etc/jwks.json'],
  ['JWT_ALGORITHMS', 'HS256'],
  ['JWT_ALGORITHMS', 'none'],
  ['JWT_JWKS_URL', 'file:///etc/jwks.json'],
  ['JWT_JWKS_COOLDOWN_MS', '0'],
  ['GEAI_TOKEN_HEADER', 'geai-tokens'],
])('with tokens of the company, %s=%s is refused', (name, value) => {
  expect(problemsOf({ ...JWT, [name]: value })).toEqual([expect.stringContaining(name)]);
});

test('settings that take effect with tokens of the company alone are refused without them', () => {
  const { AUTH_MODE: _mode, GEAI_TOKENS: _tokens, ...rest } = JWT;

  expect(problemsOf({ ...rest, AUDIT_CLAIMS: 'email' })).toEqual([
    expect.stringMatching(/^JWT_JWKS_URL, JWT_ISSUER, JWT_AUDIENCE, AUDIT_CLAIMS take AUTH_MODE=jwt: /),
  ]);
});

test('a secret of the router is long, and a file without one is no open door', () => {
  const secret = 'x'.repeat(32);

  expect(loadConfig({ ...LEAST, ROUTER_SECRET: `${secret},${secret}` }).routerProof?.secrets).toHaveLength(2);
  expect(loadConfig({ ...LEAST, ROUTER_SECRET_FILE: fileWith(secret) }).routerProof?.kind).toBe('header');
  expect(namesOf({ ...LEAST, ROUTER_SECRET: 'short' })).toEqual(['ROUTER_SECRET']);
  expect(namesOf({ ...LEAST, ROUTER_SECRET_FILE: fileWith('\n') })).toEqual(['ROUTER_SECRET_FILE']);
  expect(namesOf({ ...LEAST, ROUTER_PROOF: 'hmac' })).toEqual(['ROUTER_PROOF']);
});

test('a file of keys holds keys when the process starts', () => {
  const { JWT_JWKS_URL: _url, ...rest } = JWT;

  expect(namesOf({ ...rest, JWT_JWKS_FILE: fileWith('\ufeff{"keys":[{}]}') })).toEqual([]);
  for (const text of ['', '<html>', '[]', '{"keys":{}}', '{"keys":[]}', '{"keys":[1]}']) {
    expect(namesOf({ ...rest, JWT_JWKS_FILE: fileWith(text) })).toEqual(['JWT_JWKS_FILE']);
  }
  expect(namesOf({ ...rest, JWT_JWKS_FILE: '/nowhere/jwks.json' })).toEqual(['JWT_JWKS_FILE']);
});

const ROUTER = { ROUTER_SECRET: 'test-only-secret-of-the-router-of-32' };

test.each<[title: string, env: NodeJS.ProcessEnv, warnings: string[]]>([
  ['keys over http', { ...JWT, JWT_JWKS_URL: 'http://login.company.test/jwks' }, ['JWT_JWKS_URL']],
  ['keys over http on this machine', { ...JWT, JWT_JWKS_URL: 'http://127.0.0.1/jwks' }, []],
  ['a keyring that nobody uses', { ...LEAST, GEAI_TOKENS: TOKEN }, ['GEAI_TOKENS']],
  ['a router that may forward tokens of the company', { ...LEAST, ...ROUTER }, ['GEAI_TOKEN_HEADER']],
  ['a router, and tokens in a header of their own', { ...LEAST, ...ROUTER, GEAI_TOKEN_HEADER: 'geai-tokens' }, []],
  ['a router that forwards tokens to be verified', { ...JWT, ...ROUTER }, []],
  ['the platform over http', { ...LEAST, GEAI_BASE_URL: 'http://platform.test' }, ['GEAI_BASE_URL']],
  ['state in memory', { ...LEAST, STATE_FILE: '' }, ['STATE_FILE']],
])('the start warns of %s', (_title, env, warnings) => {
  const config = loadConfig({ STATE_FILE: '/var/lib/state', ...env });

  expect(warningsOf(config)).toEqual(warnings.map((name) => expect.stringContaining(name)));
});
