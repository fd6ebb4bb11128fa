import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Answer, codes, type Facade, routes, startFacade } from '../support/facade.ts';

const CREATE = `mutation ($input: CreateApiTokenInput!) {
  createApiToken(input: $input) {
    secret
    apiToken { id name description status scope hint createdAt isManageable project { id } }
    userErrors { code message field }
  }
}`;

const change = (name: string, changed = 'changed') => `mutation ($id: ID!) {
  ${name}(input: { id: $id, reason: "a test" }) { ${changed} apiToken { id status } userErrors { code field } }
}`;

let facade: Facade;
let token: string;
let projectId: string;

beforeAll(async () => {
  facade = await startFacade({ emulator: { projects: 6 } });
  const [acme] = facade.emulator.seeded.organizations;
  token = acme?.token ?? '';
  projectId = acme?.projects[0]?.id ?? '';
});
afterAll(() => facade.close());

/** What the platform says to a token: the status and error id of `validate`. */
async function atPlatform(secret: string): Promise<{ status: number; id?: number }> {
  const response = await fetch(`${facade.emulator.url}/v1/accessControl/apitoken/validate`, {
    headers: { authorization: `Bearer ${secret}` },
  });
  const body = (await response.json()) as { errors?: { id: number }[] };
  return { status: response.status, ...(body.errors?.[0] ? { id: body.errors[0].id } : {}) };
}

const create = (input: object): Promise<Answer> =>
  facade.query(CREATE, { token, variables: { input: { projectId, name: 'Pipeline', ...input } } });

const apply = (mutation: string, id: string): Promise<Answer> =>
  facade.query(change(mutation), { token, variables: { id } });

const counted = (answer: Promise<Answer>): Promise<[Answer, Record<string, number>]> => {
  facade.emulator.resetCalls();
  return answer.then((result) => [result, facade.upstream()]);
};

test('the life of a token: created, blocked, unblocked, revoked for good', async () => {
  const created = (await create({ description: 'Nightly run' })).data.createApiToken;
  expect(created).toMatchObject({
    userErrors: [],
    apiToken: {
      name: 'Pipeline',
      description: 'Nightly run',
      status: 'ACTIVE',
      scope: 'PROJECT',
      isManageable: true,
      hint: `pipeline_…${created.secret.slice(-4)}`,
      project: { id: projectId },
    },
  });
  expect(Date.parse(created.apiToken.createdAt)).not.toBeNaN();
  const { secret, apiToken } = created;
  expect(await atPlatform(secret)).toEqual({ status: 200 });

  const [blocked, calls] = await counted(apply('blockApiToken', apiToken.id));
  expect(blocked.data.blockApiToken).toEqual({
    changed: true,
    apiToken: { id: apiToken.id, status: 'BLOCKED' },
    userErrors: [],
  });
  // Read to find the token, write, read and try to see what came of it.
  expect(calls).toEqual({ [routes.listTokens]: 2, [routes.updateToken]: 1, [routes.validate]: 1 });
  expect(await atPlatform(secret)).toEqual({ status: 401, id: 6 });

  const again = await apply('blockApiToken', apiToken.id);
  expect(again.data.blockApiToken).toMatchObject({ changed: false, apiToken: { status: 'BLOCKED' }, userErrors: [] });

  const unblocked = await apply('unblockApiToken', apiToken.id);
  expect(unblocked.data.unblockApiToken).toMatchObject({ changed: true, apiToken: { status: 'ACTIVE' } });
  expect(await atPlatform(secret)).toEqual({ status: 200 });

  const revoked = await apply('revokeApiToken', apiToken.id);
  expect(revoked.data.revokeApiToken).toMatchObject({ changed: true, apiToken: { status: 'REVOKED' } });
  expect(await atPlatform(secret)).toEqual({ status: 401, id: 6 });

  const revived = await apply('unblockApiToken', apiToken.id);
  expect(revived.data.unblockApiToken).toEqual({
    changed: false,
    apiToken: null,
    userErrors: [{ code: 'TOKEN_REVOKED', field: 'id' }],
  });
  expect((await apply('revokeApiToken', apiToken.id)).data.revokeApiToken).toMatchObject({
    changed: false,
    userErrors: [],
  });
});

test.each([
  ['blockApiToken', routes.updateToken],
  ['revokeApiToken', routes.revokeToken],
])('%s of a token that is gone since it was listed says so, and names no mask', async (mutation, route) => {
  const { apiToken } = (await create({})).data.createApiToken;
  facade.emulator.setFaults([{ route, kind: 'status', status: 404, id: 5, times: 1 }]);

  expect((await apply(mutation, apiToken.id)).data[mutation]).toEqual({
    changed: false,
    apiToken: null,
    userErrors: [{ code: 'TOKEN_NOT_FOUND', field: 'id' }],
  });
});

test('a token created as blocked is refused by the platform before anyone has its secret', async () => {
  const [answer, calls] = await counted(create({ status: 'BLOCKED' }));

  const { secret, apiToken, userErrors } = answer.data.createApiToken;
  expect(userErrors).toEqual([]);
  expect(apiToken.status).toBe('BLOCKED');
  expect(calls).toMatchObject({ [routes.createToken]: 1, [routes.updateToken]: 1 });
  expect(await atPlatform(secret)).toEqual({ status: 401, id: 6 });
});

test('a creation costs one list before it, to find its token by should the answer be lost, and none after', async () => {
  const document = `mutation ($input: CreateApiTokenInput!) {
    createApiToken(input: $input) { secret apiToken { id name status project { id } } } }`;
  await facade.query('{ viewer { scopes } }', { token });
  const variables = { input: { projectId, name: 'Cheap' } };
  const [, calls] = await counted(facade.query(document, { token, variables }));

  expect(calls).toEqual({ [routes.listTokens]: 1, [routes.createToken]: 1 });
});

