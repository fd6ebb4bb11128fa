import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import { ConfigError, isLoopback, loadConfig, warningsOf } from '../src/config.ts';
import { Secret } from '../src/values/secret.ts';

const ID_SECRET = 'test-only-test-only-test-only-test-only';
const FORMER = 'former-only-former-only-former-only';
/** The least that a facade starts with. */
const LEAST = { GEAI_BASE_URL: 'https://platform.test', ID_SECRET };
const TOKEN = 'default_Q7rT2mX9vK4pL8sW1nB6hJ3dF5gY0zC-aE_uI-oAzY4';

function problemsOf(env: NodeJS.ProcessEnv): readonly string[] {
  try {
    loadConfig(env);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    for (const problem of error.problems) expect(error.message).toContain(problem);
    return error.problems;
  }
  return [];
}

function fileWith(text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'geai-config-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'tokens');
  writeFileSync(file, text);
  return file;
}

const valuesOf = ({ keyring }: ReturnType<typeof loadConfig>) => keyring.map((secret) => secret.reveal());

test('two variables are enough, and the rest have safe defaults', () => {
  const { baseUrl, idSecret, ...rest } = loadConfig(LEAST);

  expect(baseUrl.href).toBe('https://platform.test/');
  expect(idSecret.reveal()).toBe(ID_SECRET);
  expect(rest).toEqual({
    host: '127.0.0.1',
    port: 4000,
    authMode: 'passthrough',
    keyring: [],
    tokenHeader: 'authorization',
    jwt: null,
    routerProof: null,
    requireReason: false,
    serviceName: 'geai-graph',
    traces: null,
    metricsPort: null,
    healthPort: null,
    metricsOperations: [],
    readinessFollowsPlatform: false,
    borrowProjectTokens: false,
    formerIdSecret: null,
    proxy: null,
    routerCaches: null,
    cacheControl: false,
    cacheTags: false,
    exposeRequestContent: false,
    logLevel: 'info',
    explorer: 'graphiql',
    introspection: true,
    allowsOrigin: expect.any(Function),
    upstreamTimeoutMs: 10_000,
    upstreamDeadlineMs: 25_000,
    upstreamMaxCalls: 1_024,
    upstreamCallBudget: 5_000,
    maxAnswerObjects: 50_000,
    maxQueryDepth: 16,
    maxQueryTokens: 4_000,
    verifyTimeoutMs: 3_000,
    shutdownDelayMs: 0,
    auditLog: null,
    auditTimeoutMs: 5_000,
    stateFile: null,
    redisUrl: null,
    cache: 'memory',
    compileQueries: true,
    trustedDocuments: null,
    trustedDocumentsOnly: false,
    schemaPrefix: '',
    schemaEntityPrefix: '',
    schemaNode: false,
    schemaScopes: false,
  });
});

