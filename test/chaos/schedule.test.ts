import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import type { Caller } from './callers.ts';
import { actOf, stepOf } from './schedule.ts';
import type { Stage } from './stage.ts';
import { drawn, Worker } from './worker.ts';

const callers = ['first', 'second', 'third'].map(
  (name) => ({ name, mode: 'passthrough', headers: {}, hidden: [], manages: [], isAdministrator: false }) as Caller,
);
const reads = Array.from({ length: 50 }, (_, index) => ({ document: `{ a${index}: __typename }`, variables: {} }));

test('acts and steps come again with a seed, and are others with another', () => {
  const scheduled = (seed: number) => ({
    acts: Array.from({ length: 50 }, (_, index) => actOf(seed, index, 4)),
    steps: Array.from({ length: 50 }, (_, index) => drawn(stepOf(seed, index % 5, index), { callers, reads })),
  });

  expect(scheduled(1)).toEqual(scheduled(1));
  expect(scheduled(1).acts).not.toEqual(scheduled(2).acts);
  expect(scheduled(1).steps).not.toEqual(scheduled(2).steps);
});

/** What a worker asks a server that answers in a way. */
async function asked(answer: RequestListener): Promise<string[]> {
  const bodies: string[] = [];
  const server = createServer((request, response) => {
    request.on('data', (chunk) => bodies.push(String(chunk))).on('end', () => answer(request, response));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const replicas = [{ mode: 'passthrough', url }];
  const stage = {
    cluster: { replicas },
    callers,
    reads,
    problems: [],
    hangMs: 15_000,
    asked: 0,
    codes: {},
  } as unknown as Stage;
  const worker = new Worker(stage, 1, 0);
  for (let step = 0; step < 20; step += 1) await worker.step();
  return bodies;
}

test('a worker asks the same whatever was answered before', async () => {
  const well = await asked((_request, response) => response.end('{"data":{}}'));

  expect(new Set(well).size).toBeGreaterThan(10);
  expect(await asked((_request, response) => response.destroy())).toEqual(well);
});
