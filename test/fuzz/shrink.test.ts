import { expect, test } from 'vitest';
import { type Depth, depthOf, sharesOf } from './depth.ts';
import { shrunkList, shrunkRequest } from './shrink.ts';

test('a list shrinks to the elements that it takes to fail', async () => {
  const numbers = Array.from({ length: 100 }, (_, index) => index);

  const kept = await shrunkList(numbers, async (some) => [7, 42, 99].every((number) => some.includes(number)));

  expect(kept).toEqual([7, 42, 99]);
});

const POST = (body: string) =>
  `POST /graphql HTTP/1.1\r\nhost: x\r\naccept: y\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
const LONG = JSON.stringify({ query: '{ a b bad c { d } }', variables: { long: [1, { x: 'y' }] }, extensions: {} });

test.each([
  ['of a JSON body', POST(LONG), 'POST /graphql HTTP/1.1\r\ncontent-length: 15\r\n\r\n{"query":"bad"}'],
  ['of another body', POST('a bad body'), 'POST /graphql HTTP/1.1\r\ncontent-length: 3\r\n\r\nbad'],
  [
    'without a body',
    'GET /graphql?query=%7Ba+bad%7D&x=1 HTTP/1.1\r\nhost: x\r\n\r\n',
    'GET /graphql?bad HTTP/1.1\r\n\r\n',
  ],
  ['of a wrong length', 'POST /\r\ncontent-length: 7\r\n\r\na bad', 'bad'],
])('a request %s shrinks to what it takes to fail', async (_what, whole, smallest) => {
  const shrunk = await shrunkRequest(Buffer.from(whole), async (bytes) => bytes.includes('bad'));

  expect(shrunk.toString()).toBe(smallest);
});

test.each<[depth: Depth | null, body: string]>([
  ['answered', ''],
  ['answered', '{"errors":[{"extensions":{"code":"GRAPHQL_PARSE_FAILED"}}]}'],
  ['parsed', '{"errors":[{"extensions":{"code":"GRAPHQL_VALIDATION_FAILED"}}]}'],
  ['valid', '{"errors":[{"extensions":{"code":"BAD_USER_INPUT"}}]}'],
  ['executed', '{"data":{"project":null},"errors":[{"extensions":{"code":"UPSTREAM_TIMEOUT"}}]}'],
  ['answered with data', '{"data":{"viewer":{},"project":null}}'],
  [null, '{"errors":[{"extensions":{"code":"OVERLOADED"}}]}'],
])('a request is %s by the answer %s', (depth, body) => {
  expect(depthOf({ status: 200, headers: { 'content-type': 'application/json' }, body })).toBe(depth);
});

test('a share holds all requests that came at least so far', () => {
  const shares = sharesOf({ answered: 5, parsed: 2, 'answered with data': 3 });

  expect(shares).toEqual({ answered: 1, parsed: 0.5, valid: 0.3, executed: 0.3, 'answered with data': 0.3 });
});
