import { deepStrictEqual } from 'node:assert';
import { Writable } from 'node:stream';
import { format, inspect } from 'node:util';
import { serialize } from 'node:v8';
import fc from 'fast-check';
import { pino } from 'pino';
import { describe, expect, test } from 'vitest';
import { createLogger } from '../src/observability/logger.ts';
import { redactTokens, Secret } from '../src/values/secret.ts';

const VALUE = 'default_Q7rT2mX9vK4pL8sW1nB6hJ3dF5gY0zC-aE_uI-oAzY4';
const secret = new Secret(VALUE);

/** Everything that could be a part of the value: each run of eight characters. */
const parts = (value: string) =>
  Array.from({ length: Math.max(1, value.length - 7) }, (_, index) => value.slice(index, index + 8));
const partsIn = (text: string, value = VALUE) => parts(value).filter((part) => text.includes(part));

describe('a secret does not show', () => {
  const nested = {
    list: [secret],
    map: new Map([['key', secret]]),
    set: new Set([secret]),
    deep: { er: { still: secret } },
  };
  const error = new Error(`refused ${secret}`, { cause: secret });

  test.each<[string, () => string]>([
    ['as text', () => String(secret)],
    ['in a template', () => `${secret}`],
    ['when added to text', () => `${secret}`.concat(secret as unknown as string)],
    ['in a URL', () => new URLSearchParams({ token: secret as unknown as string }).toString()],
    ['as JSON', () => JSON.stringify(secret)],
    ['as JSON inside other things', () => JSON.stringify({ ...nested, entries: [...nested.map] })],
    ['when inspected', () => inspect(secret)],
    ['when inspected with all that is hidden', () => inspect(secret, { showHidden: true, depth: null, getters: true })],
    [
      'when inspected without its own way to',
      () => inspect(secret, { customInspect: false, showHidden: true, getters: false }),
    ],
    ['when inspected inside other things', () => inspect(nested, { showHidden: true, depth: null, getters: true })],
    ['as a key of an object', () => inspect({ [secret as unknown as string]: 1 })],
    ['to console.log', () => format(secret, nested)],
    ['in any format of the console', () => format('%s %o %O %j %d %i %f %c', ...Array<Secret>(8).fill(secret))],
    ['in the message of an error', () => `${error.message} ${error.stack}`],
    ['as the cause of an error', () => inspect(error, { depth: null, showHidden: true })],
    ['in a failed comparison', () => messageOf(() => deepStrictEqual({ secret }, { secret: VALUE.length }))],
    ['in a copy', () => inspect(structuredClone(secret), { showHidden: true })],
    ['when serialised', () => serialize(secret).toString('latin1')],
    ['when spread', () => JSON.stringify({ ...secret })],
    ['in its members', () => JSON.stringify([Object.entries(secret), Reflect.ownKeys(secret)])],
    ['in a log', () => logged((destination) => pino(destination).info({ secret, nested, err: error }, `${secret}`))],
    [
      'in our log',
      () => logged((destination) => createLogger('trace', destination).info({ secret, nested, err: error })),
    ],
  ])('%s', (_case, show) => {
    const text = show();

    expect(text).not.toBe('');
    expect(partsIn(text)).toEqual([]);
  });

  test('in a line of our log that somebody wrote it into, as text', () => {
    const text = logged((destination) =>
      createLogger('trace', destination).warn({ err: new Error(`no: ${VALUE}`), note: VALUE }, `the token is ${VALUE}`),
    );

    expect(text.match(/\[redacted\]/g)?.length).toBeGreaterThanOrEqual(3);
    expect(partsIn(text)).toEqual([]);
  });

  test('of any value', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 8 }).filter(isTelling), (value) => {
        const one = new Secret(value);
        for (const text of [String(one), JSON.stringify([one]), inspect({ one }, { showHidden: true })]) {
          expect(partsIn(text, value)).toEqual([]);
        }
      }),
    );
  });
});

test('text that shows a secret says that something is left out', () => {
  expect([String(secret), `${secret}`, inspect(secret)]).toEqual(['[redacted]', '[redacted]', '[redacted]']);
  expect(JSON.parse(JSON.stringify({ secret }))).toEqual({ secret: '[redacted]' });
});

test('a secret gives its value to who asks by name, and equals another of the same value only', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (one, other) => {
      expect(new Secret(one).reveal()).toBe(one);
      expect(new Secret(one).equals(new Secret(one))).toBe(true);
      expect(new Secret(one).equals(new Secret(other))).toBe(one === other);
    }),
  );
});

