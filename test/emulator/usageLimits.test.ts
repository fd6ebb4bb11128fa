import { expect, test } from 'vitest';
import { itemsOf, refusal, running, textOf } from './support/running.ts';

const MONTHLY = {
  subscriptionType: 'Monthly',
  usageUnit: 'Cost',
  softLimit: 80,
  hardLimit: 100,
  renewalStatus: 'Renewable',
};
const NOWHERE = '5c2d8e90-1f4b-4a77-9e36-0d1b2c3d4e44';

/** What envelope C says, with the mark of the emulator. */
const plainly = (text: string) => ({ body: { error: expect.stringMatching(`^${text} \\[UPSTREAM-TEXT\\]$`) } });

/** Limits of a new project, which has none. */
async function limiting(options: Parameters<typeof running>[0] = {}) {
  const platform = await running(options);
  const { call, organizationToken: token, acme } = platform;
  const created = await call('POST /v1/organization/project', { token, body: { name: 'Limited' } });
  const organizationPath = `/v2/usageLimits/organizations/${acme.id}/limits`;
  const projectPath = `/v2/usageLimits/organizations/${acme.id}/projects/${textOf(created.body, 'projectId')}/limits`;
  const at = (path: string) => (method: string, rest: string, body?: unknown) =>
    call(`${method} ${path}${rest}`, { token, ...(body !== undefined && { body }) });
  const seededLimits = (project: { id: string }) =>
    at(`/v2/usageLimits/organizations/${acme.id}/projects/${project.id}/limits`);
  return { ...platform, limits: at(projectPath), organizationLimits: at(organizationPath), at, seededLimits };
}

test('a limit is defined, listed, changed one value at a time, and cancelled', async () => {
  const { limits } = await limiting();

  const defined = await limits('POST', '', MONTHLY);
  const id = textOf(defined.body, 'id');
  expect(defined).toMatchObject({
    status: 200,
    body: {
      ...MONTHLY,
      relatedEntityName: 'Pia.Data.Project',
      status: 1,
      usedAmount: 0,
      remainingUsage: 100,
      validFrom: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/),
      validUntil: expect.stringMatching(/^\d{4}-\d\d-01T00:00:00$/),
    },
  });
  for (const path of ['/latest', '/active']) expect(await limits('GET', path)).toMatchObject({ body: defined.body });
  expect(itemsOf((await limits('GET', '')).body, 'usageLimits')).toEqual([defined.body]);

  expect((await limits('PUT', `/${id}/hardLimit`, { hardLimit: 200 })).body).toMatchObject({ hardLimit: 200 });
  expect((await limits('PUT', `/${id}/softLimit`, { softLimit: 150 })).body).toMatchObject({ softLimit: 150 });
  const changed = await limits('PUT', `/${id}/renewalStatus`, { renewalStatus: 'NonRenewable' });
  expect(changed.body).toMatchObject({ hardLimit: 200, softLimit: 150, renewalStatus: 'NonRenewable', id });

  expect((await limits('DELETE', `/${id}`)).body).toMatchObject({ id, status: 4 });
  expect(itemsOf((await limits('GET', '')).body, 'usageLimits')).toMatchObject([{ id, status: 4 }]);
  expect(await limits('GET', '/latest')).toMatchObject({ status: 200, body: { id, status: 4 } });
  expect(await limits('GET', '/active')).toMatchObject(refusal(404, 404));
});

test('the organization has limits of its own, and no way to ask for the active one', async () => {
  const { organizationLimits } = await limiting();

  const before = itemsOf((await organizationLimits('GET', '')).body, 'usageLimits');
  const active = before.find(({ status }) => status === 1)!;
  expect(active.relatedEntityName).toBe('Pia.Data.Organization');
  expect(await organizationLimits('GET', '/active')).toMatchObject(refusal(405, 405));
  expect((await organizationLimits('DELETE', `/${active.id}`)).body).toMatchObject({ status: 4 });
  const defined = await organizationLimits('POST', '', MONTHLY);
  expect((await organizationLimits('GET', '/latest')).body).toEqual(defined.body);
  expect(defined.body).toMatchObject({ relatedEntityName: 'Pia.Data.Organization', status: 1 });
});

