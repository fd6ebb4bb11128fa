import { describe, expect, test } from 'vitest';
import { LIMIT, limited, ORGANIZATION_ROUTES, PROJECT_ROUTES, SELECTION } from './limited.ts';

/** More digits than a binary number keeps. */
const EXACT = { softLimit: '12345678901234567.123456789', hardLimit: '98765432109876543210.5' };
const inForce = { ...LIMIT, status: 'ACTIVE' };
const ALL = ['HARD_LIMIT', 'SOFT_LIMIT', 'RENEWAL'];

test('a limit is defined where none is in force, for a list, the definition and a list', async () => {
  const { set, upstream, events, audit } = await limited();

  expect(await set({ reason: 'Budget' })).toEqual({
    ...{ usageLimit: inForce, changed: true, applied: ALL, remaining: [], isConfirmed: true },
    userErrors: [],
  });

  expect(upstream()).toEqual({ [PROJECT_ROUTES.list]: 2, [PROJECT_ROUTES.define]: 1 });
  expect(events()).toMatchObject([
    {
      ...{ action: 'setUsageLimit', reason: 'Budget', outcome: 'SUCCEEDED', changed: true, before: null },
      after: { hardLimit: '100', softLimit: '80' },
      verification: { outcome: 'CONFIRMED' },
    },
  ]);
  expect(audit()[0]).toMatchObject({ intent: 'setUsageLimit', details: { wanted: { hardLimit: '100' } } });
});

test('amounts reach the platform digit for digit, in a definition and in changes', async () => {
  const { set } = await limited();

  expect((await set(EXACT)).usageLimit).toMatchObject(EXACT);
  expect((await set({ ...EXACT, hardLimit: '98765432109876543210.6' })).usageLimit).toMatchObject({
    ...EXACT,
    hardLimit: '98765432109876543210.6',
  });
});

test.each([
  ['raised', { softLimit: '120', hardLimit: '150', isRenewable: false }, ALL],
  ['lowered', { softLimit: '10', hardLimit: '20', isRenewable: false }, ['SOFT_LIMIT', 'HARD_LIMIT', 'RENEWAL']],
  ['of another hard amount', { hardLimit: '500' }, ['HARD_LIMIT']],
  ['of another renewal', { isRenewable: false }, ['RENEWAL']],
])('a limit that is %s takes the changes that differ, one call each', async (_how, change, applied) => {
  const { set, writes, emulator, events } = await limited();
  await set();
  emulator.resetCalls();

  const payload = await set(change);

  expect(payload).toEqual({
    ...{ usageLimit: { ...inForce, ...change }, changed: true, applied, remaining: [], isConfirmed: true },
    userErrors: [],
  });
  expect(Object.values(writes())).toEqual(applied.map(() => 1));
  expect(events()[1]).toMatchObject({ outcome: 'SUCCEEDED', before: { hardLimit: '100' }, details: { applied } });
});

test('a limit that is as asked takes one list, and nothing is sent', async () => {
  const { set, upstream, emulator, events } = await limited();
  await set();
  emulator.resetCalls();

  expect(await set()).toMatchObject({ usageLimit: inForce, changed: false, applied: [], isConfirmed: true });

  expect(upstream()).toEqual({ [PROJECT_ROUTES.list]: 1 });
  expect(events()[1]).toMatchObject({ outcome: 'SUCCEEDED', changed: false });
});

test('a change that the platform refuses in the middle is told, and a repetition sends only the rest', async () => {
  const { set, emulator, writes, events, listed } = await limited();
  await set();
  emulator.setFaults([{ route: PROJECT_ROUTES.softLimit, kind: 'status', status: 403, id: 7 }]);
  const change = { softLimit: '120', hardLimit: '150', isRenewable: false };

  expect(await set(change)).toMatchObject({
    usageLimit: { softLimit: '80', hardLimit: '150', isRenewable: true },
    ...{ changed: true, applied: ['HARD_LIMIT'], remaining: ['SOFT_LIMIT', 'RENEWAL'], isConfirmed: true },
    userErrors: [
      { code: 'INCOMPLETE', message: expect.stringMatching(/Set so far: HARD_LIMIT. Not set: SOFT_LIMIT, R/) },
    ],
  });
  expect(events()[1]).toMatchObject({ outcome: 'INCOMPLETE', changed: true, codes: ['INCOMPLETE'] });

  emulator.setFaults([]);
  emulator.resetCalls();
  expect(await set(change)).toMatchObject({ applied: ['SOFT_LIMIT', 'RENEWAL'], remaining: [], userErrors: [] });
  expect(writes()).toEqual({ [PROJECT_ROUTES.softLimit]: 1, [PROJECT_ROUTES.renewal]: 1 });
  expect(await listed()).toMatchObject([{ softLimit: 120, hardLimit: 150, renewalStatus: 'NonRenewable' }]);
});

