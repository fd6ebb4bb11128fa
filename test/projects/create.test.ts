import { compactDecrypt, exportJWK, generateKeyPair } from 'jose';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type FacadeOptions, routes } from '../support/facade.ts';
import { startManaged } from '../support/managing.ts';

const CREATE_PROJECT = 'POST /v1/organization/project';

async function managed(options: FacadeOptions = {}) {
  const facade = await startManaged(options);
  onTestFinished(() => facade.close());
  const create = (input: object = {}) =>
    facade.mutate('createProject', { name: 'Billing', administratorUserEmail: 'ana@acme.example', ...input });
  const named = () => facade.emulator.projects(facade.organizationId).filter(({ name }) => name === 'Billing');
  return { ...facade, create, named };
}

const codesOf = ({ userErrors }: { userErrors: { code: string; field: string | null }[] }) =>
  userErrors.map(({ code, field }) => [code, field]);

test('a new project comes with its first tokens, each with its secret', async () => {
  const { create, named, emulator, events } = await managed();

  const payload = await create({
    description: 'Invoices',
    usageLimit: { period: 'MONTHLY', unit: 'COST', softLimit: 80, hardLimit: 100, isRenewable: true },
  });

  const [project] = named();
  expect(project).toMatchObject({ description: 'Invoices' });
  expect(payload).toMatchObject({ project: { id: project!.id, name: 'Billing' }, recovered: false, userErrors: [] });
  expect(payload.apiTokens.map(({ secret }: { secret: string }) => secret)).toEqual(
    emulator.tokens(project!.id).map(({ id }) => id),
  );
  expect(events()).toMatchObject([
    { action: 'createProject', target: project!.id, changed: true, outcome: 'SUCCEEDED' },
  ]);
});

test('the new project is in the lists at once, though they were remembered', async () => {
  const { create, query, token, upstream } = await managed({ env: { CACHE: 'memory' } });
  const list = async () => (await query('{ organization { projects { totalCount } } }', { token })).data;
  await list();
  expect(await list()).toEqual({ organization: { projects: { totalCount: 4 } } });
  expect(upstream()[routes.listProjects]).toBe(1);

  await create();

  expect(await list()).toEqual({ organization: { projects: { totalCount: 5 } } });
});

test('the secrets come sealed for a key', async () => {
  const { create, named, emulator } = await managed();
  const { publicKey, privateKey } = await generateKeyPair('ECDH-ES', { crv: 'X25519', extractable: true });

  const { apiTokens } = await create({ encryptTo: JSON.stringify(await exportJWK(publicKey)) });

  const { plaintext } = await compactDecrypt(apiTokens[0].sealedSecret, privateKey);
  expect(apiTokens[0].secret).toBeNull();
  expect(new TextDecoder().decode(plaintext)).toBe(emulator.tokens(named()[0]!.id)[0]!.id);
});

test.each(['loseAnswer', 'truncate'] as const)(
  'a project whose answer is lost (%s) is found by its name',
  async (kind) => {
    const { create, named, emulator, upstream } = await managed();
    emulator.setFaults([{ route: CREATE_PROJECT, kind }]);

    const payload = await create();

    expect(payload).toMatchObject({ recovered: true, project: { id: named()[0]!.id }, userErrors: [] });
    expect(payload.apiTokens[0].secret).toBe(emulator.tokens(named()[0]!.id)[0]!.id);
    expect(upstream()[CREATE_PROJECT]).toBe(1);
  },
);

test.each([302, 418, 425, 499])('a project that was made and answered %i is found, and made once', async (status) => {
  const { create, named, emulator, upstream } = await managed();
  emulator.setFaults([{ route: CREATE_PROJECT, kind: 'answer', applied: true, status, body: 'gateway' }]);

  expect(await create({ idempotencyKey: 'p-1' })).toMatchObject({ recovered: true, userErrors: [] });
  expect(codesOf(await create({ idempotencyKey: 'p-1' }))).toEqual([['SECRET_ALREADY_SHOWN', null]]);

  expect(named()).toHaveLength(1);
  expect(upstream()[CREATE_PROJECT]).toBe(1);
});

test('a creation that left nothing is unknown, and is not repeated', async () => {
  const { create, named, emulator, upstream } = await managed();
  emulator.setFaults([{ route: CREATE_PROJECT, kind: 'drop' }]);

  await expect(create()).rejects.toThrow(/OUTCOME_UNKNOWN.*Organization.projects/);

  expect(named()).toEqual([]);
  expect(upstream()[CREATE_PROJECT]).toBe(1);
});

test('the same key gives the same project, and its secrets no second time', async () => {
  const { create, named } = await managed();
  const first = await create({ idempotencyKey: 'p-1' });

  const second = await create({ idempotencyKey: 'p-1' });
  const other = await create({ idempotencyKey: 'p-1', name: 'Other' });

  expect(second.project).toEqual(first.project);
  expect(second.apiTokens).toMatchObject([{ secret: null }]);
  expect(codesOf(second)).toEqual([['SECRET_ALREADY_SHOWN', null]]);
  expect(codesOf(other)).toEqual([['IDEMPOTENCY_KEY_REUSED', 'idempotencyKey']]);
  expect(named()).toHaveLength(1);
});