test('one limit is in force at a time, and only that one changes', async () => {
  const { limits } = await limiting();
  const first = textOf((await limits('POST', '', MONTHLY)).body, 'id');

  expect(await limits('POST', '', MONTHLY)).toMatchObject(refusal(400, 409));
  await limits('DELETE', `/${first}`);
  const second = textOf((await limits('POST', '', { ...MONTHLY, subscriptionType: 'Freemium' })).body, 'id');

  expect((await limits('GET', '/active')).body).not.toHaveProperty('validUntil');
  for (const id of [first, NOWHERE]) {
    expect(await limits('DELETE', `/${id}`)).toMatchObject(refusal(404, 404));
    expect(await limits('PUT', `/${id}/hardLimit`, { hardLimit: 500 })).toMatchObject(refusal(404, 404));
  }
  expect(itemsOf((await limits('GET', '')).body, 'usageLimits').map(({ id }) => id)).toEqual([first, second]);
});

test.for<[string, object]>([
  ['Invalid renewal status', { ...MONTHLY, renewalStatus: 'Sometimes' }],
  ['Invalid subscription type', { ...MONTHLY, subscriptionType: 'Annual' }],
  ['Invalid usage unit', { ...MONTHLY, usageUnit: null }],
  ['Invalid soft limit', { ...MONTHLY, softLimit: -1 }],
  ['Invalid hard limit', { ...MONTHLY, hardLimit: '100' }],
  ['Invalid hard limit', { ...MONTHLY, hardLimit: 79 }],
])('"%s" is a plain text, and nothing is defined', async ([text, input]) => {
  const { limits } = await limiting();

  expect(await limits('POST', '', input)).toMatchObject({ status: 400, ...plainly(text) });
  expect((await limits('GET', '')).body).toEqual({ usageLimits: [] });
});

test('hard stays above soft, whichever changes', async () => {
  const { limits } = await limiting();
  const { body } = await limits('POST', '', MONTHLY);
  const id = textOf(body, 'id');

  expect(await limits('PUT', `/${id}/softLimit`, { softLimit: 101 })).toMatchObject(plainly('Invalid soft limit'));
  expect(await limits('PUT', `/${id}/hardLimit`, { hardLimit: 79 })).toMatchObject(plainly('Invalid hard limit'));
  expect(await limits('PUT', `/${id}/renewalStatus`, {})).toMatchObject(plainly('Invalid renewal status'));
  expect((await limits('GET', '/active')).body).toEqual(body);
});

const withAmounts = (hard: string, soft: string) =>
  JSON.stringify(MONTHLY)
    .replace('"hardLimit":100', `"hardLimit":${hard}`)
    .replace('"softLimit":80', `"softLimit":${soft}`);

test.each(['0.1000000000000000055511151231257827', '90071992547409930001.25', '1e-7', '2E+3', '2000.0'])(
  'an amount of %s keeps every digit',
  async (amount) => {
    const { limits } = await limiting();
    await limits('POST', '', withAmounts(amount, '0'));
    const { body, text } = await limits('GET', '/active');
    expect(text).toContain(`{"hardLimit":${amount},`);

    const changed = await limits('PUT', `/${textOf(body, 'id')}/softLimit`, `{"softLimit":${amount}}`);
    expect(changed.text).toContain(`"softLimit":${amount},`);
  },
);

test.each([
  ['0.10000000000000000001', '0.10000000000000000002'],
  ['1e2', '100.1'],
])('a hard limit of %s is below a soft one of %s', async (hard, soft) => {
  const { limits } = await limiting();

  expect(await limits('POST', '', withAmounts(hard, soft))).toMatchObject(plainly('Invalid hard limit'));
  expect((await limits('POST', '', withAmounts(soft, hard))).status).toBe(200);
});