describe('the hint', () => {
  test('of a platform token is its word and the last four characters', () => {
    expect(secret.hint).toBe('default_…AzY4');
  });

  test('shows the word in front and four characters at the end at most, and no end of short values', () => {
    const value = fc.oneof(
      fc.string(),
      fc.stringMatching(/^[a-z]{0,25}_?[A-Za-z0-9._~+/-]{0,60}={0,2}$/),
      fc.stringMatching(/^[a-z]{1,25}_[A-Za-z0-9]{24,60}$/),
    );
    fc.assert(
      fc.property(value, (text) => {
        const [front = '', end = '', ...more] = new Secret(text).hint.split('…');
        fc.pre(!text.includes('…'));
        expect(more).toEqual([]);
        expect(text.startsWith(front) && text.endsWith(end)).toBe(true);
        expect(end.length).toBeLessThanOrEqual(4);
        expect(front).toMatch(/^(|[^_]{1,20}_)$/);
        // What is shown is always the smaller part of what is secret.
        if (end !== '') expect(text.length - front.length).toBeGreaterThanOrEqual(20);
      }),
    );
  });

  test.each(['', 'a', 'abcd', 'default_abcd', 'default_0123456789', 'x'.repeat(19)])(
    'of "%s", which is short, shows nothing',
    (value) => {
      expect(new Secret(value).hint).toBe('…');
    },
  );
});

test.each([
  [VALUE, false],
  ['opaque-value', false],
  ['default_*******AzY4', true],
  [`default_${'X'.repeat(39)}AzY4`, true],
  ['default_XXXXXXXAzY4', false],
  ['default_...AzY4', true],
  ['default_…AzY4', true],
  ['•••• AzY4', true],
  ['', true],
  // The word in front is the name of the token.
  [`aaaaaaaa_${VALUE.slice(8)}`, false],
  [`aaaaaaaa_${'X'.repeat(39)}AzY4`, true],
  ['aaaaaaaa_AzY4', true],
])('"%s" is told from a usable value by its characters', (value, isMasked) => {
  expect(new Secret(value).isMasked).toBe(isMasked);
});

describe('the form of a value', () => {
  const other = new Secret('acme_bX4nQ9sT2vZ7kM1cR6wH3jY8pF5gL0dA-xE_uI-oBq12');
  const opaque = new Secret('0123456789abcdef0123456789abcdef');

  test.each<[string, string, Secret | null, string]>([
    ['as documented', VALUE, null, 'whole'],
    ['as documented, whatever the caller has', VALUE, opaque, 'whole'],
    ["as the caller's own", 'fedcba9876543210fedcba9876543210', opaque, 'whole'],
    ['with stars', 'default_*******AzY4', other, 'masked'],
    ['with dots', 'default_...AzY4', other, 'masked'],
    ['with letters', `default_${'X'.repeat(39)}AzY4`, other, 'masked'],
    ['with digits', `default_AbCd${'0'.repeat(35)}AzY4`, other, 'masked'],
    ['with underscores', `default_${'_'.repeat(39)}AzY4`, other, 'masked'],
    ['cut at its end', 'default_Q7rT2mX9vK4p', other, 'doubtful'],
    ['cut at its front', '…AzY4'.slice(1), other, 'doubtful'],
    ['a UUID', 'd3a1c9b4-7e21-4f4e-8a5d-2b9c6e0f4d22', other, 'doubtful'],
    ['a number', '1234567', other, 'doubtful'],
    ["as nobody's, to a user", 'fedcba9876543210fedcba9876543210', null, 'doubtful'],
  ])('%s', (_case, value, known, form) => {
    expect(new Secret(value, known).form).toBe(form);
  });

  test('of a random token is whole', () => {
    const random = fc
      .uint8Array({ minLength: 32, maxLength: 32 })
      .map((bytes) => Buffer.from(bytes).toString('base64url'));
    const word = fc.string({ unit: fc.constantFrom('a', '0', 'z'), minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(word, random, (name, part) => {
        fc.pre(!/(.)\1{7}/.test(part));
        expect(new Secret(`${name}_${part}`).form).toBe('whole');
      }),
    );
  });
});

// What else `redactTokens` finds is in redaction.test.ts.
test('of JSON web tokens, as users have them, nothing is left in text that others wrote', () => {
  const part = fc.stringMatching(/^[A-Za-z0-9_-]{20,60}$/);
  fc.assert(
    fc.property(part, part, part, (header, claims, signature) => {
      const text = redactTokens(`token "eyJ${header}.${claims}.${signature}" refused`);
      expect([header, claims, signature].flatMap((value) => partsIn(text, value))).toEqual([]);
      expect(text).toMatch(/^token ".*" refused$/);
    }),
  );
});

/** Leaves out values that a redacted text holds by chance, such as a run of the characters that JSON is made of. */
function isTelling(value: string): boolean {
  return partsIn(JSON.stringify([String(new Secret(''))]) + inspect({ one: new Secret('') }), value).length === 0;
}

function messageOf(fail: () => void): string {
  try {
    fail();
  } catch (error) {
    return error instanceof Error ? inspect(error, { depth: null }) : '';
  }
  return '';
}

function logged(log: (destination: Writable) => void): string {
  const lines: string[] = [];
  const destination = new Writable({
    write: (chunk, _encoding, done) => {
      lines.push(String(chunk));
      done();
    },
  });
  log(destination);
  return lines.join('');
}
