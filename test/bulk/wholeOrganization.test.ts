import { expect, onTestFinished, test } from 'vitest';
import { MAX_PARALLEL_CALLS } from '../../src/apiTokens/bulk/action.ts';
import { routes, startFacade } from '../support/facade.ts';
import { bulk, callerOf, codesOf, truth } from './bulk.ts';

const PROJECTS = 1_000;
const TOKENS = 5;

test('an organization of 1,000 projects with 5 tokens each is blocked within the stated bounds, however many runs it takes', async () => {
  const facade = await startFacade({ emulator: { organizations: 1, projects: PROJECTS }, env: { LOG_LEVEL: 'warn' } });
  onTestFinished(() => facade.close());
  const { emulator } = facade;
  const organization = emulator.seeded.organizations[0]!;
  for (const { id } of organization.projects) {
    for (let count = emulator.tokens(id).length; count < TOKENS; count += 1) emulator.createToken(id, 'More');
  }
  const total = PROJECTS * TOKENS;
  const due = truth(emulator).filter(({ status }) => status === 'Active').length;
  const caller = callerOf(facade);
  const input = { filter: { organizationId: organization.id } };
  emulator.resetCalls();

  const dry = await bulk(caller, 'blockApiTokens', input);

  expect(dry).toMatchObject({ projectCount: PROJECTS, counts: { total, wouldChange: due }, userErrors: [] });
  expect(facade.upstream()).toEqual({ [routes.validate]: 1, [routes.listProjects]: 1, [routes.listTokens]: PROJECTS });
  emulator.resetCalls();

  let runs = 0;
  for (let codes = ['INCOMPLETE']; codes.includes('INCOMPLETE'); runs += 1) {
    const run = await bulk(caller, 'blockApiTokens', { ...input, dryRun: false, planId: dry.planId });
    codes = codesOf(run);
    expect([[], ['INCOMPLETE']]).toContainEqual(codes);
    expect(runs).toBeLessThan(10);
  }

  const calls = facade.upstream();
  expect(truth(emulator).filter(({ isAccepted }) => isAccepted)).toEqual([]);
  // However many runs: every change is sent once.
  expect(calls[routes.updateToken]).toBe(due);
  expect(calls[routes.listProjects]).toBe(runs);
  // A run lists every project once to scan it and once to verify it, and tries every token of the plan once.
  expect(calls[routes.listTokens]).toBeLessThanOrEqual(runs * 2 * PROJECTS);
  expect(calls[routes.validate]).toBeLessThanOrEqual(runs * (due + 1));
  expect(emulator.maxInFlight()).toBeLessThanOrEqual(MAX_PARALLEL_CALLS);
}, 300_000);
