import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Fault } from '../../emulator/emulator.ts';
import { routes, startFacade } from '../support/facade.ts';
import { bulk, callerOf, type Mutation, type Payload, type Placed, resultsOf, statuses, truth } from './bulk.ts';

const STATUS = ['Active', 'Blocked', 'Revoked'] as const;
const ENUM = { ACTIVE: 'Active', BLOCKED: 'Blocked', REVOKED: 'Revoked' } as const;

const fault: fc.Arbitrary<Fault> = fc
  .record({
    route: fc.constantFrom(routes.updateToken, routes.updateToken, routes.listTokens, routes.validate),
    times: fc.integer({ min: 1, max: 5 }),
    kind: fc.constantFrom('drop', 'loseAnswer', 'truncate', 'invalidJson', 'status500', 'status429'),
  })
  .map(({ kind, ...target }): Fault => {
    if (kind === 'status500') return { ...target, kind: 'status', status: 500 };
    if (kind === 'status429') return { ...target, kind: 'status', status: 429, id: 151 };
    return { ...target, kind: kind as 'drop' };
  });

const scenario = fc.record({
  mutation: fc.constantFrom<Mutation>('blockApiTokens', 'unblockApiTokens'),
  by: fc.constantFrom('ids', 'filter'),
  shuffle: fc.array(fc.nat(2), { minLength: 20, maxLength: 20 }),
  nameContains: fc.option(fc.constantFrom('default', 'CI', 'o', 'nobody'), { nil: undefined }),
  createdBefore: fc.option(fc.constantFrom('2025-03-01T00:00:00Z', '2026-01-01T00:00:00+02:00'), { nil: undefined }),
  status: fc.option(fc.uniqueArray(fc.constantFrom('ACTIVE', 'BLOCKED', 'REVOKED'), { minLength: 1 }), {
    nil: undefined,
  }),
  picked: fc.array(fc.nat(11), { minLength: 1, maxLength: 8 }),
  planFaults: fc.array(fault, { maxLength: 1 }),
  runFaults: fc.array(fault, { maxLength: 4 }),
});

type Scenario = typeof scenario extends fc.Arbitrary<infer T> ? T : never;

function inputOf(s: Scenario, tokens: readonly Placed[], organizationId: string): [object, (token: Placed) => boolean] {
  if (s.by === 'ids') {
    const ids = new Set(s.picked.map((index) => tokens[index % tokens.length]!.graphId));
    return [{ ids: [...ids] }, ({ graphId }) => ids.has(graphId)];
  }
  const { nameContains, createdBefore, status } = s;
  return [
    { filter: { organizationId, nameContains, createdBefore, status } },
    (token) =>
      (nameContains === undefined || token.name.toLowerCase().includes(nameContains.toLowerCase())) &&
      (createdBefore === undefined || Date.parse(`${token.timestamp}Z`) < Date.parse(createdBefore)) &&
      (status === undefined || status.some((value) => ENUM[value as keyof typeof ENUM] === token.status)),
  ];
}

/** What a result says must be so at the platform. */
function expectHonest(payload: Payload, before: Map<string, string>, after: Map<string, string>, goal: string): void {
  for (const { outcome, apiToken } of resultsOf(payload)) {
    const [was, is] = [before.get(apiToken!.id), after.get(apiToken!.id)];
    if (outcome === 'CHANGED') expect([was === goal, is]).toEqual([false, goal]);
    else if (outcome === 'ALREADY_DONE') expect([was, is]).toEqual([goal, goal]);
    else if (outcome !== 'OUTCOME_UNKNOWN') expect(is).toBe(was);
  }
}

test('results and truth agree, nothing beyond the selection changes, and running on ends with all of it done', async () => {
  await fc.assert(
    fc.asyncProperty(scenario, async (s) => {
      const facade = await startFacade({
        emulator: { organizations: 1, projects: 4 },
        env: { VERIFY_TIMEOUT_MS: '0' },
      });
      try {
        const { emulator } = facade;
        const { id: organizationId } = emulator.seeded.organizations[0]!;
        const caller = callerOf(facade);
        truth(emulator).forEach(({ id, status }, index) => {
          if (status !== 'Revoked') emulator.setTokenStatus(id, STATUS[s.shuffle[index % 20]!]!);
        });
        const tokens = truth(emulator);
        const [input, isSelected] = inputOf(s, tokens, organizationId);
        const [source, goal] = s.mutation === 'blockApiTokens' ? ['Active', 'Blocked'] : ['Blocked', 'Active'];
        const due = new Set(
          tokens.filter((token) => isSelected(token) && token.status === source).map(({ graphId }) => graphId),
        );
        const before = statuses(emulator);

        // What the credential is, is known: the faults are about the run.
        await facade.query('{ viewer { scopes } }', { token: caller.token });
        emulator.setFaults(s.planFaults);
        const dry = await bulk(caller, s.mutation, input);
        expect(statuses(emulator)).toEqual(before);
        const unread = new Set(dry.projects.flatMap(({ problem, project }) => (problem ? (project?.id ?? '') : [])));
        const listed = tokens.filter((token) => isSelected(token) && !unread.has(token.projectId));
        expect(
          resultsOf(dry)
            .map(({ apiToken }) => apiToken!.id)
            .sort(),
        ).toEqual(listed.map(({ graphId }) => graphId).sort());

        emulator.setFaults(s.runFaults);
        const real = await bulk(caller, s.mutation, { ...input, dryRun: false, planId: dry.planId });
        const after = statuses(emulator);
        expectHonest(real, before, after, goal!);
        for (const [id, status] of after) if (!due.has(id)) expect(status).toBe(before.get(id));

        emulator.setFaults([]);
        const { planId } = await bulk(caller, s.mutation, input);
        const last = await bulk(caller, s.mutation, { ...input, dryRun: false, planId });
        expect(last.userErrors).toEqual([]);
        for (const [id, status] of statuses(emulator)) expect(status).toBe(due.has(id) ? goal : before.get(id));
      } finally {
        await facade.close();
      }
    }),
    { numRuns: 40 },
  );
});
