import { writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { type Config, ConfigError, loadConfig, settingNames } from '../../src/config.ts';
import { Secret } from '../../src/values/secret.ts';
import { temporaryFile } from '../support/temporary.ts';

const LEAST: NodeJS.ProcessEnv = {
  GEAI_BASE_URL: 'https://platform.test',
  ID_SECRET: 'an-id-secret-of-the-tests-an-id-secret',
};

/** A value that each variable takes. */
const VALUES: Record<string, string> = {
  ID_SECRET: 'another-id-secret-of-the-tests-another',
  ID_SECRET_PREVIOUS: 'a-former-id-secret-of-the-tests-a-former',
  GEAI_TOKENS: 'default_Q7rT2mX9vK4pL8sW1nB6hJ3dF5gY0zC-aE_uI-oAzY4',
  ROUTER_SECRET: 'a-router-secret-of-the-tests-a-router-secret',
  ROUTER_INVALIDATION_KEY: 'a-key-of-router-caches-of-the-tests-a-key',
  REDIS_URL: 'rediss://:password@redis.test:6380/1',
  HTTPS_PROXY: 'http://user:password@proxy.test:3128',
  HTTP_PROXY: 'http://user:password@proxy.test:3129',
};

/** Settings without which a secret is of no use. */
const NEEDED: Record<string, NodeJS.ProcessEnv> = {
  ROUTER_INVALIDATION_KEY: { ROUTER_INVALIDATION: 'main=http://router.test/invalidation' },
};

/** Secrets of a configuration, wherever they are in it. */
function secretsOf(value: unknown): string[] {
  if (value instanceof Secret) return [value.reveal()];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(secretsOf) : [];
}

function load(env: NodeJS.ProcessEnv): Config | readonly string[] {
  try {
    return loadConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
}

function fileWith(text: string | Buffer): string {
  const file = temporaryFile('secret');
  writeFileSync(file, text);
  return file;
}

test('every variable that holds a secret is among those that a file may hold', () => {
  const env = Object.assign({}, LEAST, VALUES, ...Object.values(NEEDED));

  expect(Object.keys(VALUES).sort()).toEqual([...settingNames().secret].sort());
  expect(secretsOf(load(env)).sort()).toEqual(Object.values(VALUES).sort());
});

test.each(Object.entries(VALUES))('%s comes from the file that %s_FILE names', (name, value) => {
  const { [name]: _own, ...rest } = { ...LEAST, ...NEEDED[name] };
  const inline = load({ ...rest, [name]: value });

  expect(secretsOf(inline)).toContain(value);
  expect(secretsOf(load({ ...rest, [`${name}_FILE`]: fileWith(`\n ${value}\n`) }))).toEqual(secretsOf(inline));
});

test.each(Object.entries(VALUES))('%s is refused from two places, and from a file without a value', (name, value) => {
  const { [name]: _own, ...rest } = LEAST;
  const fileName = `${name}_FILE`;
  const both = load({ ...rest, [name]: value, [fileName]: fileWith(value) });

  expect(both).toEqual([`${name} and ${fileName} are both set; set one.`]);
  expect(load({ ...rest, [fileName]: '/' })).toEqual([`${fileName} names a file that is a folder: /.`]);
  expect(load({ ...rest, [fileName]: fileWith(' \n') })).toEqual([expect.stringMatching(`^${fileName} .* empty`)]);
  expect(load({ ...rest, [fileName]: '/nowhere/secret' })).toEqual([
    `${fileName} names a file that is not there: /nowhere/secret.`,
  ]);
});

test.each(['HTTPS_PROXY', 'HTTP_PROXY', 'REDIS_URL'])('%s says nothing of a wrong value', (name) => {
  const problems = load({ ...LEAST, [`${name}_FILE`]: fileWith('ftp://user:hush@proxy.test') });

  expect(problems).toEqual([expect.stringMatching(`^${name}_FILE takes an address`)]);
  expect(String(problems)).not.toContain('hush');
});

test.each(Object.entries(VALUES))(
  '%s comes from a file with a byte order mark, and not from one in UTF-16',
  (name, value) => {
    const { [name]: _own, ...rest } = { ...LEAST, ...NEEDED[name] };
    const problem = expect.stringMatching(`^${name}_FILE names a file that is not text in UTF-8`);

    expect(secretsOf(load({ ...rest, [`${name}_FILE`]: fileWith(`\ufeff${value}\r\n`) }))).toContain(value);
    for (const bytes of [`\ufeff${value}`, value]) {
      expect(load({ ...rest, [`${name}_FILE`]: fileWith(Buffer.from(bytes, 'utf16le')) })).toEqual([problem]);
    }
  },
);

test.each(Object.entries(VALUES))('%s is refused where it is the path of a file', (name, value) => {
  const path = fileWith(value);

  expect(load({ ...LEAST, ...NEEDED[name], [name]: path })).toEqual([
    `${name} is the path of a file: set ${name}_FILE to it.`,
  ]);
});

test.each([
  ['REDIS_URL', 'redis://:pa%ss@redis.test'],
  ['REDIS_URL', 'redis://:pa/ss@redis.test:6379'],
  ['REDIS_URL', 'redis://redis.test/cache'],
  ['REDIS_URL', 'redis://redis.test?db=1'],
  ['REDIS_URL', 'redis://'],
  ['HTTPS_PROXY', 'http://user:pa%ss@proxy.test:3128'],
  ['HTTP_PROXY', 'http://user:pa/ss@proxy.test:3128'],
])('%s=%s is refused before anything connects, and is not repeated', (name, value) => {
  const problems = load({ ...LEAST, [name]: value });

  expect(problems).toEqual([expect.stringMatching(`^${name} takes an address such as .* percent-encoded\\.$`)]);
  expect(String(problems)).not.toMatch(/pa.ss|\.test/);
});

test('a word of a header is no token, and one key is what routers share with the facade', () => {
  const tokens = load({ ...LEAST, AUTH_MODE: 'open', GEAI_TOKENS: `Bearer ${VALUES.GEAI_TOKENS}` });
  const keys = load({
    ...LEAST,
    ...NEEDED.ROUTER_INVALIDATION_KEY,
    ROUTER_INVALIDATION_KEY: 'x'.repeat(32).concat(',', 'y'.repeat(32)),
  });

  expect(tokens).toEqual(['GEAI_TOKENS holds something that is not a token.']);
  expect(keys).toEqual([expect.stringMatching('^ROUTER_INVALIDATION_KEY takes one key')]);
});
