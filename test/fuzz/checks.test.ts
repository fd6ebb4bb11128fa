import { createServer } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { UPSTREAM_MARK } from '../../emulator/failures.ts';
import { Random } from '../support/random.ts';
import { problemsOf, problemsOfLog } from './checks.ts';
import { exchange, Lane, readAnswers, type WireAnswer } from './wire.ts';

const HIDDEN = { upstream: '127.0.0.1:4001', secrets: ['secret-of-the-server'] };
const TOKEN = 'default_EMULATOR-org01-project00001-token1-abcdefgh';
const JWT = `eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJhIn0.${'s'.repeat(80)}`;
const HEADERS = { 'content-type': 'application/json', 'x-request-id': 'r-1', 'x-content-type-options': 'nosniff' };

const answer = (body: unknown, more: Partial<WireAnswer> = {}): WireAnswer => ({
  status: 200,
  headers: HEADERS,
  body: typeof body === 'string' ? body : JSON.stringify(body),
  ...more,
});
const failed = (message: string, code = 'BAD_REQUEST', requestId: string | undefined = 'r-1') =>
  answer({ errors: [{ message, extensions: { code, requestId } }] });

describe('an answer', () => {
  test.each<[title: string, answer: WireAnswer]>([
    ['with data', answer({ data: { name: 'x' } })],
    ['with an error', failed('Wrong.')],
    ['that refuses load', answer({}, { status: 503, headers: { ...HEADERS, 'retry-after': '1' } })],
    ['that is not ready', answer({ ready: false, reason: 'x' }, { status: 503 })],
    ['with a token that was created now', answer({ data: { secret: `ci_EMULATOR${'x'.repeat(35)}` } })],
  ])('%s has no problem', (_title, good) => {
    expect(problemsOf(good, HIDDEN)).toEqual([]);
  });

  test.each<[title: string, answer: WireAnswer]>([
    ['a failure of the server', answer({}, { status: 500 })],
    ['a refusal that does not say when to come again', answer({}, { status: 503 })],
    ['an unforeseen error', failed('Internal error.', 'INTERNAL_SERVER_ERROR')],
    ['a code that is not in the schema', failed('Wrong.', 'SOMETHING')],
    ['no message', failed('')],
    ['no request id in an error', failed('Wrong.', 'BAD_REQUEST', 'r-2')],
    ['no request id', answer({}, { headers: { ...HEADERS, 'x-request-id': '' } })],
    ['no security headers', answer({}, { headers: { 'x-request-id': 'r-1' } })],
    ['JSON that is cut', answer('{"data":')],
    ['an empty list of errors', answer({ errors: [] })],
    ['text of the platform', failed(`gateway says no [${UPSTREAM_MARK}]`)],
    ['the address of the platform', failed('connect to 127.0.0.1:4001 failed')],
    ['a stack', failed('Wrong.\n    at parse (/app/src/x.ts:1:2)')],
    ['a token of the platform', failed(`No field ${TOKEN}`)],
    ['a token of the company', failed(`Bad ${JWT}`)],
    ['a secret of the server', answer({}, { headers: { ...HEADERS, vary: 'secret-of-the-server' } })],
  ])('with %s has one', (_title, bad) => {
    expect(problemsOf(bad, HIDDEN)).not.toEqual([]);
  });
});

test.each([
  ['a token', `{"level":"info","msg":"${TOKEN}"}`],
  ['a new token', `{"level":"info","msg":"ci_EMULATOR${'x'.repeat(35)}"}`],
  ['a token of the company', `{"level":"info","msg":"${JWT}"}`],
  ['a failure', '{"level":"error","msg":"unforeseen failure"}'],
  ['a secret', '{"level":"info","msg":"secret-of-the-server"}'],
])('%s in the log is a problem', (_title, line) => {
  expect(problemsOfLog(line, HIDDEN)).toHaveLength(1);
});

test.each([
  '{"level":"info","requestId":"r-1","msg":"request"}',
  '{"level":"warn","errors":[{"code":"OVERLOADED","path":null}],"msg":"operation"}',
])('the line %s of the log has no problem', (line) => {
  expect(problemsOfLog(line, HIDDEN)).toEqual([]);
});

/** A server that says the same to everybody. */
async function saying(text: string): Promise<string> {
  const server = createServer((socket) => socket.on('error', () => undefined).once('data', () => socket.end(text)));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const address = server.address();
  return `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
}

describe('a lane', () => {
  const OK = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\nX-A: 1\r\nx-a: 2\r\n\r\n{}';
  const GET = Buffer.from('GET / HTTP/1.1\r\n\r\n');

  test('reads an answer', async () => {
    const headers = { 'content-length': '2', 'x-a': '1, 2' };
    expect(await new Lane(await saying(OK)).ask(GET, false)).toEqual({ status: 200, headers, body: '{}' });
  });

  test('answers null when the server hangs up', async () => {
    expect(await new Lane(await saying(OK.slice(0, -1))).ask(GET, false)).toBeNull();
  });

  test.each([
    ['two answers', `${OK}${OK}`],
    ['an answer that is longer than it says', `${OK}x`],
    ['what is no answer', `SSH-2.0\r\n\r\n`],
  ])('fails at %s', async (_title, text) => {
    await expect(new Lane(await saying(text)).ask(GET, false)).rejects.toThrow();
  });

  test('reads all that come on a connection of their own', async () => {
    const text = `HTTP/1.1 100 Continue\r\n\r\n${OK}${OK}${OK.slice(0, 30)}`;
    expect(await exchange(await saying(text), GET, false)).toHaveLength(2);
    expect(readAnswers(Buffer.from(text))).toHaveLength(2);
  });
});

test('random numbers come again with a seed and a case, and are others with others', () => {
  const some = (seed: number, index: number) => new Random(seed, index).next();

  expect(some(1, 2)).toEqual(some(1, 2));
  expect(new Set([some(1, 2), some(1, 3), some(2, 2)].map(String)).size).toBe(3);
});