test('a first change that the platform forbids is an error, and nothing is changed', async () => {
  const { set, emulator, events } = await limited();
  await set();
  emulator.setFaults([{ route: PROJECT_ROUTES.hardLimit, kind: 'status', status: 403, id: 7 }]);

  await expect(set({ hardLimit: '150' })).rejects.toThrow('FORBIDDEN');
  expect(events()[1]).toMatchObject({ outcome: 'FAILED', changed: false });
});

describe('a lost answer', () => {
  const change = { softLimit: '120', hardLimit: '150', isRenewable: false };

  test.each([
    ['the definition', PROJECT_ROUTES.define, false],
    ['the first change', PROJECT_ROUTES.hardLimit, true],
    ['the second change', PROJECT_ROUTES.softLimit, true],
    ['the last change', PROJECT_ROUTES.renewal, true],
  ])('to %s is made good by the list, and it is sent once', async (_which, route, isDefined) => {
    const { set, emulator, upstream, events } = await limited();
    if (isDefined) await set();
    emulator.resetCalls();
    emulator.setFaults([{ route, kind: 'loseAnswer' }]);

    expect(await set(change)).toMatchObject({ usageLimit: change, changed: true, remaining: [], isConfirmed: true });

    expect(upstream()[route]).toBe(1);
    expect(events().at(-1)).toMatchObject({ outcome: 'SUCCEEDED', changed: true });
  });

  test('to a change that the list does not show is unknown, tells what was set, and is not sent again', async () => {
    const { set, emulator, upstream, events } = await limited();
    await set();
    emulator.resetCalls();
    emulator.setFaults([{ route: PROJECT_ROUTES.softLimit, kind: 'drop' }]);

    await expect(set(change)).rejects.toThrow(/OUTCOME_UNKNOWN.*Set so far: HARD_LIMIT/);

    expect(upstream()[PROJECT_ROUTES.softLimit]).toBe(1);
    expect(upstream()).not.toHaveProperty([PROJECT_ROUTES.renewal]);
    expect(events()[1]).toMatchObject({ outcome: 'UNKNOWN', changed: true, details: { applied: ['HARD_LIMIT'] } });
  });
});

test('a change that the list does not show yet is not confirmed, and no plain success in the audit log', async () => {
  const { set, emulator, events } = await limited();
  await set();
  emulator.setFaults([{ route: PROJECT_ROUTES.hardLimit, kind: 'answer', body: {} }]);

  expect(await set({ hardLimit: '150' })).toMatchObject({ usageLimit: inForce, changed: true, isConfirmed: false });
  expect(events()[1]).toMatchObject({ outcome: 'UNCONFIRMED' });
});

test('the limit of an organization is set by its own calls', async () => {
  const { mutate, organizationId, upstream, events } = await limited();
  const input = { organizationId, ...LIMIT };
  await mutate('cancelUsageLimit', { organizationId }, { selection: 'changed' });

  const payload = await mutate('setUsageLimit', input, { selection: SELECTION });

  expect(payload).toMatchObject({ usageLimit: inForce, changed: true, isConfirmed: true });
  expect(upstream()).toEqual({
    [ORGANIZATION_ROUTES.list]: 4,
    [ORGANIZATION_ROUTES.cancel]: 1,
    [ORGANIZATION_ROUTES.define]: 1,
  });
  expect(events().map(({ target }) => target)).toEqual([organizationId, organizationId]);
});

test.each<[string, object, string, string | null]>([
  ['neither target', { projectId: null }, 'TARGET_REQUIRED', null],
  ['both targets', { organizationId: '36cd70c0-eec7-4633-94c3-e0d59863ed33' }, 'TARGET_REQUIRED', null],
  ['text for an id', { projectId: 'none' }, 'INVALID_ID', 'projectId'],
  ['no such project', { projectId: '00000000-0000-4000-8000-000000000000' }, 'PROJECT_NOT_FOUND', 'projectId'],
  ['a hard limit below the soft one', { hardLimit: '79.99' }, 'INVALID_LIMIT', 'hardLimit'],
  ['a negative amount', { softLimit: '-1' }, 'INVALID_LIMIT', 'hardLimit'],
  ['a long reason', { reason: 'x'.repeat(501) }, 'TOO_LONG', 'reason'],
])('%s is a user error, and nothing is sent', async (_what, input, code, field) => {
  const { set, writes, events } = await limited();

  expect(await set(input)).toMatchObject({
    ...{ usageLimit: null, changed: false, applied: [], isConfirmed: false },
    userErrors: [{ code, field }],
  });
  expect(writes()).toEqual({});
  expect(events()).toMatchObject([{ outcome: 'REFUSED', codes: [code] }]);
});

test('a limit of another period or unit is not replaced', async () => {
  const { set, writes, emulator } = await limited();
  await set();
  emulator.resetCalls();

  for (const other of [{ period: 'DAILY' }, { unit: 'REQUESTS' }]) {
    expect(await set(other)).toMatchObject({ changed: false, userErrors: [{ code: 'LIMIT_IN_FORCE' }] });
  }
  expect(writes()).toEqual({});
});