test('the new token is found by its id, and through its project, without its secret', async () => {
  const { apiToken, secret } = (await create({ name: 'Findable' })).data.createApiToken;
  const found = await facade.query(
    'query ($id: ID!, $project: ID!) { apiToken(id: $id) { name } project(id: $project) { apiTokens(first: 100) { nodes { id name } } } }',
    { token, variables: { id: apiToken.id, project: projectId } },
  );

  expect(found.data.apiToken).toEqual({ name: 'Findable' });
  expect(found.data.project.apiTokens.nodes).toContainEqual({ id: apiToken.id, name: 'Findable' });
  expect(found.text).not.toContain(secret);
  expect(facade.log()).not.toContain(secret);
});

test('the description changes, the rest of the token stays', async () => {
  const { apiToken } = (await create({ name: 'Described', description: 'Old' })).data.createApiToken;
  const answer = await facade.query(
    `mutation ($id: ID!) { updateApiToken(input: { id: $id, description: "New" }) {
      apiToken { name description status } userErrors { code } } }`,
    { token, variables: { id: apiToken.id } },
  );

  expect(answer.data.updateApiToken).toEqual({
    apiToken: { name: 'Described', description: 'New', status: 'ACTIVE' },
    userErrors: [],
  });
});

test('several mutations of one request run in order, each seeing what the one before did', async () => {
  const { apiToken } = (await create({ name: 'Hurried' })).data.createApiToken;
  const answer = await facade.query(
    `mutation ($input: BlockApiTokenInput!, $id: ID!) {
      first: blockApiToken(input: $input) { changed }
      second: blockApiToken(input: $input) { changed }
      third: unblockApiToken(input: { id: $id }) { changed apiToken { status } }
    }`,
    { token, variables: { input: { id: apiToken.id }, id: apiToken.id } },
  );

  expect(answer.data).toEqual({
    first: { changed: true },
    second: { changed: false },
    third: { changed: true, apiToken: { status: 'ACTIVE' } },
  });
});

test('a token that the caller runs on can be neither blocked nor revoked, and nothing is sent', async () => {
  const { apiToken, secret } = (await create({ name: 'Mine' })).data.createApiToken;
  for (const mutation of ['blockApiToken', 'revokeApiToken']) {
    facade.emulator.resetCalls();
    const answer = await facade.query(change(mutation), { token, tokens: [secret], variables: { id: apiToken.id } });

    expect(answer.data[mutation]).toEqual({
      changed: false,
      apiToken: null,
      userErrors: [{ code: 'WOULD_LOCK_OUT', field: 'id' }],
    });
    expect(facade.upstream()).not.toHaveProperty([routes.updateToken]);
    expect(facade.upstream()).not.toHaveProperty([routes.revokeToken]);
  }
  expect(await atPlatform(secret)).toEqual({ status: 200 });
});

test('a token that the facade itself runs on can be neither blocked nor revoked by anybody', async () => {
  const { apiToken, secret } = (await create({ name: 'Own' })).data.createApiToken;
  const own = await startFacade({
    sharedEmulator: facade.emulator,
    env: { AUTH_MODE: 'open', GEAI_TOKENS: `${token} ${secret}` },
  });
  const answer = await own.query(change('blockApiToken'), { variables: { id: apiToken.id } });
  await own.close();

  expect(answer.data.blockApiToken.userErrors).toEqual([{ code: 'WOULD_LOCK_OUT', field: 'id' }]);
  expect(await atPlatform(secret)).toEqual({ status: 200 });
});

test('a token blocked through the facade is not remembered as accepted', async () => {
  const { apiToken, secret } = (await create({ name: 'Remembered' })).data.createApiToken;
  expect((await facade.query('{ viewer { scopes } }', { token: secret })).data.viewer.scopes).toEqual(['PROJECT']);
  await apply('blockApiToken', apiToken.id);

  const answer = await facade.query('{ viewer { scopes } }', { token: secret });

  expect(answer.data.viewer).toBeNull();
  expect(codes(answer)).toEqual(['UNAUTHENTICATED']);
});

test('a project token cannot create tokens: the error names the scope, and nothing is sent', async () => {
  const { secret } = (await create({ name: 'Project only' })).data.createApiToken;
  facade.emulator.resetCalls();
  const answer = await facade.query(CREATE, { token: secret, variables: { input: { projectId, name: 'More' } } });

  expect(answer.data).toEqual({ createApiToken: null });
  expect(answer.errors).toMatchObject([{ extensions: { code: 'CREDENTIAL_REQUIRED', scope: 'ORGANIZATION' } }]);
  expect(facade.upstream()).toEqual({ [routes.validate]: 1 });
});

test('replicas with the same ID_SECRET give a token the same id, others another', async () => {
  const document = 'query ($id: ID!) { project(id: $id) { apiTokens { nodes { id } } } }';
  const idsFrom = async (env: Record<string, string>) => {
    const replica = await startFacade({ sharedEmulator: facade.emulator, env });
    const answer = await replica.query(document, { token, variables: { id: projectId } });
    await replica.close();
    return answer.data.project.apiTokens.nodes.map(({ id }: { id: string }) => id);
  };
  const [first, second, other] = [await idsFrom({}), await idsFrom({}), await idsFrom({ ID_SECRET: 'x'.repeat(32) })];

  expect(second).toEqual(first);
  expect(other).not.toEqual(first);
});
