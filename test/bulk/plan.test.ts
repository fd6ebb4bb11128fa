import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { type Facade, routes, startFacade } from '../support/facade.ts';
import { bulk, type Caller, callerOf, codesOf, planAndRun, resultsOf, statuses, truth } from './bulk.ts';

const PROJECTS = 6;

let facade: Facade;
let caller: Caller;
let organizationId: string;

beforeEach(async () => {
  facade = await startFacade({ emulator: { organizations: 2, projects: PROJECTS } });
  const started = facade;
  onTestFinished(() => started.close());
  caller = callerOf(facade);
  organizationId = facade.emulator.seeded.organizations[0]!.id;
  await facade.query('{ viewer { scopes } }', { token: caller.token });
  facade.emulator.resetCalls();
});

const everything = () => ({ filter: { organizationId } });

test('a dry run changes nothing, lists every token with what would become of it, and costs one list a project', async () => {
  const before = statuses(facade.emulator);

  const dry = await bulk(caller, 'blockApiTokens', everything());

  expect(dry).toMatchObject({ dryRun: true, projectCount: PROJECTS, unreadableProjectCount: 0, userErrors: [] });
  expect(facade.upstream()).toEqual({ [routes.listProjects]: 1, [routes.listTokens]: PROJECTS });
  expect(statuses(facade.emulator)).toEqual(before);
  const expected = { Active: 'WOULD_CHANGE', Blocked: 'ALREADY_DONE', Revoked: 'LEFT_OUT' } as const;
  const outcomes = resultsOf(dry).map(({ apiToken, outcome }) => [apiToken!.id, outcome]);
  expect(outcomes.sort()).toEqual(
    truth(facade.emulator)
      .map((token) => [token.graphId, expected[token.status]])
      .sort(),
  );
  const revoked = resultsOf(dry).filter(({ outcome }) => outcome === 'LEFT_OUT');
  expect(new Set(revoked.map(({ problem }) => problem!.code))).toEqual(new Set(['TOKEN_REVOKED']));
});

test('a real run does what the plan says, once each, and proves every change', async () => {
  const active = truth(facade.emulator).filter(({ status }) => status === 'Active');
  const [dry, real] = await planAndRun(caller, 'blockApiTokens', { ...everything(), reason: 'A leak' });

  expect(real.userErrors).toEqual([]);
  expect(real.planId).toBe(dry.planId);
  expect(real.counts).toEqual({ ...dry.counts, wouldChange: 0, changed: active.length });
  const changed = resultsOf(real).filter((result) => result.changed);
  expect(changed.map(({ apiToken }) => apiToken!.id).sort()).toEqual(active.map(({ graphId }) => graphId).sort());
  for (const { outcome, apiToken, verification } of changed) {
    expect([outcome, apiToken!.status, verification!.outcome]).toEqual(['CHANGED', 'BLOCKED', 'CONFIRMED']);
  }
  expect(truth(facade.emulator).filter(({ isAccepted }) => isAccepted)).toEqual([]);
  const changedIn = new Set(active.map(({ projectId }) => projectId)).size;
  expect(facade.upstream()).toEqual({
    [routes.listProjects]: 2,
    [routes.listTokens]: 2 * PROJECTS + changedIn,
    [routes.updateToken]: active.length,
    [routes.validate]: active.length,
  });
});

test('the plan may be run again: it sends nothing, and proves again what it has changed', async () => {
  const [dry] = await planAndRun(caller, 'blockApiTokens', everything());
  facade.emulator.resetCalls();

  const again = await bulk(caller, 'blockApiTokens', { ...everything(), dryRun: false, planId: dry.planId });

  expect(again.userErrors).toEqual([]);
  expect(again.counts).toMatchObject({ changed: 0, wouldChange: 0, total: dry.counts!.total });
  expect(facade.upstream()[routes.updateToken]).toBeUndefined();
  expect(resultsOf(again).filter(({ verification }) => verification?.outcome === 'CONFIRMED')).toHaveLength(
    dry.counts!.wouldChange!,
  );
});

test('unblocking is the way back, of exactly the tokens that were blocked', async () => {
  const before = statuses(facade.emulator);
  const [, blocked] = await planAndRun(caller, 'blockApiTokens', everything());
  const ids = resultsOf(blocked).flatMap(({ changed, apiToken }) => (changed ? [apiToken!.id] : []));

  const [, undone] = await planAndRun(caller, 'unblockApiTokens', { ids });

  expect(undone.counts).toMatchObject({ total: ids.length, changed: ids.length });
  expect(
    resultsOf(undone)
      .map(({ requestedId }) => requestedId)
      .sort(),
  ).toEqual(ids.sort());
  expect(statuses(facade.emulator)).toEqual(before);
});

test('ids and project ids cost one list a project and none of the projects', async () => {
  const [a, b] = facade.emulator.seeded.organizations[0]!.projects;
  const ids = truth(facade.emulator).filter(({ projectId }) => [a!.id, b!.id].includes(projectId));
  await bulk(caller, 'blockApiTokens', { ids: ids.map(({ graphId }) => graphId) });
  expect(facade.upstream()).toEqual({ [routes.listTokens]: 2 });

  facade.emulator.resetCalls();
  await bulk(caller, 'blockApiTokens', { filter: { projectIds: [a!.id, b!.id, a!.id] } });
  expect(facade.upstream()).toEqual({ [routes.listTokens]: 2 });
});

