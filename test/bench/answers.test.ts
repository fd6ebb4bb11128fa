import { afterAll, beforeAll, expect, test } from 'vitest';
import { OPERATIONS } from '../../bench/operations.ts';
import { stopAll } from '../../bench/processes.ts';
import { openRange, prepare, type Range } from '../../bench/range.ts';

let range: Range;

beforeAll(async () => {
  range = await openRange({
    organizations: 2,
    projects: 45,
    servers: ['facade', 'remembering', 'handwritten', 'typical'],
  });
});

afterAll(async () => {
  await range?.close();
  await stopAll();
});

test.each(OPERATIONS)('every server answers the same to $name, each caller with its own data', async (operation) => {
  const prepared = await prepare(range, operation);

  for (const shots of prepared.values()) expect(shots).toHaveLength(2);
  const [one, other] = prepared.get('facade') ?? [];
  expect(one?.expected.toString()).toContain('"data"');
  if (operation.calls > 0) expect(one?.expected.equals(other!.expected)).toBe(false);
});

test.each(OPERATIONS)('$name costs the facade and the hand-written server the planned calls', async (operation) => {
  const prepared = await prepare(range, operation);

  for (const name of ['facade', 'handwritten'] as const) {
    await range.emulated.resetCalls();
    const { operations } = await range.target(name).gun.fire(prepared.get(name)!.slice(0, 1), (count) => count >= 1);
    expect(operations).toBe(1);
    expect(await range.emulated.traffic()).toMatchObject({ calls: operation.calls });
  }
});
