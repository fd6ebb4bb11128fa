import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { routes } from '../support/facade.ts';
import { entitiesQuery, idOf, type MeasuredFacade, references, startMeasured } from './measured.ts';

let facade: MeasuredFacade;

beforeAll(async () => {
  facade = await startMeasured();
});
beforeEach(() => {
  facade.emulator.answerTogether(true);
  facade.emulator.setFaults([]);
});
afterAll(() => facade.close());

/** Counting starts with what is in flight. */
const callsInFlight = () => {
  facade.emulator.resetCalls();
  return facade.emulator.maxInFlight();
};

const FIELDS = 'name usageLimit { status } apiTokens { totalCount } assistants { nodes { name revisions { number } } }';
const absent = '00000000-0000-4000-8000-00000000000a';

/** The caller's organization token, with a token of the project. */
const presenting = (index: number) => {
  const { token, projects } = facade.organization;
  const secret = projects[index]!.tokens.find(({ status }) => status === 'Active')!.id;
  return { id: projects[index]!.id, request: { token, tokens: [secret] } };
};

/** Asks once before, so that the tokens are known. */
const measure = async (document: string, variables: object, request: { token: string; tokens?: string[] }) => {
  await facade.query('{ viewer { scopes } }', request);
  facade.emulator.resetCalls();
  const answer = await facade.query(document, { ...request, variables: variables as Record<string, unknown> });
  return { ...answer, upstream: facade.upstream(), roundTrips: facade.emulator.roundTrips() };
};

test('a project by id and what hangs on it are one round trip, with the needed tokens presented', async () => {
  const { id, request } = presenting(0);
  const answer = await measure(`query ($id: ID!) { project(id: $id) { ${FIELDS} } }`, { id }, request);

  expect(answer.errors).toBeUndefined();
  expect(answer.upstream).toEqual({
    [routes.getProject]: 1,
    [routes.listTokens]: 1,
    [routes.listAssistants]: 1,
    [routes.listProjectLimits]: 1,
  });
  expect(answer.roundTrips).toBe(1);
});

test('references to projects and what hangs on them are one round trip', async () => {
  const ids = facade.organization.projects.slice(0, 5).map(idOf);
  const document = entitiesQuery('Project', 'name usageLimit { status } apiTokens { totalCount }');
  const answer = await measure(document, references('Project', ids), { token: facade.organization.token });

  expect(answer.errors).toBeUndefined();
  expect(answer.upstream).toEqual({ [routes.listProjects]: 1, [routes.listTokens]: 5, [routes.listProjectLimits]: 5 });
  expect(answer.roundTrips).toBe(1);
});

test('an absent project costs each read below it once, and is null without an error', async () => {
  const { request } = presenting(0);
  const document = 'query ($id: ID!) { project(id: $id) { name usageLimit { status } apiTokens { totalCount } } }';
  const answer = await measure(document, { id: absent }, request);

  expect(answer).toMatchObject({ data: { project: null }, roundTrips: 1 });
  expect(answer.errors).toBeUndefined();
  expect(answer.upstream).toEqual({ [routes.getProject]: 1, [routes.listTokens]: 1, [routes.listProjectLimits]: 1 });
});

test('a field that is left out by its condition, or not selected, is not started', async () => {
  const { id, request } = presenting(0);
  const document = `query ($id: ID!, $with: Boolean!) {
    project(id: $id) { name apiTokens @include(if: $with) { totalCount } ... @skip(if: true) { usageLimit { status } } }
  }`;
  const answer = await measure(document, { id, with: false }, request);

  expect(answer.upstream).toEqual({ [routes.getProject]: 1 });
});

test('a read that fails early fails its own field alone', async () => {
  const { id, request } = presenting(0);
  facade.emulator.setFaults([{ route: routes.listTokens, kind: 'answer', status: 403, body: 'no' }]);
  const answer = await measure(
    'query ($id: ID!) { project(id: $id) { name apiTokens { totalCount } usageLimit { status } } }',
    { id },
    request,
  );

  expect(answer.data.project).toMatchObject({ apiTokens: null, usageLimit: expect.anything() });
  expect(answer.errors).toMatchObject([{ path: ['project', 'apiTokens'], extensions: { code: 'FORBIDDEN' } }]);
});

test('a read that was started early ends with the answer that does not need it', async () => {
  const { request } = presenting(0);
  facade.emulator.setFaults([{ route: routes.listTokens, kind: 'hang' }]);
  const document = 'query ($id: ID!) { project(id: $id) { name apiTokens { totalCount } } }';
  const { data } = await measure(document, { id: absent }, request);

  expect(data).toEqual({ project: null });
  await expect.poll(callsInFlight).toBe(0);
});
