import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { doubledWrites, failuresIn, type Got, type Known, leaksIn, lostOutcomes } from './checks.ts';
import { startWriteProxy } from './writeProxy.ts';

const HIDDEN = ['Borealis', '5933a2fc-a2f8-463c-b29a-ef60199bb1a9'];
const got = (body: object, status = 200) => ({ status, text: JSON.stringify(body), ...body }) as Exclude<Got, null>;
const failed = (code: string, status: number) => got({ errors: [{ message: 'x', extensions: { code } }] }, status);

describe('an answer', () => {
  test.each([
    ['a name', { data: { name: 'Borealis' } }],
    ['a name in an error', { errors: [{ message: 'Project of Borealis.' }] }],
    [
      'an id in an id',
      { data: { id: Buffer.from(`02${HIDDEN[1]!.replaceAll('-', '')}`, 'hex').toString('base64url') } },
    ],
  ])('with %s of others is found', (_title, body) => {
    expect(leaksIn(got(body), HIDDEN, 'query { x }')).toHaveLength(1);
  });

  test.each([
    ['says what the caller said', got({ data: { name: 'Borealis' } }), '{ projects(filter: "Borealis") { name } }'],
    ['tells of nobody else', got({ data: { name: 'Acme' } }), '{ name }'],
    ['is lost', null, '{ name }'],
  ])('has no leak if it %s', (_title, answer, said) => {
    expect(leaksIn(answer, HIDDEN, said)).toEqual([]);
  });

  test('of a failure that is ours is found, and of load that was refused is not', () => {
    expect(failuresIn(failed('INTERNAL_SERVER_ERROR', 200))).toHaveLength(1);
    expect(failuresIn(failed('BAD_REQUEST', 500))).toHaveLength(1);
    expect(failuresIn(failed('OVERLOADED', 503))).toEqual([]);
    expect(failuresIn(failed('UPSTREAM_TIMEOUT', 200))).toEqual([]);
  });
});

describe('an outcome', () => {
  const DONE: Known = {
    ...{ requestId: 'r', got: got({ data: { blockApiToken: {} } }), saysDone: true, isDone: true },
    ...{ intents: 1, events: 1 },
  };

  test.each<[title: string, known: Known]>([
    ['done, said and recorded', DONE],
    ['refused and recorded', { ...DONE, saysDone: false, isDone: false, intents: 0 }],
    ['unknown to the caller of a replica that died, and recorded', { ...DONE, got: null, saysDone: false, events: 0 }],
    [
      'refused before it began',
      { ...DONE, got: failed('OVERLOADED', 503), saysDone: false, isDone: false, intents: 0, events: 0 },
    ],
  ])('%s is not lost', (_title, known) => {
    expect(lostOutcomes(known)).toEqual([]);
  });

  test.each<[title: string, known: Known]>([
    ['said and not done', { ...DONE, isDone: false }],
    ['done and not recorded', { ...DONE, got: null, saysDone: false, intents: 0, events: 0 }],
    ['answered and not recorded', { ...DONE, events: 0 }],
    ['recorded twice', { ...DONE, events: 2 }],
  ])('%s is found', (_title, known) => {
    expect(lostOutcomes(known)).toHaveLength(1);
  });
});

test('a write that a stub of a facade sends twice is found, and one that its caller repeats is not', async () => {
  const platform = createServer((_request, response) => response.end('{}'));
  await new Promise<void>((resolve) => platform.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void platform.close());
  const proxy = await startWriteProxy(`http://127.0.0.1:${(platform.address() as AddressInfo).port}`);
  onTestFinished(() => proxy.close());
  const send = (name: string) => fetch(`${proxy.url}/tokens`, { method: 'POST', body: JSON.stringify({ name }) });

  for (const name of ['once', 'twice', 'twice', 'again', 'again']) await (await send(name)).text();
  await (await fetch(`${proxy.url}/tokens`)).text();

  const attempts = ({ body }: { body: string }) => (body.includes('again') ? 2 : 1);
  expect(doubledWrites(proxy.writes, attempts)).toEqual([expect.stringContaining('twice')]);
});