const odd = (projectName: string, projectStatus: number) => ({
  ...{ projectId: '5c2d8e90-1f4b-4a77-9e36-0d1b2c3d4e44', projectName, projectStatus },
  projectActive: projectStatus === 0,
});

test.each([
  ['of the name in capitals, where the filter finds those too', odd('BILLING', 0)],
  ['of another name, where the filter is ignored', odd('Support', 0)],
  ['of the name that was deleted and is still listed', odd('Billing', 1)],
])('a project %s does not take the name', async (_what, project) => {
  const { create, named, emulator } = await managed();
  emulator.setFaults([{ route: routes.listProjects, kind: 'answer', body: { projects: [project] } }]);

  expect(await create()).toMatchObject({ recovered: false, project: { id: named()[0]!.id }, userErrors: [] });
});

describe('a lost answer, where the filter finds a project of the name in capitals', () => {
  const beside = async (kind: 'drop' | 'loseAnswer') => {
    const facade = await managed({ emulator: { organizations: 1, projects: 4, projectNameFilter: 'anyCase' } });
    await facade.create({ name: 'BILLING' });
    facade.emulator.setFaults([{ route: CREATE_PROJECT, kind }]);
    return facade;
  };

  test('is not made good by that one', async () => {
    const { create } = await beside('drop');
    await expect(create()).rejects.toThrow('OUTCOME_UNKNOWN');
  });

  test('is made good by the new one', async () => {
    const { create, named } = await beside('loseAnswer');
    expect(await create()).toMatchObject({ recovered: true, project: { id: named()[0]!.id } });
  });
});

test('a project that cannot be read may have the name: nothing is sent', async () => {
  const { create, emulator, upstream } = await managed();
  emulator.setFaults([{ route: routes.listProjects, kind: 'answer', body: { projects: [{}] } }]);

  await expect(create()).rejects.toThrow('UPSTREAM_BAD_RESPONSE');
  expect(upstream()).not.toHaveProperty([CREATE_PROJECT]);
});

test('a name that is taken is a user error, and nothing is sent', async () => {
  const { create, upstream } = await managed();
  await create();

  expect(codesOf(await create())).toEqual([['NAME_TAKEN', 'name']]);
  expect(upstream()[CREATE_PROJECT]).toBe(1);
});

test.each([
  [2002, 'NAME_TAKEN', 'name'],
  [2029, 'NAME_TAKEN', 'name'],
  [2000, 'REJECTED', 'name'],
  [2007, 'REJECTED', 'name'],
  [11, 'REJECTED', null],
])('refusal %i of the platform is %s', async (id, code, field) => {
  const { create, emulator } = await managed();
  emulator.setFaults([{ route: CREATE_PROJECT, kind: 'status', status: 400, id }]);

  expect(codesOf(await create())).toEqual([[code, field]]);
});

test.each([
  [{ name: ' ' }, 'REQUIRED', 'name'],
  [{ name: 'x'.repeat(101) }, 'TOO_LONG', 'name'],
  [{ administratorUserEmail: 'nobody' }, 'INVALID_EMAIL', 'administratorUserEmail'],
  [{ administratorUserEmail: 'a@b\nc' }, 'INVALID_EMAIL', 'administratorUserEmail'],
  [{ organizationId: 'Acme' }, 'INVALID_ID', 'organizationId'],
  [{ encryptTo: '{}' }, 'INVALID_ENCRYPTION_KEY', 'encryptTo'],
  [
    { usageLimit: { period: 'DAILY', unit: 'REQUESTS', softLimit: 2, hardLimit: 1, isRenewable: false } },
    'INVALID_LIMIT',
    'usageLimit',
  ],
])('%j is refused, and nothing is sent', async (input, code, field) => {
  const { create, upstream } = await managed();

  expect(codesOf(await create(input))).toEqual([[code, field]]);
  expect(upstream()).toEqual({});
});

test('the input says which of several open organizations is meant', async () => {
  const { query, emulator } = await managed({ emulator: { organizations: 2, projects: 2 } });
  const tokens = emulator.seeded.organizations.map(({ token }) => token);
  const create = (organization: string) =>
    query(
      `mutation { createProject(input: { name: "Billing", administratorUserEmail: "a@b.example" ${organization} }) {
        project { organization { id } } userErrors { code } } }`,
      { tokens },
    );
  const { id } = emulator.seeded.organizations[1]!;

  expect((await create('')).data.createProject.userErrors).toEqual([{ code: 'ORGANIZATION_REQUIRED' }]);
  expect((await create(`organizationId: "${id}"`)).data.createProject.project).toEqual({ organization: { id } });
});

test('a project token cannot create projects', async () => {
  const { emulator, query } = await managed();
  const token = emulator.seeded.organizations[0]!.projects[0]!.tokens.find(({ status }) => status === 'Active')!.id;
  const { errors } = await query(
    'mutation { createProject(input: { name: "x", administratorUserEmail: "a@b.example" }) { recovered } }',
    { token },
  );

  expect(errors).toMatchObject([{ extensions: { code: 'CREDENTIAL_REQUIRED', scope: 'ORGANIZATION' } }]);
});