test('every variable is read, and blanks around a value do not count', () => {
  const { baseUrl, idSecret, formerIdSecret, proxy, keyring, redisUrl, ...rest } = loadConfig({
    HOST: ' ::1 ',
    PORT: ' 0 ',
    GEAI_BASE_URL: ' http://platform.test:8080/geai ',
    AUTH_MODE: 'open',
    GEAI_TOKENS: ` ${TOKEN} , other `,
    GEAI_BORROW_PROJECT_TOKENS: 'true',
    EXPOSE_REQUEST_CONTENT: 'true',
    ID_SECRET: ` ${ID_SECRET}\n`,
    ID_SECRET_PREVIOUS: ` ${FORMER} `,
    HTTPS_PROXY: ' http://user:password@proxy.test:3128 ',
    NO_PROXY: ' platform.test ',
    LOG_LEVEL: 'debug',
    EXPLORER: 'sandbox',
    INTROSPECTION: 'false',
    CORS_ORIGINS: 'none',
    UPSTREAM_TIMEOUT_MS: '1',
    UPSTREAM_DEADLINE_MS: '600000',
    UPSTREAM_MAX_CALLS: '65536',
    VERIFY_TIMEOUT_MS: '0',
    SHUTDOWN_DELAY_MS: '5000',
    AUDIT_LOG: ' /var/log/audit.jsonl ',
    AUDIT_TIMEOUT_MS: '50',
    CACHE: ' redis ',
    CACHE_CONTROL: 'true',
    CACHE_TAGS: 'true',
    COMPILE_QUERIES: ' false ',
    TRUSTED_DOCUMENTS: ` ${fileWith('{"a": "{ viewer { scopes } }"}')} `,
    TRUSTED_DOCUMENTS_ONLY: ' true ',
    SCHEMA_PREFIX: ' geai ',
    SCHEMA_ENTITY_PREFIX: ' Geai2 ',
    SCHEMA_NODE: ' true ',
    SCHEMA_SCOPES: ' false ',
    UPSTREAM_CALL_BUDGET: '1',
    MAX_ANSWER_OBJECTS: '2',
    MAX_QUERY_DEPTH: '100',
    MAX_QUERY_TOKENS: '100000',
    REDIS_URL: ' rediss://:password@redis.test:6380/1 ',
    OTEL_SERVICE_NAME: ' graph ',
    OTEL_EXPORTER_OTLP_ENDPOINT: ' http://collector.test:4318/ ',
    OTEL_TRACES_SAMPLER: 'parentbased_traceidratio',
    OTEL_TRACES_SAMPLER_ARG: '0.01',
    METRICS_PORT: '9464',
    HEALTH_PORT: '9465',
    METRICS_OPERATIONS: 'One, Two',
    READINESS_FOLLOWS_PLATFORM: 'true',
  });

  expect(redisUrl?.reveal()).toBe('rediss://:password@redis.test:6380/1');
  expect(formerIdSecret?.reveal()).toBe(FORMER);
  expect(proxy).toEqual({
    http: null,
    https: new Secret('http://user:password@proxy.test:3128'),
    except: 'platform.test',
  });
  expect(proxy?.https?.reveal()).toContain('password');
  expect(baseUrl.href).toBe('http://platform.test:8080/geai');
  expect(idSecret.reveal()).toBe(ID_SECRET);
  expect(keyring.map((secret) => secret.reveal())).toEqual([TOKEN, 'other']);
  expect(rest).toEqual({
    host: '::1',
    port: 0,
    authMode: 'open',
    tokenHeader: 'authorization',
    jwt: null,
    routerProof: null,
    routerCaches: null,
    cacheControl: true,
    cacheTags: true,
    requireReason: false,
    serviceName: 'graph',
    traces: {
      url: new URL('http://collector.test:4318/v1/traces'),
      sampler: 'parentbased_traceidratio',
      ratio: 0.01,
    },
    metricsPort: 9464,
    healthPort: 9465,
    metricsOperations: ['One', 'Two'],
    readinessFollowsPlatform: true,
    borrowProjectTokens: true,
    exposeRequestContent: true,
    logLevel: 'debug',
    explorer: 'sandbox',
    introspection: false,
    allowsOrigin: null,
    upstreamTimeoutMs: 1,
    upstreamDeadlineMs: 600_000,
    upstreamMaxCalls: 65_536,
    verifyTimeoutMs: 0,
    shutdownDelayMs: 5_000,
    auditLog: '/var/log/audit.jsonl',
    auditTimeoutMs: 50,
    stateFile: null,
    cache: 'redis',
    compileQueries: false,
    trustedDocuments: [{ id: 'a', text: '{ viewer { scopes } }' }],
    trustedDocumentsOnly: true,
    schemaPrefix: 'geai',
    schemaEntityPrefix: 'Geai2',
    schemaNode: true,
    schemaScopes: false,
    upstreamCallBudget: 1,
    maxAnswerObjects: 2,
    maxQueryDepth: 100,
    maxQueryTokens: 100_000,
  });
});

test('an empty variable counts as absent', () => {
  const empty = Object.fromEntries(
    ['HOST', 'PORT', 'AUTH_MODE', 'GEAI_TOKENS', 'GEAI_TOKENS_FILE', 'LOG_LEVEL', 'EXPLORER'].map((name) => [
      name,
      ' ',
    ]),
  );

  const { allowsOrigin, ...rest } = loadConfig(LEAST);
  expect(loadConfig({ ...LEAST, ...empty })).toEqual({ ...rest, allowsOrigin: expect.any(Function) });
});

const WRONG: [name: string, value: string | undefined][] = [
  ['PORT', '65536'],
  ['GEAI_BASE_URL', undefined],
  ['AUTH_MODE', 'sso'],
  ['GEAI_TOKENS', 'one;two'],
  ['GEAI_BORROW_PROJECT_TOKENS', 'yes'],
  ['ID_SECRET', 'short'],
  ['LOG_LEVEL', 'loud'],
  ['EXPLORER', '1'],
  ['INTROSPECTION', 'on'],
  ['CORS_ORIGINS', '*'],
  ['UPSTREAM_TIMEOUT_MS', '0'],
  ['UPSTREAM_DEADLINE_MS', '1.5'],
  ['VERIFY_TIMEOUT_MS', '60001'],
  ['SHUTDOWN_DELAY_MS', '-1'],
];

