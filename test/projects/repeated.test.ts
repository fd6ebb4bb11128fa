import { expect, onTestFinished, test } from 'vitest';
import { type FacadeOptions, routes } from '../support/facade.ts';
import { startManaged } from '../support/managing.ts';

const CREATE_PROJECT = 'POST /v1/organization/project';
const INPUT = { name: 'Billing', administratorUserEmail: 'ana@acme.example', idempotencyKey: 'p-1' };

async function managed(options: FacadeOptions = {}) {
  const facade = await startManaged(options);
  onTestFinished(() => facade.close());
  const create = (input: object = {}) => facade.mutate('createProject', { ...INPUT, ...input });
  const project = () => facade.emulator.projects(facade.organizationId).find(({ name }) => name === 'Billing')!;
  const send = (method: string, path: string, body?: object) =>
    fetch(`${facade.emulator.url}/v1/organization/${path}`, {
      method,
      headers: { authorization: `Bearer ${facade.token}`, 'content-type': 'application/json' },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
  return { ...facade, create, project, send };
}

const codesOf = ({ userErrors }: { userErrors: { code: string }[] }) => userErrors.map(({ code }) => code);
const secretsOf = ({ apiTokens }: { apiTokens: { secret: string | null }[] }) => apiTokens.map(({ secret }) => secret);

test('a creation repeated with its key shows no token that others made in the project since', async () => {
  const { create, project, emulator } = await managed();
  const first = await create();
  emulator.createToken(project().id, 'Theirs');

  const again = await create();

  expect(secretsOf(first)).toEqual([expect.any(String)]);
  expect(again.apiTokens).toMatchObject([{ secret: null, apiToken: { id: first.apiTokens[0].apiToken.id } }]);
  expect(codesOf(again)).toEqual(['SECRET_ALREADY_SHOWN']);
});

test('a recovered creation keeps to the tokens that were there when it was found', async () => {
  const { create, project, emulator } = await managed();
  emulator.setFaults([{ route: CREATE_PROJECT, kind: 'loseAnswer' }]);
  const first = await create();
  emulator.createToken(project().id, 'Theirs');

  const again = await create();

  expect(first).toMatchObject({ recovered: true, apiTokens: [{ secret: emulator.tokens(project().id)[0]!.id }] });
  expect(again.apiTokens).toMatchObject([{ secret: null, apiToken: { name: 'Default' } }]);
});

test('a token that another creation made in a project is not one that the project came with', async () => {
  const { create, mutate, project, emulator } = await managed();
  emulator.setFaults([
    { route: CREATE_PROJECT, kind: 'loseAnswer' },
    { route: routes.listTokens, kind: 'status', status: 500 },
  ]);
  await expect(create()).rejects.toThrow(/OUTCOME_UNKNOWN.*tokens could not be listed/);
  emulator.setFaults([]);
  const { secret } = await mutate('createApiToken', { projectId: project().id, name: 'Pipeline' });

  const again = await create();

  expect(again.apiTokens).toMatchObject([{ apiToken: { name: 'Default' } }]);
  expect(secretsOf(again)).not.toContain(secret);
  expect(codesOf(again)).toEqual([]);
});

test('a project that was renamed is found again by its key, and none is made in its place', async () => {
  const { create, project, send, upstream } = await managed();
  const first = await create();
  const { id } = project();
  await send('PUT', `project/${id}`, { name: 'Invoices' });

  expect(await create()).toMatchObject({ project: { id, name: 'Invoices' }, recovered: false });
  expect(first.project.id).toBe(id);
  expect(upstream()[CREATE_PROJECT]).toBe(1);
});

test('another project of the name is not taken for one that was renamed', async () => {
  const { create, project, send } = await managed();
  await create();
  const { id } = project();
  await send('PUT', `project/${id}`, { name: 'Invoices' });
  await send('POST', 'project', { name: 'Billing', administratorUserEmail: 'bo@acme.example' });

  expect(await create()).toMatchObject({ project: { id, name: 'Invoices' } });
});

test('a creation that is refused frees its key for another input', async () => {
  const { create, emulator } = await managed();
  emulator.setFaults([{ route: CREATE_PROJECT, kind: 'status', status: 400, id: 2002, times: 1 }]);

  expect(codesOf(await create())).toEqual(['NAME_TAKEN']);
  expect(await create({ name: 'Invoices' })).toMatchObject({ project: { name: 'Invoices' }, userErrors: [] });
});

test('a lost creation is not found in a project that another creation made, and its key is free again', async () => {
  const { create, project, emulator, upstream } = await managed({ env: { VERIFY_TIMEOUT_MS: '20000' } });
  emulator.setFaults([{ route: CREATE_PROJECT, kind: 'drop', times: 1 }]);
  const lost = create();
  await expect.poll(() => upstream()[CREATE_PROJECT]).toBe(1);

  const made = await create({ idempotencyKey: 'p-2' });

  expect(secretsOf(made)).toEqual([emulator.tokens(project().id)[0]!.id]);
  expect(await lost).toMatchObject({
    project: null,
    apiTokens: [],
    userErrors: [{ code: 'NAME_TAKEN', field: 'name' }],
  });
  expect(await create({ name: 'Invoices' })).toMatchObject({ project: { name: 'Invoices' }, userErrors: [] });
});

test('a project that was deleted since is said to be gone', async () => {
  const { create, project, emulator, upstream } = await managed();
  await create();
  emulator.deleteProject(project().id);

  expect(await create()).toMatchObject({ project: null, apiTokens: [], userErrors: [{ code: 'PROJECT_NOT_FOUND' }] });
  expect(upstream()[CREATE_PROJECT]).toBe(1);
});

test('a repetition gives the same tokens though lists mask values, and says that their secrets were shown', async () => {
  const { create, project, emulator } = await managed({
    emulator: { organizations: 1, projects: 4, maskTokenIds: true },
  });
  const first = await create();
  emulator.createToken(project().id, 'Default');

  const again = await create();

  expect(secretsOf(first)).toEqual([emulator.tokens(project().id)[0]!.id]);
  expect(again.apiTokens).toMatchObject([
    { secret: null, apiToken: { id: first.apiTokens[0].apiToken.id, name: 'Default' } },
  ]);
  expect(codesOf(again)).toEqual(['SECRET_ALREADY_SHOWN']);
});

test.each(['listed', 'not listed yet'])(
  'a token repeated with its key is the same one though lists mask values (%s)',
  async (visibility) => {
    const { mutate, projectId, emulator, upstream } = await managed({
      emulator: { organizations: 1, projects: 4, maskTokenIds: true },
    });
    if (visibility !== 'listed') emulator.setListDelay(600_000);
    const input = { projectId, name: 'Pipeline', idempotencyKey: 't-1' };
    const first = await mutate('createApiToken', input);

    const again = await mutate('createApiToken', input);

    expect(again).toMatchObject({ secret: null, apiToken: { id: first.apiToken.id, name: 'Pipeline' } });
    expect(codesOf(again)).toEqual(['SECRET_ALREADY_SHOWN']);
    expect(upstream()[routes.createToken]).toBe(1);
  },
);
