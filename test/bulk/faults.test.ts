import { expect, onTestFinished, test, vi } from 'vitest';
import type { EmulatorOptions } from '../../emulator/emulator.ts';
import { sendAndMayLeave } from '../support/caller.ts';
import { routes, startFacade } from '../support/facade.ts';
import { bulk, callerOf, codesOf, planAndRun, resultsOf, statuses, truth } from './bulk.ts';

async function drill({ env, ...emulator }: EmulatorOptions & { env?: Record<string, string> } = {}) {
  const facade = await startFacade({
    emulator: { organizations: 1, projects: 5, ...emulator },
    ...(env ? { env } : {}),
  });
  onTestFinished(() => facade.close());
  const input = { filter: { organizationId: facade.emulator.seeded.organizations[0]!.id } };
  return { facade, emulator: facade.emulator, caller: callerOf(facade), input };
}

test('a project that cannot be read is reported with its code, and the others go on', async () => {
  const { emulator, caller, input } = await drill();
  const [broken] = emulator.seeded.organizations[0]!.projects;
  emulator.setFaults([{ route: routes.listTokens, kind: 'status', status: 500, project: broken!.id }]);

  const [dry, real] = await planAndRun(caller, 'blockApiTokens', input);

  for (const payload of [dry, real]) {
    expect(payload).toMatchObject({ projectCount: 5, unreadableProjectCount: 1, userErrors: [] });
    expect(payload.projects[0]).toMatchObject({
      project: { id: broken!.id },
      problem: { code: 'UPSTREAM_UNAVAILABLE' },
      results: [],
    });
  }
  const active = truth(emulator).filter(({ isAccepted }) => isAccepted);
  expect(new Set(active.map(({ projectId }) => projectId))).toEqual(new Set([broken!.id]));
});

test('the real run refuses when a project of the plan cannot be read any more, and says how many', async () => {
  const { emulator, caller, input } = await drill();
  const { planId } = await bulk(caller, 'blockApiTokens', input);
  const before = statuses(emulator);
  const [broken] = emulator.seeded.organizations[0]!.projects;
  emulator.setFaults([{ route: routes.listTokens, kind: 'status', status: 500, project: broken!.id }]);

  const real = await bulk(caller, 'blockApiTokens', { ...input, dryRun: false, planId });

  expect(codesOf(real)).toEqual(['PLAN_CHANGED']);
  expect(real.userErrors[0]!.message).toContain('1 projects could not be read');
  expect(statuses(emulator)).toEqual(before);
});

/** Refusals of a change, and the problems that they are to people. */
const REFUSALS = {
  RATE_LIMITED: { status: 429, id: 151 },
  TOKEN_REVOKED: { status: 400, id: 2032 },
  TOKEN_NOT_FOUND: { status: 404 },
  REJECTED: { status: 400 },
  FORBIDDEN: { status: 403, id: 7 },
};

test('a refused change fails alone, is not repeated, and is taken up by the next run of the plan', async () => {
  const { facade, emulator, caller, input } = await drill();
  const dry = await bulk(caller, 'blockApiTokens', input);
  emulator.resetCalls();
  const fault = { route: routes.updateToken, kind: 'status', times: 1 } as const;
  emulator.setFaults(Object.values(REFUSALS).map((refusal) => ({ ...fault, ...refusal })));
  const refused = Object.keys(REFUSALS);

  const real = await bulk(caller, 'blockApiTokens', { ...input, dryRun: false, planId: dry.planId });

  const due = dry.counts!.wouldChange!;
  expect(codesOf(real)).toEqual(['INCOMPLETE']);
  expect(real.counts).toMatchObject({ failed: refused.length, changed: due - refused.length });
  expect(facade.upstream()[routes.updateToken]).toBe(due);
  const failed = resultsOf(real).filter(({ outcome }) => outcome === 'FAILED');
  expect(failed.map(({ problem }) => problem!.code).sort()).toEqual(refused.sort());
  expect(failed.map(({ apiToken }) => apiToken!.status)).toEqual(refused.map(() => 'ACTIVE'));
  expect(facade.audit().at(-1)).toMatchObject({ outcome: 'INCOMPLETE', changed: true });

  const again = await bulk(caller, 'blockApiTokens', { ...input, dryRun: false, planId: dry.planId });
  expect(again.userErrors).toEqual([]);
  expect(again.counts).toMatchObject({ changed: refused.length, failed: 0 });
  expect(truth(emulator).filter(({ isAccepted }) => isAccepted)).toEqual([]);
});

test('a lost answer counts as a change when the platform shows it, and as unknown when it does not', async () => {
  const { facade, emulator, caller, input } = await drill();
  const dry = await bulk(caller, 'blockApiTokens', input);
  const due = dry.counts!.wouldChange!;
  emulator.resetCalls();
  emulator.setFaults([
    { route: routes.updateToken, kind: 'loseAnswer', times: 2 },
    { route: routes.updateToken, kind: 'drop', times: 2 },
  ]);

  const real = await bulk(caller, 'blockApiTokens', { ...input, dryRun: false, planId: dry.planId });

  expect(facade.upstream()[routes.updateToken]).toBe(due);
  expect(real.counts).toMatchObject({ changed: due - 2, outcomeUnknown: 2 });
  const accepted = truth(emulator).filter(({ isAccepted }) => isAccepted);
  const unknown = resultsOf(real).filter(({ outcome }) => outcome === 'OUTCOME_UNKNOWN');
  expect(unknown.map(({ apiToken }) => apiToken!.id).sort()).toEqual(accepted.map(({ graphId }) => graphId).sort());
});