test('the rest of a limit is exact', async () => {
  const { seededLimits, project } = await limiting();
  const limits = seededLimits(project);
  const { body } = await limits('GET', '/active');
  const used = Number(Reflect.get(Object(body), 'usedAmount'));

  const path = `/${textOf(body, 'id')}/hardLimit`;
  const changed = await limits('PUT', path, '{"hardLimit":900000.00000000000000000001}');
  const even = await limits('PUT', path, '{"hardLimit":900000.00}');

  expect(used).toBeGreaterThan(0);
  expect(changed.text).toMatch(/"remainingUsage":8\d{5}\.\d{2}0{17}1,/);
  expect(even.body).toMatchObject({ remainingUsage: 900_000 - used });
});

test.each(['1e400', `1${'0'.repeat(60)}`, '-0.1'])('%s is no amount', async (amount) => {
  const { limits } = await limiting();

  expect(await limits('POST', '', withAmounts(amount, '0'))).toMatchObject(plainly('Invalid hard limit'));
});

test('no limits of another organization, and none of a project that is not there', async () => {
  const { at, acme, borealis, project } = await limiting();
  const base = '/v2/usageLimits/organizations';

  for (const path of [
    `${borealis.id}/limits`,
    `${borealis.id}/projects/${borealis.projects[0]!.id}/limits`,
    `${NOWHERE}/limits`,
    `${acme.id}/projects/${borealis.projects[0]!.id}/limits`,
    `${acme.id}/projects/nonsense/limits`,
  ]) {
    expect(await at(`${base}/${path}`)('GET', '')).toMatchObject(refusal(400, 2006));
    expect(await at(`${base}/${path}`)('POST', '', MONTHLY)).toMatchObject(refusal(400, 2006));
  }
  expect(await at(`${base}/nonsense/limits`)('GET', '')).toMatchObject(refusal(400, 2001));
  expect(await at(`${base}/${acme.id}/projects/${project.id}/limits`)('GET', '')).toMatchObject({ status: 200 });
});

test('the limit that a project is created with is stored', async () => {
  const { call, at, acme, organizationToken: token } = await limiting();

  const created = await call('POST /v1/organization/project', { token, body: { name: 'X', usageLimit: MONTHLY } });

  const path = `/v2/usageLimits/organizations/${acme.id}/projects/${textOf(created.body, 'projectId')}/limits`;
  expect(created.body).toMatchObject({ usageLimit: (await at(path)('GET', '/active')).body });
});

test('the variants that the reference leaves open can be chosen', async () => {
  const { limits } = await limiting({
    limitListKey: 'limits',
    absentLimit: 'empty',
    invalidLimitStatus: 200,
    deletedLimit: 'status',
  });

  expect((await limits('GET', '')).body).toEqual({ limits: [] });
  for (const path of ['/latest', '/active']) {
    expect(await limits('GET', path)).toMatchObject({ status: 200, body: {} });
  }
  expect(await limits('POST', '', {})).toMatchObject({ status: 200, ...plainly('Invalid subscription type') });
  const id = textOf((await limits('POST', '', MONTHLY)).body, 'id');
  expect((await limits('DELETE', `/${id}`)).body).toEqual({ status: 'deleted' });
  expect((await limits('GET', '')).body).toMatchObject({ limits: [{ id, status: 4 }] });
});

test('most seeded projects have a limit in force; some have none, or one that ended or is used up', async () => {
  const { acme, seededLimits } = await limiting();
  const lists = await Promise.all(
    acme.projects.map(async (project) => itemsOf((await seededLimits(project)('GET', '')).body, 'usageLimits')),
  );
  const inForce = (limit: Record<string, unknown>) => limit.status === 1 || limit.status === 3;

  expect(lists.filter((list) => list.filter(inForce).length === 1).length).toBeGreaterThan(acme.projects.length / 2);
  expect(lists.some((list) => list.length === 0)).toBe(true);
  expect(lists.some((list) => list.length > 0 && !list.some(inForce))).toBe(true);
  expect(new Set(lists.flat().map(({ status }) => status))).toEqual(new Set([1, 2, 3, 4]));
  for (const limit of lists.flat()) {
    expect(Number(limit.remainingUsage)).toBeCloseTo(Number(limit.hardLimit) - Number(limit.usedAmount));
  }
});
