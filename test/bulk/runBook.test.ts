import { readFileSync } from 'node:fs';
import { expect, onTestFinished, test } from 'vitest';
import { startFacade } from '../support/facade.ts';
import { callerOf, resultsOf, statuses, truth } from './bulk.ts';

const runBook = readFileSync(new URL('../../docs/incident-run-book.md', import.meta.url), 'utf8');

/** The operations to paste, by name. */
const operations = new Map(
  [...runBook.matchAll(/```graphql\n(.*?)```/gs)].map(([, text = '']) => [/^\w+ (\w+)/.exec(text)?.[1] ?? '', text]),
);

/** A facade with its emulator, and what pastes an operation of the run-book. */
async function incident() {
  const facade = await startFacade({ emulator: { organizations: 1, projects: 12 } });
  onTestFinished(() => facade.close());
  const { token } = callerOf(facade);
  const paste = async (name: string, variables: object = {}) => {
    const { data, errors } = await facade.query(operations.get(name)!, { token, variables: { ...variables } });
    expect(errors).toBeUndefined();
    const [field] = Object.values<Record<string, unknown>>(data);
    expect(field!.userErrors ?? []).toEqual([]);
    // biome-ignore lint/suspicious/noExplicitAny: read deep into; a wrong path fails the assertion.
    return field as any;
  };
  return { emulator: facade.emulator, facade, paste };
}

test('the operations are those that the tests below paste', () => {
  expect([...operations.keys()]).toEqual([
    'FindToken',
    'BlockOne',
    'PlanVendor',
    'BlockVendor',
    'PlanEverything',
    'BlockEverything',
    'PlanUndo',
    'Undo',
  ]);
});

test('a leaked token is found by its hint and blocked', async () => {
  const { emulator, paste } = await incident();
  const leaked = truth(emulator).find(({ status }) => status === 'Active')!;
  const hint = `${leaked.id.split('_')[0]}_…${leaked.id.slice(-4)}`;

  const organization = await paste('FindToken');
  const tokens = organization.projects.nodes.flatMap(
    (project: { apiTokens: { nodes: unknown[] } }) => project.apiTokens.nodes,
  );
  const found = tokens.filter((token: { hint: string }) => token.hint === hint);
  expect(found.map(({ id }: { id: string }) => id)).toEqual([leaked.graphId]);

  const blocked = await paste('BlockOne', { id: leaked.graphId });
  expect(blocked).toMatchObject({ changed: true, verification: { outcome: 'CONFIRMED' } });
  expect(truth(emulator).find(({ id }) => id === leaked.id)!.isAccepted).toBe(false);
});

test("a departed vendor's tokens are blocked by name, and the undo brings back exactly those", async () => {
  const { emulator, facade, paste } = await incident();
  const before = statuses(emulator);
  const { id: organizationId } = await paste('FindToken');
  const vendors = truth(emulator).filter(({ name, isAccepted }) => isAccepted && name.includes('Partner'));
  expect(vendors).not.toEqual([]);

  const { planId } = await paste('PlanVendor', { organizationId });
  const blocked = await paste('BlockVendor', { organizationId, planId });
  expect(blocked.counts).toMatchObject({ total: vendors.length, changed: vendors.length });
  const stillIn = truth(emulator).filter(({ isAccepted }) => isAccepted);
  expect(stillIn.filter(({ name }) => name.includes('Partner'))).toEqual([]);

  const ids = resultsOf(blocked).flatMap(({ changed, apiToken }) => (changed ? [apiToken!.id] : []));
  const logged = facade.audit().findLast(({ details }) => details?.dryRun === false)!.details.targets;
  expect(logged.filter(({ outcome }: { outcome: string }) => outcome === 'CHANGED')).toHaveLength(ids.length);
  const undo = await paste('PlanUndo', { ids });
  await paste('Undo', { ids, planId: undo.planId });
  expect(statuses(emulator)).toEqual(before);
});

test('everything in an organization is blocked', async () => {
  const { emulator, paste } = await incident();
  const { id: organizationId } = await paste('FindToken');

  const { planId, counts } = await paste('PlanEverything', { organizationId });
  const blocked = await paste('BlockEverything', { organizationId, planId });

  expect(blocked.counts.changed).toBe(counts.wouldChange);
  expect(resultsOf(blocked)).toHaveLength(counts.wouldChange);
  expect(truth(emulator).filter(({ isAccepted }) => isAccepted)).toEqual([]);
});