test.each([
  [
    'a new token',
    () => void facade.emulator.createToken(facade.emulator.seeded.organizations[0]!.projects[0]!.id, 'New'),
  ],
  ['a new project', () => createProject()],
  ['a revoked token', () => facade.emulator.setTokenStatus(one('Active'), 'Revoked')],
  ['a token that was blocked and is active again', () => facade.emulator.setTokenStatus(one('Blocked'), 'Active')],
  [
    'a project that is gone',
    () => facade.emulator.deleteProject(facade.emulator.seeded.organizations[0]!.projects[0]!.id),
  ],
])('%s since the dry run makes the real run refuse, and nothing is sent', async (_what, change) => {
  const dry = await bulk(caller, 'blockApiTokens', everything());
  await change();
  const before = statuses(facade.emulator);

  const real = await bulk(caller, 'blockApiTokens', { ...everything(), dryRun: false, planId: dry.planId });

  expect(codesOf(real)).toEqual(['PLAN_CHANGED']);
  expect(real.userErrors[0]!.message).toMatch(/\d+ (tokens|that)/);
  expect(real).toMatchObject({ planId: null, counts: null, projects: [] });
  expect(statuses(facade.emulator)).toEqual(before);
  expect(facade.upstream()[routes.updateToken]).toBeUndefined();
});

/** As somebody else would, without the facade. */
async function createProject(): Promise<void> {
  await fetch(`${facade.emulator.url}/v1/organization/project`, {
    method: 'POST',
    headers: { authorization: `Bearer ${caller.token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'New', administratorUserEmail: 'admin@example.com' }),
  });
}

const one = (status: string) => truth(facade.emulator).find((token) => token.status === status)!.id;

test('a token that somebody else blocked since is found done, since that is what the plan wants', async () => {
  const dry = await bulk(caller, 'blockApiTokens', everything());
  facade.emulator.setTokenStatus(one('Active'), 'Blocked');

  const real = await bulk(caller, 'blockApiTokens', { ...everything(), dryRun: false, planId: dry.planId });

  expect(real.userErrors).toEqual([]);
  expect(real.counts!.changed).toBe(dry.counts!.wouldChange! - 1);
});

test('the tokens that the request runs on are named and left out', async () => {
  const own = truth(facade.emulator).find(({ status }) => status === 'Active')!;
  const holder = { ...caller, tokens: [own.id] };

  const [dry, real] = await planAndRun(holder, 'blockApiTokens', everything());

  for (const payload of [dry, real]) {
    const mine = resultsOf(payload).find(({ apiToken }) => apiToken!.id === own.graphId)!;
    expect([mine.outcome, mine.problem!.code, mine.changed]).toEqual(['LEFT_OUT', 'WOULD_LOCK_OUT', false]);
  }
  expect(
    truth(facade.emulator)
      .filter(({ isAccepted }) => isAccepted)
      .map(({ graphId }) => graphId),
  ).toEqual([own.graphId]);
});

test('a filter leaves in what meets all of its conditions, whatever the case of the name', async () => {
  const filter = { organizationId, nameContains: 'deFAULT', createdBefore: '2025-06-01T00:00:00Z', status: ['ACTIVE'] };
  const meets = ({ name, status, timestamp }: { name: string; status: string; timestamp: string }) =>
    /default/i.test(name) && status === 'Active' && timestamp < '2025-06-01';
  const expected = truth(facade.emulator).filter(meets);

  const [dry, real] = await planAndRun(caller, 'blockApiTokens', { filter });

  for (const payload of [dry, real]) {
    expect(
      resultsOf(payload)
        .map(({ apiToken }) => apiToken!.id)
        .sort(),
    ).toEqual(expected.map(({ graphId }) => graphId).sort());
  }
  const again = await bulk(caller, 'blockApiTokens', { filter, dryRun: false, planId: dry.planId });
  expect(again.userErrors).toEqual([]);
  expect(again.counts).toMatchObject({ total: expected.length, alreadyDone: expected.length });
});

test('every run leaves one event, a real one an intent before it, all under the name of the plan', async () => {
  const [dry, real] = await planAndRun(caller, 'blockApiTokens', { ...everything(), reason: 'A leak' });

  const lines = facade.audit();
  expect(lines.map(({ action, intent }) => action ?? `intent ${intent}`)).toEqual([
    'blockApiTokens',
    'intent blockApiTokens',
    'blockApiTokens',
  ]);
  expect(new Set(lines.map(({ target }) => target)).size).toBe(1);
  expect(lines[0]).toMatchObject({ outcome: 'SUCCEEDED', changed: false, reason: 'A leak', details: { dryRun: true } });
  expect(lines[2]).toMatchObject({ outcome: 'SUCCEEDED', changed: true, details: { counts: real.counts } });
  const changed = lines[2]!.details.targets.filter(({ outcome }: { outcome: string }) => outcome === 'CHANGED');
  expect(changed).toHaveLength(dry.counts!.wouldChange!);
  expect(changed[0]).toMatchObject({ before: 'ACTIVE', after: 'BLOCKED', verification: 'CONFIRMED' });
});
