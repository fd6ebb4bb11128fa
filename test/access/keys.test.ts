import type { ServerResponse } from 'node:http';
import { beforeAll, expect, onTestFinished, test } from 'vitest';
import { keysAt } from '../../src/access/keySource.ts';
import { type KeyEvents, Keys, type KeyTimes } from '../../src/access/keys.ts';
import { type Issuer, signingKey, startIssuer } from '../support/issuer.ts';

const TIMES: KeyTimes = { cooldownMs: 60_000, freshMs: 60_000, staleMs: 60_000 };
const SILENT: KeyEvents = { changed: () => undefined, failed: () => undefined };
const PATIENT_MS = 10_000;

async function started(): Promise<Issuer> {
  const issuer = await startIssuer();
  onTestFinished(() => issuer.close());
  return issuer;
}

function keysOf(issuer: Issuer, times: Partial<KeyTimes> = {}, timeoutMs = PATIENT_MS): Keys {
  return new Keys(keysAt(new URL(issuer.url), timeoutMs), { ...TIMES, ...times }, SILENT);
}

/** What becomes of a look for the key of that name. */
async function find(keys: Keys, kid = 'first'): Promise<string> {
  return keys.find({ alg: 'ES256', kid }).then(
    () => 'found',
    (refusal) => refusal.reason,
  );
}

beforeAll(async () => {
  // The first call of a process loads the client, which may take longer than the short times below.
  const issuer = await startIssuer();
  await keysOf(issuer).refresh();
  await issuer.close();
});

test('callers who come at once share one look-up', async () => {
  const issuer = await started();
  const keys = keysOf(issuer);

  const found = await Promise.all(Array.from({ length: 50 }, () => find(keys)));

  expect(new Set(found)).toEqual(new Set(['found']));
  expect(issuer.lookUps()).toBe(1);
});

test('a flood of unknown keys causes one look-up in a cool-down', async () => {
  const issuer = await started();
  const keys = keysOf(issuer);
  await find(keys);

  const found = await Promise.all(Array.from({ length: 500 }, (_, index) => find(keys, `unknown ${index}`)));

  expect(new Set(found)).toEqual(new Set(['UNKNOWN_KEY']));
  expect(issuer.lookUps()).toBe(1);
});

test('an issuer that is down is asked once in a cool-down, however many come', async () => {
  const issuer = await started();
  issuer.answerWith((response) => response.writeHead(503).end());
  const keys = keysOf(issuer);

  const found = await Promise.all(Array.from({ length: 50 }, () => find(keys)));
  found.push(await find(keys));

  expect(new Set(found)).toEqual(new Set(['KEYS_UNAVAILABLE']));
  expect(issuer.lookUps()).toBe(1);
});

test('a key that was published after the last look-up is found once the cool-down is over', async () => {
  const issuer = await started();
  const keys = keysOf(issuer, { cooldownMs: 0 });
  expect(await find(keys, 'second')).toBe('UNKNOWN_KEY');

  issuer.publish(await signingKey('second'));

  expect(await find(keys, 'second')).toBe('found');
  expect(await find(keys, 'first')).toBe('UNKNOWN_KEY');
});

test('an issuer that publishes no key ends the known ones, and is none whose keys are known', async () => {
  const issuer = await started();
  const keys = keysOf(issuer, { cooldownMs: 0 });
  expect(await find(keys)).toBe('found');

  issuer.answerWith((response) => response.end('{"keys":[]}'));
  await keys.refresh();

  expect([await find(keys), await keys.areKnown()]).toEqual(['KEYS_UNAVAILABLE', false]);
});

test('known keys go on while the issuer is down, and no longer than they may', async () => {
  const issuer = await started();
  const [going, over] = [keysOf(issuer, { cooldownMs: 0, freshMs: 0 }), keysOf(issuer, { cooldownMs: 0, staleMs: 0 })];
  await Promise.all([going.refresh(), over.refresh()]);
  issuer.answerWith((response) => response.destroy());

  expect(await find(going)).toBe('found');
  expect(await find(over)).toBe('KEYS_UNAVAILABLE');
});

test('a known key does not wait for an issuer that is slow', async () => {
  const issuer = await started();
  const keys = keysOf(issuer, { cooldownMs: 0, freshMs: 0 });
  await keys.refresh();
  // Answers nothing.
  issuer.answerWith(() => undefined);

  expect(await find(keys)).toBe('found');
  await expect.poll(() => issuer.lookUps()).toBe(2);
});

const BRIEF_MS = 300;

const BAD: [title: string, answer: Parameters<Issuer['answerWith']>[0], timeoutMs: number][] = [
  ['never answers', () => undefined, BRIEF_MS],
  ['never ends its answer', (response) => void response.write('{"keys":['), BRIEF_MS],
  ['answers without end', pour, PATIENT_MS],
  ['redirects', (response) => response.writeHead(302, { location: '/elsewhere' }).end(), PATIENT_MS],
  ['answers no JSON', (response) => response.end('<html>'), PATIENT_MS],
  ['answers another object', (response) => response.end('{"keys":{"kid":"first"}}'), PATIENT_MS],
];

function pour(response: ServerResponse): void {
  if (response.listenerCount('drain') === 0) response.on('drain', () => pour(response));
  while (response.write(' '.repeat(65_536)));
}

test.each(BAD)('an issuer that %s is one that cannot be read, in bounded time', async (_title, answer, timeoutMs) => {
  const issuer = await started();
  issuer.answerWith(answer);
  const keys = keysOf(issuer, {}, timeoutMs);

  expect(await find(keys)).toBe('KEYS_UNAVAILABLE');
  expect(issuer.lookUps()).toBe(1);
});

test('a secret among the keys verifies nothing', async () => {
  const issuer = await started();
  const secret = { kty: 'oct', k: 'c2VjcmV0', kid: 'first', alg: 'HS256' };
  issuer.answerWith((response) => response.end(JSON.stringify({ keys: [secret] })));

  expect(
    await keysOf(issuer)
      .find({ alg: 'HS256', kid: 'first' })
      .catch(({ reason }) => reason),
  ).toBe('UNKNOWN_KEY');
});