test.each(WRONG)('%s=%s is the one problem that is reported, by name', (name, value) => {
  const problems = problemsOf({ ...LEAST, [name]: value });

  expect(problems).toHaveLength(1);
  expect(problems[0]).toMatch(new RegExp(`^${name} `));
});

test.each([
  [{ HEALTH_PORT: '4000' }, ['HEALTH_PORT is the port of PORT too; each takes one of its own.']],
  [{ PORT: '5000', METRICS_PORT: '5000' }, ['METRICS_PORT is the port of PORT too; each takes one of its own.']],
  [
    { HEALTH_PORT: '5001', METRICS_PORT: '5001' },
    ['METRICS_PORT is the port of HEALTH_PORT too; each takes one of its own.'],
  ],
  [{ PORT: '0', HEALTH_PORT: '0', METRICS_PORT: '0' }, []],
])('ports that two servers would open are a problem: %j', (ports, problems) => {
  expect(problemsOf({ ...LEAST, ...ports })).toEqual(problems);
});

test('everything that is wrong or missing is reported at once', () => {
  fc.assert(
    fc.property(fc.subarray(WRONG), (wrong) => {
      const problems = problemsOf({ ...LEAST, ...Object.fromEntries(wrong) });
      expect(problems.map((problem) => problem.split(' ')[0])).toEqual(wrong.map(([name]) => name));
    }),
  );
  expect(problemsOf({}).map((problem) => problem.split(' ')[0])).toEqual(['GEAI_BASE_URL', 'ID_SECRET']);
});

test.each([
  'platform.test',
  'ftp://platform.test',
  'https://user@platform.test',
  'https://:password@platform.test',
  'https://platform.test/?key=1',
  'https://platform.test/#here',
])('GEAI_BASE_URL does not take %s', (url) => {
  expect(problemsOf({ ...LEAST, GEAI_BASE_URL: url })).toHaveLength(1);
});

test.each(['-1', '1e3', '4000.0', 'http', '0x10', '+1', '99999999999999999999'])('PORT does not take %s', (port) => {
  expect(problemsOf({ ...LEAST, PORT: port })).toHaveLength(1);
});

test('an ID_SECRET of 31 characters is too short, and one of 32 is not', () => {
  expect(problemsOf({ ...LEAST, ID_SECRET: 'x'.repeat(31) })).toEqual([expect.stringContaining('too short')]);
  expect(problemsOf({ ...LEAST, ID_SECRET: 'x'.repeat(32) })).toEqual([]);
});

test('a former ID_SECRET that is the present one is warned of', () => {
  const warned = (former: string) => warningsOf(loadConfig({ ...LEAST, ID_SECRET_PREVIOUS: former })).join('\n');

  expect(warned(` ${ID_SECRET} `)).toContain('ID_SECRET_PREVIOUS is ID_SECRET itself');
  expect(warned(FORMER)).not.toContain('ID_SECRET');
});

test('the tokens come from a file as well, by line or comma', () => {
  const file = fileWith(`${TOKEN}\n  other, third\n\n`);

  expect(valuesOf(loadConfig({ ...LEAST, GEAI_TOKENS_FILE: file }))).toEqual([TOKEN, 'other', 'third']);
});

test('a file that is not there, or holds something else, is named, and so are two places for the tokens', () => {
  const other = fileWith('<html>');

  expect(problemsOf({ ...LEAST, GEAI_TOKENS_FILE: '/nowhere/tokens' })[0]).toContain('/nowhere/tokens');
  expect(problemsOf({ ...LEAST, GEAI_TOKENS_FILE: other })[0]).toContain('not a token');
  expect(problemsOf({ ...LEAST, GEAI_TOKENS_FILE: other, GEAI_TOKENS: TOKEN })[0]).toContain('both set');
});

test('the state is kept in one place', () => {
  const both = { ...LEAST, STATE_FILE: '/var/lib/state', REDIS_URL: 'redis://redis.test' };

  expect(loadConfig({ ...LEAST, STATE_FILE: ' /var/lib/state ' }).stateFile).toBe('/var/lib/state');
  expect(problemsOf(both)).toEqual([expect.stringContaining('both set')]);
});

test('letting everybody in takes a loopback host and tokens', () => {
  const open = { ...LEAST, AUTH_MODE: 'open' };

  expect(problemsOf({ ...open, GEAI_TOKENS: TOKEN })).toEqual([]);
  expect(problemsOf(open)).toEqual([expect.stringContaining('GEAI_TOKENS')]);
  expect(problemsOf({ ...open, GEAI_TOKENS: TOKEN, HOST: '0.0.0.0' })).toEqual([expect.stringContaining('HOST')]);
  expect(problemsOf({ ...open, HOST: '10.0.0.1' })).toHaveLength(2);
});