test('blocks that the platform acts on late are pending, and confirmed when the plan is run again', async () => {
  const { emulator, caller, input } = await drill({ statusDelayMs: 60_000 });
  const [dry, real] = await planAndRun(caller, 'blockApiTokens', input);

  const changed = resultsOf(real).filter(({ outcome }) => outcome === 'CHANGED');
  expect(changed).toHaveLength(dry.counts!.wouldChange!);
  expect(new Set(changed.map(({ verification }) => verification!.outcome))).toEqual(new Set(['PENDING']));

  vi.spyOn(Date, 'now').mockReturnValue(Date.now() + 61_000);
  onTestFinished(() => void vi.restoreAllMocks());
  expect(truth(emulator).some(({ isAccepted }) => isAccepted)).toBe(false);
  const again = await bulk(caller, 'blockApiTokens', { ...input, dryRun: false, planId: dry.planId });
  const proven = resultsOf(again).filter(({ verification }) => verification?.outcome === 'CONFIRMED');
  expect(proven).toHaveLength(changed.length);
});

test('no change is begun that the deadline would cut, and running the plan again goes on', async () => {
  const { facade, emulator, caller, input } = await drill({
    projects: 40,
    env: { UPSTREAM_DEADLINE_MS: '8000', UPSTREAM_TIMEOUT_MS: '6000' },
  });
  const dry = await bulk(caller, 'blockApiTokens', input);
  const due = dry.counts!.wouldChange!;
  expect(due).toBeGreaterThan(64);
  emulator.resetCalls();
  // Half of the deadline is left after the first round of changes at the latest.
  emulator.setFaults([{ route: routes.updateToken, kind: 'latency', ms: 4_050 }]);

  const real = await bulk(caller, 'blockApiTokens', { ...input, dryRun: false, planId: dry.planId });

  const sent = facade.upstream()[routes.updateToken] ?? 0;
  expect(sent).toBeGreaterThan(0);
  expect(sent).toBeLessThan(due);
  expect(real.counts).toMatchObject({ changed: sent, notAttempted: due - sent, outcomeUnknown: 0, failed: 0 });
  expect(codesOf(real)).toEqual(['INCOMPLETE']);

  emulator.setFaults([]);
  const again = await bulk(caller, 'blockApiTokens', { ...input, dryRun: false, planId: dry.planId });
  expect(again.counts).toMatchObject({ changed: due - sent, notAttempted: 0 });
});

test('no further change is begun after the caller goes away, and the event says how far it came', async () => {
  const { facade, emulator, caller, input } = await drill({ projects: 40 });
  const dry = await bulk(caller, 'blockApiTokens', input);
  emulator.resetCalls();
  emulator.setFaults([{ route: routes.updateToken, kind: 'latency', ms: 300 }]);
  const call = `mutation { blockApiTokens(input: { filter: { organizationId: "${input.filter.organizationId}" }, dryRun: false, planId: "${dry.planId}" }) { planId } }`;

  const leaving = sendAndMayLeave(facade.url, call, caller.token);
  await vi.waitUntil(() => (facade.upstream()[routes.updateToken] ?? 0) > 0);
  leaving.destroy();
  const event = await vi.waitUntil(() => facade.audit().find(({ details }) => details?.dryRun === false));

  const blocked = dry.counts!.wouldChange! - truth(emulator).filter(({ isAccepted }) => isAccepted).length;
  expect(blocked).toBeLessThan(dry.counts!.wouldChange!);
  expect(event!.details.counts).toMatchObject({ changed: blocked, notAttempted: dry.counts!.wouldChange! - blocked });
});

test('a token that is gone since it was listed is not found, and fails alone', async () => {
  const { emulator, caller, input } = await drill();
  const { planId } = await bulk(caller, 'blockApiTokens', input);
  emulator.setFaults([{ route: routes.updateToken, kind: 'status', status: 404, id: 5, times: 1 }]);

  const real = await bulk(caller, 'blockApiTokens', { ...input, dryRun: false, planId });

  expect(real.counts).toMatchObject({ failed: 1 });
  expect(resultsOf(real).flatMap(({ problem }) => problem?.code ?? [])).toContain('TOKEN_NOT_FOUND');
});

test('masked values are named and left alone', async () => {
  const { facade, caller, input } = await drill({ maskTokenIds: true });
  const [dry, real] = await planAndRun(caller, 'blockApiTokens', input);

  expect(dry.counts).toMatchObject({ wouldChange: 0 });
  expect(real.userErrors).toEqual([]);
  const left = resultsOf(real).filter(({ apiToken }) => apiToken!.status === 'ACTIVE');
  expect(new Set(left.map(({ problem }) => problem!.code))).toEqual(new Set(['TOKEN_VALUE_MASKED']));
  expect(facade.upstream()[routes.updateToken]).toBeUndefined();
});