test('a limit that somebody else defined meanwhile is named as the reason of the refusal', async () => {
  const { set, emulator, listed } = await limited();
  emulator.setFaults([{ route: PROJECT_ROUTES.list, kind: 'answer', body: { usageLimits: [] }, times: 1 }]);
  await set();
  emulator.setFaults([{ route: PROJECT_ROUTES.list, kind: 'answer', body: { usageLimits: [] }, times: 1 }]);

  expect(await set({ hardLimit: '500' })).toMatchObject({ changed: false, userErrors: [{ code: 'LIMIT_IN_FORCE' }] });
  expect(await listed()).toMatchObject([{ hardLimit: 100 }]);
});

test('a first change that the platform refuses is a user error, and nothing is changed', async () => {
  const { set, emulator, events } = await limited();
  await set();
  emulator.setFaults([{ route: PROJECT_ROUTES.hardLimit, kind: 'status', status: 400, id: 8 }]);

  expect(await set({ hardLimit: '150' })).toMatchObject({ changed: false, userErrors: [{ code: 'REJECTED' }] });
  expect(events()[1]).toMatchObject({ outcome: 'REFUSED', codes: ['REJECTED'] });
});

test('a limit that somebody else cancelled before the first change has ended', async () => {
  const { set, cancel, emulator, writes } = await limited();
  await set();
  const body = {
    usageLimits: [
      { id: '36cd70c0-eec7-4633-94c3-e0d59863ed33', status: 1, subscriptionType: 'Monthly', usageUnit: 'Cost' },
    ],
  };
  await cancel();
  emulator.resetCalls();
  emulator.setFaults([{ route: PROJECT_ROUTES.list, kind: 'answer', times: 1, body }]);

  expect(await set({ hardLimit: '150' })).toMatchObject({ changed: false, userErrors: [{ code: 'LIMIT_ENDED' }] });
  expect(writes()).toEqual({ [PROJECT_ROUTES.hardLimit]: 1 });
});

test('a project that went before its limit was defined is a user error, and no limit that ended', async () => {
  const { set, emulator, events } = await limited();
  emulator.setFaults([{ route: PROJECT_ROUTES.define, kind: 'status', status: 400, id: 2005 }]);

  expect(await set()).toMatchObject({
    ...{ usageLimit: null, changed: false, applied: [] },
    userErrors: [{ code: 'PROJECT_NOT_FOUND', field: 'projectId' }],
  });
  expect(events()).toMatchObject([{ outcome: 'REFUSED', changed: false }]);
});

test('a refused definition stays a refusal when the limits cannot be listed afterwards', async () => {
  const { set, emulator, events } = await limited();
  emulator.setFaults([
    { route: PROJECT_ROUTES.list, kind: 'answer', body: { usageLimits: [] }, times: 1 },
    { route: PROJECT_ROUTES.define, kind: 'status', status: 400, id: 8 },
    { route: PROJECT_ROUTES.list, kind: 'status', status: 403, id: 7 },
  ]);

  expect(await set()).toMatchObject({ changed: false, userErrors: [{ code: 'REJECTED' }] });
  expect(events()).toMatchObject([{ outcome: 'REFUSED', changed: false }]);
});

test('a limit of an unknown status is not taken to be in force: the platform decides', async () => {
  const { set, emulator, writes } = await limited();
  const unknown = {
    id: '36cd70c0-eec7-4633-94c3-e0d59863ed33',
    status: 9,
    subscriptionType: 'Monthly',
    usageUnit: 'Cost',
  };
  const list = { route: PROJECT_ROUTES.list, kind: 'answer', body: { usageLimits: [unknown] }, times: 1 } as const;
  emulator.setFaults([list]);

  expect(await set()).toMatchObject({ usageLimit: inForce, changed: true, isConfirmed: true });

  emulator.resetCalls();
  emulator.setFaults([list]);
  expect(await set({ hardLimit: '150' })).toMatchObject({ userErrors: [{ code: 'LIMIT_IN_FORCE' }] });
  expect(writes()).toEqual({ [PROJECT_ROUTES.define]: 1 });
});

test('a token of another organization changes nothing, whatever ids the input names', async () => {
  const { mutate, organizationId, projectId, emulator, writes } = await limited({ emulator: { projects: 4 } });
  const token = emulator.seeded.organizations[1]!.token;
  const options = { token, selection: SELECTION };

  expect(await mutate('setUsageLimit', { projectId, ...LIMIT }, options)).toMatchObject({
    userErrors: [{ code: 'PROJECT_NOT_FOUND' }],
  });
  await expect(mutate('setUsageLimit', { organizationId, ...LIMIT }, options)).rejects.toThrow('CREDENTIAL_REQUIRED');
  expect(writes()).toEqual({});
});
