import { expect, onTestFinished, test } from 'vitest';
import { startEmulator } from '../../emulator/emulator.ts';
import { sendAndMayLeave } from '../support/caller.ts';
import type { FacadeOptions } from '../support/facade.ts';
import { startHoldingProxy } from '../support/holdingProxy.ts';
import { idOf, startManaged } from '../support/managing.ts';

const OFTEN = { interval: 5 };
const PROJECT = /^\/v1\/organization\/project\/[^/]+$/;

async function managed(options: FacadeOptions = {}) {
  const emulator = await startEmulator({ organizations: 1, projects: 4 });
  const proxy = await startHoldingProxy(emulator.url);
  const facade = await startManaged({ ...options, sharedEmulator: emulator, env: { GEAI_BASE_URL: proxy.url } });
  onTestFinished(async () => {
    await facade.close();
    await proxy.close();
    await emulator.close();
  });
  const { projectId } = facade;
  return { ...facade, proxy, robot: idOf(projectId, emulator.createToken(projectId, 'Robot')) };
}

type Started = Awaited<ReturnType<typeof managed>>;

/** Mutations that hand out secrets; what is asked for beside the secret takes one more call of the platform. */
const MUTATIONS: [name: string, field: (facade: Started) => string][] = [
  [
    'createApiToken',
    ({ projectId }) => `createApiToken(input: { projectId: "${projectId}", name: "Lost" }) {
      secret apiToken { project { description } } }`,
  ],
  [
    'rotateApiToken',
    ({ robot }) => `rotateApiToken(input: { id: "${robot}", oldToken: KEEP }) {
      secret apiToken { project { description } } }`,
  ],
  [
    'createProject',
    () => `createProject(input: { name: "Billing", administratorUserEmail: "ana@acme.example" }) {
      apiTokens { secret apiToken { project { description } } } }`,
  ],
];

test.each(MUTATIONS)('%s: a caller who leaves after the event has another line', async (name, field) => {
  const facade = await managed();
  const held = facade.proxy.holdNext(PROJECT);
  const caller = sendAndMayLeave(facade.url, `mutation { ${field(facade)} }`, facade.token);
  const answer = await held;
  expect(facade.events()).toMatchObject([{ action: name, outcome: 'SUCCEEDED', changed: true, codes: [] }]);

  caller.destroy();
  await expect.poll(() => facade.audit().length, OFTEN).toBe(3);
  answer.release();

  const [intent, event, undelivered] = facade.audit();
  expect(undelivered).toEqual({
    time: expect.any(String),
    mutationId: intent!.mutationId,
    requestId: intent!.requestId,
    undelivered: name,
    target: event!.target,
  });
});

test.each(MUTATIONS)('%s: so is one who leaves while the event is written', async (name, field) => {
  const [writing, written] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const facade = await managed({
    beforeAudit: async ({ action }) => {
      if (action !== undefined) writing.resolve();
      if (action !== undefined) await written.promise;
    },
  });
  const caller = sendAndMayLeave(facade.url, `mutation { ${field(facade)} }`, facade.token);
  await writing.promise;

  const left = new Promise((resolve) => caller.once('close', resolve));
  caller.destroy();
  await left;
  // What the server answers now comes after the end of that connection.
  await fetch(`${facade.url}/health/live`);
  written.resolve();

  const kinds = () => facade.audit().map(({ intent, action, undelivered }) => ({ intent, action, undelivered }));
  await expect.poll(kinds, OFTEN).toEqual([{ intent: name }, { action: name }, { undelivered: name }]);
});

test('a caller who leaves with some secrets of a project has another line, though the rest is withheld', async () => {
  const facade = await managed();
  const [, field] = MUTATIONS[2]!;
  const token = { id: `default_${'EMULATORabcdefgh-0123456789_'.repeat(2)}`, name: 'Default', status: 'Active' };
  const body = { projectId: facade.projectId, projectName: 'Billing', tokens: [5, token] };
  facade.emulator.setFaults([{ route: 'POST /v1/organization/project', kind: 'answer', body }]);
  const held = facade.proxy.holdNext(PROJECT);
  const caller = sendAndMayLeave(facade.url, `mutation { ${field(facade)} }`, facade.token);
  const answer = await held;
  expect(facade.events()).toMatchObject([{ outcome: 'INCOMPLETE', changed: true, codes: ['SECRET_NOT_HANDED_OUT'] }]);

  caller.destroy();
  await expect.poll(() => facade.audit().at(-1)?.undelivered, OFTEN).toBe('createProject');
  answer.release();
});