test.each([
  ['127.0.0.1', true],
  ['127.1.2.3', true],
  ['localhost', true],
  ['::1', true],
  ['0.0.0.0', false],
  ['::', false],
  ['10.127.0.1', false],
  ['127.0.0.1.example.com', false],
  ['localhost.example.com', false],
  ['', false],
])('host "%s" is reached by this machine alone: %s', (host, expected) => {
  expect(isLoopback(host)).toBe(expected);
});

test('no value that could be a secret is in the text, wherever it was put by mistake', () => {
  const names = [...WRONG.map(([name]) => name), 'GEAI_TOKENS_FILE'];
  for (const name of names) {
    const problems = problemsOf({ ...LEAST, [name]: name === 'GEAI_TOKENS' ? `${TOKEN};${TOKEN}` : TOKEN });

    expect(problems.join('\n')).not.toContain(TOKEN);
  }
  expect(problemsOf({ GEAI_BASE_URL: `https://user:${TOKEN}@platform.test` }).join('\n')).not.toContain(TOKEN);
  expect(problemsOf({ ...LEAST, ID_SECRET: 'hush-hush' }).join('\n')).not.toContain('hush');
});

test.each(['2geai', 'geai_', '_geai', 'g-eai', 'é', 'a'.repeat(31)])('%j begins no name of the schema', (prefix) => {
  const problems = problemsOf({ ...LEAST, SCHEMA_PREFIX: prefix, SCHEMA_ENTITY_PREFIX: prefix });

  expect(problems.map((problem) => problem.split(' takes ')[0])).toEqual(['SCHEMA_PREFIX', 'SCHEMA_ENTITY_PREFIX']);
});

test('routers to tell of changes have names, addresses and a key', () => {
  const key = 'test-only-key-of-the-router-caches-32';
  const settings = { ...LEAST, ROUTER_INVALIDATION: 'main=http://one.test/invalidation, edge=https://two.test:3000/x' };
  const { routerCaches } = loadConfig({ ...settings, ROUTER_INVALIDATION_KEY_FILE: fileWith(key) });

  expect(routerCaches?.routers.map(({ name, url }) => [name, url.href])).toEqual([
    ['main', 'http://one.test/invalidation'],
    ['edge', 'https://two.test:3000/x'],
  ]);
  expect([routerCaches?.subgraph, routerCaches?.timeoutMs]).toEqual(['geai', 1_000]);
  expect(problemsOf(settings)).toEqual([expect.stringContaining('ROUTER_INVALIDATION_KEY')]);
});

test.each([
  'http://one.test',
  'main=',
  'main=ftp://one.test',
  'main=http://user:word@one.test',
  'a=http://x, a=http://y',
])('ROUTER_INVALIDATION does not take %s, and does not repeat it', (text) => {
  const env = { ...LEAST, ROUTER_INVALIDATION: text, ROUTER_INVALIDATION_KEY: 'x'.repeat(32) };

  expect(problemsOf(env)).toEqual([expect.stringMatching(/^ROUTER_INVALIDATION takes names and addresses/)]);
  expect(problemsOf(env).join()).not.toContain('one.test');
});

test('routers are told how long answers are kept only where they are', () => {
  expect(problemsOf({ ...LEAST, CACHE: 'off', CACHE_CONTROL: 'true' })).toEqual([
    expect.stringContaining('CACHE_CONTROL'),
  ]);
});

test('routers are told tags only where they keep answers, and end by tags only where they were told', () => {
  const [key, router] = ['x'.repeat(32), 'main=http://one.test/invalidation'];
  const byTag = { ROUTER_INVALIDATION: router, ROUTER_INVALIDATION_KEY: key, ROUTER_INVALIDATION_BY: 'tag' };
  const both = { CACHE_CONTROL: 'true', CACHE_TAGS: 'true' };

  expect(problemsOf({ ...LEAST, CACHE_TAGS: 'true' })).toEqual([expect.stringMatching(/^CACHE_TAGS=true takes/)]);
  expect(problemsOf({ ...LEAST, ...byTag })).toEqual([expect.stringMatching(/^ROUTER_INVALIDATION_BY=tag takes/)]);
  expect(loadConfig({ ...LEAST, ...byTag, ...both }).routerCaches).toMatchObject({ by: 'tag' });
});
