import { expect, onTestFinished, test } from 'vitest';
import { codes, routes, startFacade } from '../support/facade.ts';
import { PROJECT_LIST, PROJECT_NAMES, setStage, settled } from './races.ts';

const KNOWN = '{ organization { name } viewer { scopes } }';

test('a credential that any endpoint refuses is asked about anew by the next request', async () => {
  const facade = await startFacade({ emulator: { projects: 2 }, env: { CACHE: 'memory' } });
  onTestFinished(() => facade.close());
  const { token } = facade.emulator.seeded.organizations[0]!;
  expect(codes(await facade.query(KNOWN, { token }))).toEqual([]);
  facade.emulator.setFaults([
    { route: routes.listProjects, kind: 'status', status: 401, id: 6 },
    { route: routes.validate, kind: 'status', status: 401, id: 6 },
  ]);

  expect(codes(await facade.query(KNOWN, { token }))).toEqual([]);
  expect(codes(await facade.query(PROJECT_NAMES, { token }))).toEqual(['UNAUTHENTICATED']);
  expect(codes(await facade.query(KNOWN, { token }))).toEqual(['UNAUTHENTICATED', 'UNAUTHENTICATED']);
});

test('an answer is not believed after its credential was refused', async () => {
  const { emulator, replicas, tokens } = await setStage({ CACHE: 'memory' });
  const ask = (document: string) => replicas[0]!.query(document, { token: tokens[0] });
  await ask(PROJECT_NAMES);
  emulator.setFaults([{ route: routes.getProject, kind: 'status', status: 401, id: 6 }]);
  await ask(`{ project(id: "${emulator.seeded.organizations[0]!.projects[0]!.id}") { name } }`);
  emulator.resetCalls();

  await ask(PROJECT_NAMES);
  expect(emulator.calls().map(({ route }) => route)).toContain(routes.listProjects);
});

test('the refusal of one credential costs others nothing: they join, and find what is remembered', async () => {
  const { emulator, proxy, replicas, tokens } = await setStage({ CACHE: 'memory' });
  const ask = (document: string, token = tokens[0]) => replicas[0]!.query(document, { token });
  emulator.setFaults([{ route: routes.getProject, kind: 'status', status: 401, id: 6 }]);
  const held = proxy.holdNext(PROJECT_LIST);
  const first = ask(PROJECT_NAMES);
  const { release } = await held;
  const project = emulator.seeded.organizations[1]!.projects[0]!.id;
  expect(codes(await ask(`{ project(id: "${project}") { name } }`, tokens[1]))).toEqual(['UNAUTHENTICATED']);
  expect(codes(await ask(KNOWN, 'default_forged'))).toHaveLength(2);
  const second = ask(PROJECT_NAMES);
  await settled(replicas[0]!);
  release();

  expect((await first).errors ?? (await second).errors).toBeUndefined();
  await ask(PROJECT_NAMES);
  const lists = emulator.calls().filter(({ route }) => route === routes.listProjects);
  expect(lists.map(({ count }) => count)).toEqual([1]);
});
