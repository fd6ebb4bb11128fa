import { expect, type TestContext, test } from 'vitest';
import { routes } from '../support/facade.ts';
import { disturb, expectNothingOfThePlatform, introduce, startDrill, tokensAt } from './failures.ts';
import { type FaultCase, patienceWithWrite, REPRESENTATIVES } from './faultTable.ts';

const CREATE_BLOCKED = `mutation ($projectId: ID!) {
  createApiToken(input: { projectId: $projectId, name: "Blocked drill", status: BLOCKED }) {
    secret
    apiToken { id status hint }
    userErrors { code field }
  }
}`;

async function createBlocked({ onTestFinished }: TestContext, each?: FaultCase) {
  const drill = await startDrill({ env: each ? patienceWithWrite(each) : {} });
  onTestFinished(() => drill.facade.close());
  await introduce(drill);
  const { facade, emulator, organization, project } = drill;
  if (each) disturb(emulator, [routes.updateToken], each.fault);
  const answer = await facade.query(CREATE_BLOCKED, {
    token: organization.token,
    variables: { projectId: project.id },
  });
  const created = (await tokensAt(emulator, project.id)).filter(({ name }) => name === 'Blocked drill');
  return { facade, answer, created };
}

test('a token that is to start blocked is blocked before its secret is handed out', async (context) => {
  const { facade, answer, created } = await createBlocked(context);

  expect(created).toHaveLength(1);
  expect(created[0]!.status).toBe('Blocked');
  expect(answer.data.createApiToken).toMatchObject({
    secret: created[0]!.id,
    apiToken: { status: 'BLOCKED' },
    userErrors: [],
  });
  expect(facade.upstream()).toMatchObject({ [routes.createToken]: 1, [routes.updateToken]: 1 });
});

test.concurrent.for(REPRESENTATIVES.filter(({ applies }) => applies !== true))(
  'a new token that could not be blocked because of $name keeps its secret to itself',
  async (each, context) => {
    const { facade, answer, created } = await createBlocked(context, each);

    expect(answer.errors).toBeUndefined();
    expect(answer.data.createApiToken).toMatchObject({
      secret: null,
      userErrors: [{ code: 'CREATED_BUT_NOT_BLOCKED', field: 'status' }],
    });
    expect(created).toHaveLength(1);
    expect(answer.text).not.toContain(created[0]!.id);
    expectNothingOfThePlatform(facade, answer);
    expect(facade.upstream()).toMatchObject({ [routes.createToken]: 1, [routes.updateToken]: 1 });
  },
);

test.concurrent.for(REPRESENTATIVES.filter(({ applies }) => applies === true))(
  'a new token that was blocked under $name is seen to be, and its secret handed out',
  async (each, context) => {
    const { facade, answer, created } = await createBlocked(context, each);

    expect(created).toMatchObject([{ status: 'Blocked' }]);
    expect(answer.data.createApiToken).toMatchObject({
      secret: created[0]!.id,
      apiToken: { status: 'BLOCKED' },
      userErrors: [],
    });
    expect(facade.upstream()).toMatchObject({ [routes.createToken]: 1, [routes.updateToken]: 1 });
  },
);

test('a new token that could not be blocked can be blocked afterwards by the id in the payload', async ({
  onTestFinished,
}) => {
  const drill = await startDrill();
  onTestFinished(() => drill.facade.close());
  const { facade, emulator, organization, project } = drill;
  disturb(emulator, [routes.updateToken], { kind: 'status', status: 503, times: 1 });
  const creation = await facade.query(CREATE_BLOCKED, {
    token: organization.token,
    variables: { projectId: project.id },
  });
  const { id } = creation.data.createApiToken.apiToken;

  const { data } = await facade.query('mutation ($id: ID!) { blockApiToken(input: { id: $id }) { changed } }', {
    token: organization.token,
    variables: { id },
  });

  expect(data).toEqual({ blockApiToken: { changed: true } });
  const created = (await tokensAt(emulator, project.id)).find(({ name }) => name === 'Blocked drill');
  expect(created?.status).toBe('Blocked');
});
