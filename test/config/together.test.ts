import { describe, expect, test } from 'vitest';
import { DEPENDENCIES } from '../../src/config/together.ts';
import { settingNames } from '../../src/config.ts';
import { LEAST, problemsOf } from '../support/configProblems.ts';

const problemsWith = (env: NodeJS.ProcessEnv) => problemsOf({ ...LEAST, ...env });
const SECRET = 'test-only-secret-of-more-than-32-characters';

/** Values that the variables of the groups take. */
const VALUES: Readonly<Record<string, string>> = {
  ...{
    JWT_JWKS_URL: 'https://login.test/jwks',
    JWT_JWKS_FILE: '/nowhere/jwks.json',
    JWT_ISSUER: 'https://login.test',
  },
  ...{ JWT_JWKS_TIMEOUT_MS: '10', JWT_JWKS_COOLDOWN_MS: '10', JWT_ALGORITHMS: 'ES256', JWT_AUDIENCE: 'geai-graph' },
  ...{
    GEAI_TOKENS: 'default_Q7rT2mX9vK4pL8sW1nB6hJ3dF5gY0zC-aE_uI-oAzY4',
    ROUTER_SECRET: SECRET,
    ROUTER_PROOF: 'hmac',
  },
  ...{ ROUTER_INVALIDATION: 'main=http://router.test/invalidation', ROUTER_INVALIDATION_KEY: SECRET },
  ...{ ROUTER_INVALIDATION_TIMEOUT_MS: '10', ROUTER_INVALIDATION_BY: 'subgraph', REDIS_URL: 'redis://redis.test' },
  TRUSTED_DOCUMENTS: '/nowhere/manifest.json',
};

interface Setting {
  readonly name: string;
  readonly values?: readonly (string | undefined)[];
}

const valuesOf = ({ name, values }: Setting) =>
  (values ?? [VALUES[name] ?? 'claim']).map((value) => ({
    name,
    env: { [name]: value },
    spelled: values ? `${name}=${value}` : name,
  }));

const CASES = DEPENDENCIES.flatMap(({ settings, take }) =>
  settings.flatMap(valuesOf).map((setting) => [setting.spelled, take.name, setting, take] as const),
);

describe.each(CASES)('%s', (_spelled, _name, { env, spelled }, take) => {
  const about = (more: NodeJS.ProcessEnv) =>
    problemsWith({ ...env, ...more }).filter(
      (problem) => problem.startsWith(`${spelled} takes `) && problem.includes(take.name),
    );

  test(`is refused without ${take.name}, in one line`, () => {
    // Where the default is what it takes, another value stands for its absence.
    expect(about(take.values?.includes(undefined) ? { [take.name]: 'open' } : {})).toEqual([
      expect.stringMatching(/: .+\.$/),
    ]);
  });

  test(`is taken with ${take.name}`, () => {
    expect(about(valuesOf(take)[0]!.env)).toEqual([]);
  });

  test(`says nothing more of ${take.name} where that is wrong`, () => {
    const isSecret = settingNames().secret.has(take.name);

    expect(about(isSecret ? { [`${take.name}_FILE`]: '/nowhere/secret' } : { [take.name]: 'wrong' })).toEqual([]);
  });
});

test('a file that cannot be read is one problem, whatever else takes what is in it', () => {
  const wanting = {
    ...{ AUTH_MODE: 'jwt', JWT_JWKS_URL: VALUES.JWT_JWKS_URL, JWT_ISSUER: 'x', JWT_AUDIENCE: 'y', CACHE: 'redis' },
    ...{ ROUTER_PROOF: 'hmac', ROUTER_INVALIDATION: VALUES.ROUTER_INVALIDATION },
  };
  const secrets = ['GEAI_TOKENS', 'REDIS_URL', 'ROUTER_SECRET', 'ROUTER_INVALIDATION_KEY'];
  const files = Object.fromEntries(secrets.map((name) => [`${name}_FILE`, '/nowhere/secret']));

  expect(
    problemsWith({ ...wanting, ...files })
      .map((problem) => problem.split(' ')[0])
      .sort(),
  ).toEqual(Object.keys(files).sort());
});

test('a misspelt mode is one problem, and not one for each setting that would take another', () => {
  const env = {
    AUTH_MODE: 'JWT',
    GEAI_TOKENS: VALUES.GEAI_TOKENS,
    JWT_ISSUER: 'x',
    JWT_AUDIENCE: 'y',
    SCHEMA_SCOPES: 'true',
  };
  expect(problemsWith(env)).toEqual([expect.stringMatching(/^AUTH_MODE takes one of/)]);
});

test('settings of one group are named together', () => {
  const { JWT_ISSUER, JWT_AUDIENCE } = VALUES;
  expect(problemsWith({ JWT_ISSUER, JWT_AUDIENCE })).toEqual([
    'JWT_ISSUER, JWT_AUDIENCE take AUTH_MODE=jwt: no token of the company is verified otherwise.',
  ]);
});
