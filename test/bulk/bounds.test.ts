import { expect, onTestFinished, test } from 'vitest';
import { MAX_PARALLEL_CALLS, MAX_PROJECTS, MAX_TOKENS } from '../../src/apiTokens/bulk/action.ts';
import { routes, startFacade } from '../support/facade.ts';
import { bulk, callerOf, planAndRun, truth } from './bulk.ts';

async function withProjects(projects: number) {
  const facade = await startFacade({ emulator: { organizations: 1, projects }, env: { LOG_LEVEL: 'warn' } });
  onTestFinished(() => facade.close());
  const { id, projects: seeded } = facade.emulator.seeded.organizations[0]!;
  return { facade, emulator: facade.emulator, caller: callerOf(facade), organizationId: id, projectId: seeded[0]!.id };
}

test('more projects than one run takes are refused before their tokens are listed', async () => {
  const { facade, caller, organizationId } = await withProjects(MAX_PROJECTS + 1);

  const refused = await bulk(caller, 'blockApiTokens', { filter: { organizationId } });

  expect(refused.userErrors).toMatchObject([{ code: 'TOO_MANY', field: 'filter' }]);
  expect(refused.userErrors[0]!.message).toContain(`${MAX_PROJECTS + 1} projects`);
  expect(facade.upstream()[routes.listTokens]).toBeUndefined();
});

test('more tokens than one run takes are refused; a narrower filter is not', async () => {
  const { emulator, caller, projectId } = await withProjects(1);
  for (let count = 0; count <= MAX_TOKENS; count += 1) emulator.createToken(projectId, 'Flood');
  const filter = { projectIds: [projectId] };

  const refused = await bulk(caller, 'blockApiTokens', { filter });
  const narrowed = await bulk(caller, 'blockApiTokens', { filter: { ...filter, nameContains: 'Default' } });

  expect(refused.userErrors.map(({ code }) => code)).toEqual(['TOO_MANY']);
  expect(narrowed.counts).toMatchObject({ total: 1 });
});

test('a project of many tokens is changed and proven with no more calls at a time than stated', async () => {
  const { facade, emulator, caller, projectId } = await withProjects(1);
  for (let count = 0; count < 120; count += 1) emulator.createToken(projectId, 'Many');
  const due = truth(emulator).filter(({ isAccepted }) => isAccepted).length;
  emulator.resetCalls();

  const [, real] = await planAndRun(caller, 'blockApiTokens', { filter: { projectIds: [projectId] } });

  expect(real.counts).toMatchObject({ changed: due });
  expect(truth(emulator).some(({ isAccepted }) => isAccepted)).toBe(false);
  expect(emulator.maxInFlight()).toBeLessThanOrEqual(MAX_PARALLEL_CALLS);
  expect(facade.upstream()).toEqual({
    [routes.listTokens]: 2 + Math.ceil(due / (MAX_PARALLEL_CALLS - 1)),
    [routes.updateToken]: due,
    // One more for what the caller's credential is.
    [routes.validate]: due + 1,
  });
});
