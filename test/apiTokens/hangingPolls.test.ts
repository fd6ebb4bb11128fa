import { expect, onTestFinished, test } from 'vitest';
import { routes } from '../support/facade.ts';
import { idOf, startManaged } from '../support/managing.ts';

const PATIENT = { UPSTREAM_TIMEOUT_MS: '600000', UPSTREAM_DEADLINE_MS: '600000', VERIFY_TIMEOUT_MS: '200' };

async function managed() {
  const facade = await startManaged({ env: PATIENT });
  onTestFinished(() => facade.close());
  const value = facade.emulator.createToken(facade.projectId, 'Watched');
  return { ...facade, id: idOf(facade.projectId, value) };
}

test.concurrent.each([
  ['blockApiToken', { verification: { outcome: 'NOT_CHECKED' } }],
  ['unblockApiToken', { verification: { outcome: 'NOT_CHECKED' } }],
  ['revokeApiToken', { verification: { outcome: 'NOT_CHECKED' } }],
  ['rotateApiToken', { stage: 'SUCCESSOR_CREATED' }],
  ['createApiToken', { userErrors: [{ code: 'CREATED_BUT_NOT_BLOCKED' }] }],
])('%s does not wait for a trial that hangs longer than it watches', async (name, expected) => {
  const { mutate, id, projectId, emulator } = await managed();
  const inputs: Record<string, object> = {
    rotateApiToken: { id, oldToken: 'BLOCK' },
    createApiToken: { projectId, name: 'New', status: 'BLOCKED' },
  };
  emulator.setFaults([{ route: routes.validate, kind: 'hang' }]);

  expect(await mutate(name, inputs[name] ?? { id })).toMatchObject(expected);
});

test('a change of many does not wait for trials that hang, however many there are', async () => {
  const { mutate, projectId, emulator } = await managed();
  for (let index = 0; index < 70; index += 1) emulator.createToken(projectId, `Many ${index}`);
  const filter = { projectIds: [projectId], nameContains: 'Many' };
  const { planId } = await mutate('blockApiTokens', { filter }, { selection: 'planId' });
  emulator.resetCalls();
  emulator.setFaults([{ route: routes.validate, kind: 'hang' }]);

  const selection = 'counts { changed } projects { results { verification { outcome } } }';
  const { counts, projects } = await mutate('blockApiTokens', { filter, dryRun: false, planId }, { selection });

  expect(counts).toEqual({ changed: 70 });
  const outcomes = projects[0].results.map(({ verification }: { verification: object }) => verification);
  expect(outcomes).toEqual(Array.from({ length: 70 }, () => ({ outcome: 'NOT_CHECKED' })));
  // Three looks of 31 tokens at most; after one that told nothing when the time was over, no more are taken.
  expect(emulator.calls().find(({ route }) => route === routes.validate)!.count).toBeLessThanOrEqual(62);
});

test('an update whose answer was lost, and a creation, do not wait for lists that hang', async () => {
  for (const [name, route, input] of [
    ['updateApiToken', routes.updateToken, { description: 'After' }],
    ['createApiToken', routes.createToken, null],
  ] as const) {
    const { mutate, id, projectId, emulator, upstream } = await managed();
    emulator.setFaults([
      { route, kind: 'loseAnswer' },
      { route, kind: 'latency', ms: 100 },
    ]);
    const running = mutate(name, input ? { id, ...input } : { projectId, name: 'New' });
    running.catch(() => undefined);
    await expect.poll(() => upstream()[route]).toBe(1);
    emulator.setFaults([{ route: routes.listTokens, kind: 'hang' }]);

    await expect(running).rejects.toThrow('OUTCOME_UNKNOWN');
  }
});

test('a project whose creation was lost is not waited for when its list hangs', async () => {
  const { mutate, emulator, upstream } = await managed();
  const route = 'POST /v1/organization/project';
  emulator.setFaults([
    { route, kind: 'loseAnswer' },
    { route, kind: 'latency', ms: 100 },
  ]);
  const running = mutate('createProject', { name: 'New', administratorUserEmail: 'a@example.com' });
  running.catch(() => undefined);
  await expect.poll(() => upstream()[route]).toBe(1);
  emulator.setFaults([{ route: routes.listProjects, kind: 'hang' }]);

  await expect(running).rejects.toThrow('OUTCOME_UNKNOWN');
});
