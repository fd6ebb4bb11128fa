import { expect, onTestFinished, test } from 'vitest';
import { routes } from '../support/facade.ts';
import { disturb, introduce, startDrill } from './failures.ts';

/** What a credential may spend on retries before it has earned more: design.md 5 counts calls, retries included. */
const BUDGET = 20;
const LIST = '{ organization { projects { nodes { name } } } }';

async function drilled() {
  const drill = await startDrill({ emulator: { organizations: 2, projects: 2 } });
  onTestFinished(() => drill.facade.close());
  await introduce({ ...drill, both: drill.emulator.seeded.organizations.map(({ token }) => token) });
  const listTimes = async (count: number, token = drill.organization.token) => {
    drill.emulator.resetCalls();
    for (let index = 0; index < count; index += 1) await drill.facade.query(LIST, { token });
    return drill.facade.upstream()[routes.listProjects] ?? 0;
  };
  const fail = (times = Number.POSITIVE_INFINITY) =>
    disturb(drill.emulator, [routes.listProjects], { kind: 'status', status: 503, retryAfter: '0', times });
  return { ...drill, listTimes, fail };
}

test('a platform that fails for good is asked little more often than callers ask', async () => {
  const { listTimes, fail } = await drilled();
  fail();

  expect(await listTimes(50)).toBe(50 + BUDGET);
  expect(await listTimes(50)).toBe(50);
});

test('one credential does not use up the retries of another', async () => {
  const { emulator, listTimes, fail } = await drilled();
  fail();
  await listTimes(30);

  expect(await listTimes(1, emulator.seeded.organizations[1]!.token)).toBe(3);
});

test('successes earn retries back, one for about ten of them', async () => {
  const { emulator, listTimes, fail } = await drilled();
  fail();
  await listTimes(30);
  emulator.setFaults([]);

  await listTimes(5);
  fail(1);
  expect(await listTimes(1)).toBe(1);

  emulator.setFaults([]);
  await listTimes(15);
  fail(1);
  expect(await listTimes(1)).toBe(2);
});
