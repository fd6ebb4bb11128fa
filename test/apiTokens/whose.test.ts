import { expect, onTestFinished, test } from 'vitest';
import { startEmulator } from '../../emulator/emulator.ts';
import { routes } from '../support/facade.ts';
import { startHoldingProxy } from '../support/holdingProxy.ts';
import { startManaged } from '../support/managing.ts';

const CREATE_PROJECT = 'POST /v1/organization/project';

/** A facade, and a proxy that keeps answers back between it and the platform. */
async function managed(env: Record<string, string> = {}) {
  const emulator = await startEmulator({ organizations: 1, projects: 4 });
  const proxy = await startHoldingProxy(emulator.url);
  const facade = await startManaged({ sharedEmulator: emulator, env: { GEAI_BASE_URL: proxy.url, ...env } });
  onTestFinished(async () => {
    await facade.close();
    await proxy.close();
    await emulator.close();
  });
  const create = (input: object = {}) =>
    facade.mutate('createApiToken', { projectId: facade.projectId, name: 'Twin', ...input });
  const createProject = (input: object = {}) =>
    facade.mutate('createProject', { name: 'Twin', administratorUserEmail: 'ana@acme.example', ...input });
  const twins = () => facade.truth().filter(({ name }) => name === 'Twin');
  const sent = (route: string, count: number) =>
    expect.poll(() => facade.upstream()[route] ?? 0, { interval: 2 }).toBe(count);
  return { ...facade, proxy, create, createProject, twins, sent };
}

const failureOf = (promise: Promise<unknown>) => promise.then(() => 'no failure', String);

test.each([{}, { idempotencyKey: 'mine' }])(
  'a creation that was dropped does not take the token of one whose answer is slow (%j)',
  async (key) => {
    const { create, twins, emulator, proxy, sent } = await managed({ VERIFY_TIMEOUT_MS: '1500' });
    emulator.setFaults([{ route: routes.createToken, kind: 'drop', times: 1 }]);
    const dropped = failureOf(create(key));
    await sent(routes.createToken, 1);
    const held = proxy.holdNext(/tokens$/, 'POST');
    const slow = create();
    const answer = await held;

    expect(await dropped).toMatch(/OUTCOME_UNKNOWN.*not certain that this request created it/);
    answer.release();
    expect(await slow).toMatchObject({ secret: twins()[0]!.id, recovered: false, userErrors: [] });
    expect(twins()).toHaveLength(1);
  },
);

test('a creation that was dropped sees that the token is of another one, once that one is answered', async () => {
  const { create, twins, emulator, proxy, sent } = await managed({ VERIFY_TIMEOUT_MS: '1500' });
  emulator.setFaults([{ route: routes.createToken, kind: 'drop', times: 1 }]);
  const dropped = failureOf(create());
  await sent(routes.createToken, 1);
  const held = proxy.holdNext(/tokens$/, 'POST');
  const slow = create();
  (await held).release();

  expect(await slow).toMatchObject({ secret: twins()[0]!.id });
  expect(await dropped).toMatch(/OUTCOME_UNKNOWN.*No new token of this name/);
});

test('a creation of another name takes nothing from the recovery of one', async () => {
  const { create, emulator, proxy, sent } = await managed({ VERIFY_TIMEOUT_MS: '20000' });
  emulator.setFaults([{ route: routes.createToken, kind: 'loseAnswer', times: 1 }]);
  const lost = create();
  await sent(routes.createToken, 1);
  const held = proxy.holdNext(/tokens$/, 'POST');
  const other = create({ name: 'Other' });
  const answer = await held;

  expect(await lost).toMatchObject({ recovered: true, secret: expect.any(String) });
  answer.release();
  expect(await other).toMatchObject({ recovered: false, userErrors: [] });
});

test('a token that was blocked meanwhile is not handed out by a recovery', async () => {
  const { create, twins, emulator, proxy, sent } = await managed({ VERIFY_TIMEOUT_MS: '1000' });
  emulator.setFaults([{ route: routes.createToken, kind: 'loseAnswer', times: 1 }]);
  const held = proxy.holdNext(/tokens$/);
  const lost = failureOf(create());
  (await held).release();
  const look = proxy.holdNext(/tokens$/);
  await sent(routes.createToken, 1);
  const answer = await look;
  emulator.setTokenStatus(twins()[0]!.id, 'Blocked');
  answer.release();

  expect(await lost).toMatch(/OUTCOME_UNKNOWN.*not certain/);
});

test.each([{}, { description: 'Mine' }])(
  'a dropped project is not taken for one whose answer is slow: the name is taken (%j)',
  async (input) => {
    const { createProject, organizationId, emulator, proxy, sent } = await managed({ VERIFY_TIMEOUT_MS: '1500' });
    emulator.setFaults([{ route: CREATE_PROJECT, kind: 'drop', times: 1 }]);
    const dropped = createProject(input);
    await sent(CREATE_PROJECT, 1);
    const held = proxy.holdNext(/project$/, 'POST');
    const slow = createProject();
    (await held).release();

    const [made] = emulator.projects(organizationId).filter(({ name }) => name === 'Twin');
    expect(await slow).toMatchObject({ project: { id: made!.id }, recovered: false, userErrors: [] });
    expect(await dropped).toMatchObject({
      project: null,
      apiTokens: [],
      userErrors: [{ code: 'NAME_TAKEN', field: 'name' }],
    });
  },
);

test('a project that was dropped is unknown while another of its name is under way', async () => {
  const { createProject, emulator, proxy, sent } = await managed();
  emulator.setFaults([{ route: CREATE_PROJECT, kind: 'drop', times: 1 }]);
  const dropped = failureOf(createProject());
  await sent(CREATE_PROJECT, 1);
  const held = proxy.holdNext(/project$/, 'POST');
  const slow = createProject();
  const answer = await held;

  expect(await dropped).toMatch(/OUTCOME_UNKNOWN/);
  answer.release();
  expect(await slow).toMatchObject({ recovered: false, userErrors: [] });
});

const LIMIT = { period: 'MONTHLY', unit: 'COST', softLimit: 80, hardLimit: 100, isRenewable: true };

test.each([
  ['another description', { description: 'Mine' }],
  ['no description', {}],
  ['another limit', { description: 'Theirs', usageLimit: LIMIT }],
])('a project made from %s is not the one that was lost', async (_what, input) => {
  const { createProject, emulator, sent, token } = await managed();
  emulator.setFaults([{ route: CREATE_PROJECT, kind: 'drop', times: 1 }]);
  const dropped = failureOf(createProject(input));
  await sent(CREATE_PROJECT, 1);
  const made = await fetch(`${emulator.url}/v1/organization/project`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'Twin', description: 'Theirs', administratorUserEmail: 'bo@acme.example' }),
  });

  expect(made.status).toBe(200);
  expect(await dropped).toMatch(/OUTCOME_UNKNOWN/);
});

test('a project whose answer was lost is known by all that was sent', async () => {
  const { createProject, emulator, upstream } = await managed();
  emulator.setFaults([{ route: CREATE_PROJECT, kind: 'loseAnswer' }]);

  expect(await createProject({ description: 'Mine', usageLimit: LIMIT })).toMatchObject({ recovered: true });
  // Whether the name was taken, and two looks.
  expect(upstream()).toMatchObject({ [routes.listProjects]: 3, [routes.listProjectLimits]: 1 });
});
