import { expect, test } from 'vitest';
import { limited, PROJECT_ROUTES } from './limited.ts';

test('the limit in force is cancelled, and another one may be defined', async () => {
  const { set, cancel, events, listed } = await limited();
  await set();

  expect(await cancel()).toEqual({
    ...{ usageLimit: { hardLimit: '100', status: 'ACTIVE' }, changed: true, isConfirmed: true },
    userErrors: [],
  });

  expect(await listed()).toMatchObject([{ status: 4 }]);
  expect(events()[1]).toMatchObject({
    ...{ action: 'cancelUsageLimit', outcome: 'SUCCEEDED', changed: true },
    ...{ before: { hardLimit: '100' }, after: null },
  });
  expect(await set({ period: 'DAILY' })).toMatchObject({ changed: true, userErrors: [] });
});

test('without a limit in force nothing is sent', async () => {
  const { cancel, writes, events } = await limited();

  expect(await cancel()).toEqual({ usageLimit: null, changed: false, isConfirmed: true, userErrors: [] });
  expect(writes()).toEqual({});
  expect(events()).toMatchObject([{ outcome: 'SUCCEEDED', changed: false }]);
});

test('a lost answer is made good by the list, and the cancellation is sent once', async () => {
  const { set, cancel, emulator, upstream, events } = await limited();
  await set();
  emulator.setFaults([{ route: PROJECT_ROUTES.cancel, kind: 'loseAnswer' }]);

  expect(await cancel()).toMatchObject({ changed: true, isConfirmed: true });
  expect(upstream()[PROJECT_ROUTES.cancel]).toBe(1);
  expect(events()[1]).toMatchObject({ outcome: 'SUCCEEDED', changed: true });
});

test('a lost answer to a cancellation that was not made is unknown', async () => {
  const { set, cancel, emulator, upstream, events } = await limited();
  await set();
  emulator.setFaults([{ route: PROJECT_ROUTES.cancel, kind: 'drop' }]);

  await expect(cancel()).rejects.toThrow('OUTCOME_UNKNOWN');
  expect(upstream()[PROJECT_ROUTES.cancel]).toBe(1);
  expect(events()[1]).toMatchObject({ outcome: 'UNKNOWN', changed: null, after: { hardLimit: '100' } });
});

test('a limit that ended meanwhile is a user error', async () => {
  const { set, cancel, emulator } = await limited();
  await set();
  emulator.setFaults([{ route: PROJECT_ROUTES.cancel, kind: 'answer', status: 404, body: {} }]);

  expect(await cancel()).toMatchObject({ changed: false, userErrors: [{ code: 'LIMIT_ENDED' }] });
});

test('of two cancellations, the one that comes too late is told that the limit has ended', async () => {
  const { set, cancel, emulator, listed } = await limited();
  await set();
  const usageLimits = await listed();
  await cancel();
  emulator.setFaults([{ route: PROJECT_ROUTES.list, kind: 'answer', times: 1, body: { usageLimits } }]);

  expect(await cancel()).toMatchObject({ changed: false, userErrors: [{ code: 'LIMIT_ENDED' }] });
});

test('an endpoint that the installation lacks is no limit that has ended', async () => {
  const { set, cancel, emulator } = await limited();
  await set();
  emulator.setFaults([{ route: PROJECT_ROUTES.cancel, kind: 'status', status: 404, id: 404 }]);

  await expect(cancel()).rejects.toThrow('UPSTREAM_BAD_RESPONSE');
});

test('a limit of a project that is gone meanwhile is not said to have ended', async () => {
  const { set, cancel, emulator } = await limited();
  await set();
  emulator.setFaults([
    { route: PROJECT_ROUTES.list, kind: 'answer', applied: true, times: 1 },
    { route: PROJECT_ROUTES.cancel, kind: 'status', status: 404, id: 2005 },
    { route: PROJECT_ROUTES.list, kind: 'status', status: 404, id: 2005 },
  ]);

  expect(await cancel()).toMatchObject({ userErrors: [{ code: 'PROJECT_NOT_FOUND', field: 'projectId' }] });
});

test('limits that cannot be read are an error, and nothing is sent', async () => {
  const { cancel, set, emulator, writes } = await limited();
  await set();
  emulator.resetCalls();
  emulator.setFaults([{ route: PROJECT_ROUTES.list, kind: 'status', status: 500 }]);

  await expect(cancel()).rejects.toThrow('UPSTREAM_UNAVAILABLE');
  await expect(set({ hardLimit: '150' })).rejects.toThrow('UPSTREAM_UNAVAILABLE');
  expect(writes()).toEqual({});
});
