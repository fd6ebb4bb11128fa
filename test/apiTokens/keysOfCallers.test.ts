import { expect, onTestFinished, test } from 'vitest';
import { type FacadeOptions, routes } from '../support/facade.ts';
import { idOf, startManaged } from '../support/managing.ts';

async function managed(options: FacadeOptions = {}) {
  const facade = await startManaged({ emulator: { organizations: 2, projects: 2 }, ...options });
  onTestFinished(() => facade.close());
  const [mine, theirs] = facade.emulator.seeded.organizations;
  const user = facade.emulator.seeded.oauth[0]!;
  return { ...facade, mine: mine!, theirs: theirs!, user };
}

const codesOf = ({ userErrors }: { userErrors: { code: string }[] }) => userErrors.map(({ code }) => code);
const CREATE = `mutation ($input: CreateApiTokenInput!) {
  createApiToken(input: $input) { secret apiToken { id name } userErrors { code } } }`;

test('a key finds its creation again with another token of the organization, and shows the secret no second time', async () => {
  const { mutate, projectId, emulator, organizationId, upstream } = await managed();
  const input = { projectId, name: 'Keyed', idempotencyKey: 'order-1' };
  const first = await mutate('createApiToken', input);

  const again = await mutate('createApiToken', input, { token: emulator.createOrganizationToken(organizationId) });

  expect(again).toMatchObject({ secret: null, apiToken: { id: first.apiToken.id } });
  expect(codesOf(again)).toEqual(['SECRET_ALREADY_SHOWN']);
  expect(upstream()[routes.createToken]).toBe(1);
});

test('the same for a project, and for a rotation with a key', async () => {
  const { mutate, projectId, emulator, organizationId, upstream } = await managed();
  const token = emulator.createOrganizationToken(organizationId);
  const id = idOf(projectId, emulator.createToken(projectId, 'Robot'));
  const project = { name: 'Billing', administratorUserEmail: 'ana@acme.example', idempotencyKey: 'k' };
  const rotation = { id, oldToken: 'KEEP', idempotencyKey: 'k' };
  const made = await mutate('createProject', project);
  const rotated = await mutate('rotateApiToken', rotation);

  expect((await mutate('createProject', project, { token })).project).toEqual(made.project);
  expect(await mutate('rotateApiToken', rotation, { token })).toMatchObject({ apiToken: { id: rotated.apiToken.id } });
  expect(upstream()).toMatchObject({ 'POST /v1/organization/project': 1, [routes.createToken]: 1 });
});

test.each([
  ['validate tells what it is', 'accepted'],
  ['its project tells what it is', '403:7'],
] as const)(
  "a user's key finds its creation again after the token was refreshed, where %s",
  async (_where, validateUsers) => {
    const { query, user, emulator, upstream } = await managed({
      emulator: { organizations: 2, projects: 2, validateUsers },
    });
    const { projectId } = user;
    const variables = { input: { projectId, name: 'Keyed', idempotencyKey: 'order-1' } };
    const as = (token: string) => query(CREATE, { token, headers: { projectid: projectId }, variables });
    const first = await as(user.token);

    const again = await as(emulator.refreshUserToken(user.token));

    expect(first.data.createApiToken).toMatchObject({ secret: expect.any(String), userErrors: [] });
    expect(again.data.createApiToken).toMatchObject({
      secret: null,
      apiToken: first.data.createApiToken.apiToken,
      userErrors: [{ code: 'SECRET_ALREADY_SHOWN' }],
    });
    expect(upstream()[routes.createToken]).toBe(1);
  },
);

test("an organization's key and a user's are two, though they are spelled the same", async () => {
  const { query, mutate, user, mine, theirs, upstream } = await managed({
    emulator: { organizations: 2, projects: 2 },
  });
  const { projectId, organizationId } = user;
  const { token } = [mine, theirs].find(({ id }) => id === organizationId)!;
  const input = { projectId, name: 'Keyed', idempotencyKey: 'order-1' };
  await mutate('createApiToken', input, { token });

  const { data } = await query(CREATE, { token: user.token, headers: { projectid: projectId }, variables: { input } });

  expect(data.createApiToken).toMatchObject({ secret: expect.any(String), userErrors: [] });
  expect(upstream()[routes.createToken]).toBe(2);
});

test('nobody of another organization comes upon a key, nor learns that it is used', async () => {
  const { mutate, projectId, theirs } = await managed();
  for (const idempotencyKey of ['order-1', 'order-2']) {
    await mutate('createApiToken', { projectId, name: 'Keyed', idempotencyKey });
  }

  const other = { projectId: theirs.projects[0]!.id, name: 'Theirs', idempotencyKey: 'order-1' };
  expect(await mutate('createApiToken', other, { token: theirs.token })).toMatchObject({
    apiToken: { name: 'Theirs' },
    userErrors: [],
  });
  const intruding = { projectId, name: 'Other input', idempotencyKey: 'order-2' };
  expect(codesOf(await mutate('createApiToken', intruding, { token: theirs.token }))).toEqual(['PROJECT_NOT_FOUND']);
});

test('a token that the platform never took learns nothing of the keys of a project', async () => {
  const { query, user, emulator, upstream } = await managed({
    emulator: { organizations: 2, projects: 2, validateUsers: '403:7' },
  });
  // Nothing tells what a user's token is, so that it is taken for one until it is refused.
  emulator.setFaults([{ route: routes.getProject, kind: 'status', status: 403, id: 7 }]);
  const { projectId } = user;
  const headers = { projectid: projectId };
  const input = { projectId, name: 'Keyed', idempotencyKey: 'order-1' };
  const created = await query(CREATE, { token: user.token, headers, variables: { input } });

  const { data, errors } = await query(CREATE, {
    token: 'oauth_junk',
    headers,
    variables: { input: { ...input, name: 'Other input' } },
  });

  expect(created.data.createApiToken).toMatchObject({ secret: expect.any(String) });
  expect(data).toEqual({ createApiToken: null });
  expect(errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }]);
  expect(upstream()[routes.createToken]).toBe(1);
});
