import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BodyTurns, BYTES_OF_TURN } from '../../src/http/bodyTurns.ts';
import { type Facade, startFacade } from '../support/facade.ts';
import { Transcript } from '../support/transcript.ts';

let facade: Facade;
beforeAll(async () => {
  facade = await startFacade();
});
afterAll(() => facade.close());

const MEBIBYTE = 1024 * 1024;

/** JSON of exactly this many bytes. */
function bodyOf(bytes: number): string {
  const empty = JSON.stringify({ query: '{ __typename }', operationName: null, padding: '' });
  return JSON.stringify({ query: '{ __typename }', operationName: null, padding: 'x'.repeat(bytes - empty.length) });
}

const CODINGS: [coding: string, compress: (text: string) => Buffer][] = [
  ['gzip', gzipSync],
  ['GZIP', gzipSync],
  ['x-gzip', gzipSync],
  ['deflate', deflateSync],
  ['deflate', deflateRawSync],
  ['br', brotliCompressSync],
  ['identity', Buffer.from],
];

async function post(body: Buffer, headers: Record<string, string>) {
  const init = { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body };
  const response = await fetch(`${facade.url}/graphql`, init);
  return { status: response.status, answer: JSON.parse(await response.text()) };
}

describe.each(CODINGS)('a body compressed by %s', (coding, compress) => {
  test('is read up to the bound of what comes out of it', async () => {
    const { status, answer } = await post(compress(bodyOf(MEBIBYTE)), { 'content-encoding': coding });

    expect(answer).toEqual({ data: { __typename: 'Query' } });
    expect(status).toBe(200);
  });

  test('is too large with one byte more', async () => {
    const { status, answer } = await post(compress(bodyOf(MEBIBYTE + 1)), { 'content-encoding': coding });

    expect(status).toBe(413);
    expect(answer.errors).toMatchObject([{ extensions: { code: 'BAD_REQUEST' } }]);
  });
});

test('a body that would inflate to a gibibyte is given up after a mebibyte', async () => {
  const part = gzipSync(Buffer.alloc(16 * MEBIBYTE));
  const bomb = Buffer.concat(Array.from({ length: 64 }, () => part));
  expect(bomb.length).toBeGreaterThan(MEBIBYTE / 2);
  const before = process.memoryUsage().arrayBuffers;

  const { status } = await post(bomb.subarray(0, MEBIBYTE), { 'content-encoding': 'gzip' });

  expect(status).toBe(413);
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(16 * MEBIBYTE);
});

test.each(['application/json; charset=utf-8', 'application/json;charset="UTF-8"', 'application/json; charset=utf8'])(
  'a body of the type `%s` is read',
  async (type) => {
    const { answer } = await post(Buffer.from('{"query":"{ __typename }"}'), { 'content-type': type });

    expect(answer).toEqual({ data: { __typename: 'Query' } });
  },
);

test.each([
  ['within its headers', 'POST /graphql HTTP/1.1\r\nHost: localhost\r\nX-Slow: secret-in-header'],
  [
    'within its body',
    'POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"secret',
  ],
  ['before its first byte', ''],
])('a request that stops %s is answered 408 in time, with nothing of it', async (_what, text) => {
  const impatient = await startFacade({ times: { request: 100, check: 20 }, sharedEmulator: facade.emulator });
  const transcript = new Transcript(impatient.url);

  await transcript.sendSlowly(text);
  await impatient.close();

  const [head = '', body = ''] = transcript.answers[0]!.split('\r\n\r\n');
  expect(head).toMatch(/^HTTP\/1.1 408 Request Timeout\r\n/);
  expect(head).toMatch(/^cache-control: no-store/m);
  expect(JSON.parse(body).errors).toMatchObject([{ extensions: { code: 'BAD_REQUEST', retryable: false } }]);
  expect(transcript.answers[0]).not.toContain('secret');
});

test('large bodies that come together are parsed in several turns, in their order, and small ones pass', () => {
  const due: (() => void)[] = [];
  const turns = new BodyTurns((then) => void due.push(then));
  const size = BYTES_OF_TURN / 4;
  const parsed: string[] = [];
  for (let index = 0; index < 10; index += 1) turns.take(size, () => void parsed.push(`large ${index}`));
  turns.take(100, () => void parsed.push('small'));
  const perTurn = [parsed.length];
  for (let then = due.shift(); then; then = due.shift()) {
    const before = parsed.length;
    then();
    perTurn.push(parsed.length - before);
  }

  expect(perTurn).toEqual([5, 4, 2, 0]);
  expect(parsed.filter((name) => name !== 'small')).toEqual(Array.from({ length: 10 }, (_, index) => `large ${index}`));
});

test('large bodies that come faster than turns take them do not pile up', () => {
  const due: (() => void)[] = [];
  const turns = new BodyTurns((then) => void due.push(then));
  const parsed: number[] = [];
  let most = 0;
  for (let turn = 0; turn < 500; turn += 1) {
    for (let index = 0; index < 10; index += 1) turns.take(BYTES_OF_TURN, () => void parsed.push(turn));
    most = Math.max(most, (turn + 1) * 10 - parsed.length);
    due.shift()?.();
  }

  expect(most).toBeLessThan(10 * 10);
});
