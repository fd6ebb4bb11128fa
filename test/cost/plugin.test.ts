import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Answer, codes, type Facade, type Request, routes, startFacade } from '../support/facade.ts';

let facade: Facade;
let token: string;
let project: { id: string; tokens: { id: string }[] };

beforeAll(async () => {
  facade = await startFacade({ emulator: { projects: 30 }, env: { UPSTREAM_CALL_BUDGET: '60' } });
  token = facade.emulator.seeded.organizations[0]!.token;
  project = facade.emulator.seeded.organizations[0]!.projects[0]!;
});
afterAll(() => facade.close());

const tokensOf = (first: number) => `organization { projects(first: ${first}) { nodes { apiTokens { totalCount } } } }`;

describe('an operation over the budget is refused before anything is sent', () => {
  test.each([
    ['plainly', `{ ${tokensOf(100)} }`],
    ['by aliases', `{ a: ${tokensOf(20)} b: ${tokensOf(20)} c: ${tokensOf(20)} }`],
    [
      'by variables',
      'query ($n: Int! = 100) { organization { projects(first: $n) { nodes { apiTokens { totalCount } } } } }',
    ],
    [
      'by fragments',
      `{ ...A ...B } fragment A on Query { a: ${tokensOf(30)} } fragment B on Query { b: ${tokensOf(30)} }`,
    ],
    [
      'in inline fragments with conditions',
      `{ ... @include(if: true) { ... on Query @skip(if: false) { ${tokensOf(60)} } } }`,
    ],
    [
      'on the way back',
      `{ organization { projects(first: 1) { nodes { organization { projects(first: 80) { nodes { apiTokens { totalCount } } } } } } } }`,
    ],
  ])('%s', async (_how, document) => {
    facade.emulator.resetCalls();
    const answer = await facade.query(document, { token });

    expect(answer.status).toBe(400);
    expect(answer.data).toBeUndefined();
    expect(codes(answer)).toEqual(['TOO_MANY_UPSTREAM_CALLS']);
    expect(answer.errors![0]!.extensions).toMatchObject({ retryable: false, requestId: expect.any(String) });
    expect(facade.upstream()).toEqual({});
  });

  test('with the figure, the budget and the field that costs most', async () => {
    const { errors } = await facade.query(`{ ${tokensOf(100)} }`, { token });

    expect(errors![0]!.message).toBe(
      'The operation may take 102 calls to the platform; 60 at most. Most of them, up to 100, are for ' +
        '"organization.projects.nodes.apiTokens". Request less at a time, such as a smaller `first` or fewer `projectIds`.',
    );
  });

  test('and so is one of many references', async () => {
    const representations = Array.from({ length: 60 }, (_, index) => ({
      __typename: 'Project',
      id: `00000000-0000-4000-8000-0000000000${String(index).padStart(2, '0')}`,
    }));
    facade.emulator.resetCalls();
    const answer = await facade.query(
      'query ($representations: [_Any!]!) { _entities(representations: $representations) { ... on Project { name } } }',
      { token, variables: { representations } },
    );

    expect(codes(answer)).toEqual(['TOO_MANY_UPSTREAM_CALLS']);
    expect(facade.upstream()).toEqual({});
  });

  test('while one within it is answered', async () => {
    const { data, errors } = await facade.query(`{ ${tokensOf(30)} }`, { token });

    expect(errors).toBeUndefined();
    expect(data.organization.projects.nodes).toHaveLength(30);
  });
});

describe('extensions.upstream', () => {
  const QUERY = `{ ${tokensOf(3)} }`;
  const explained = (document: string, request: Request, value = 'upstream') =>
    facade.query(document, { ...request, headers: { 'geai-explain': value } });
  const extensionsOf = ({ text }: Answer) => JSON.parse(text).extensions;

  test('tells an organization what was planned and made, by route', async () => {
    await facade.query('{ viewer { scopes } }', { token });

    expect(extensionsOf(await explained(QUERY, { token }))).toEqual({
      upstream: {
        planned: 5,
        made: 4,
        coalesced: 0,
        remembered: 1,
        byRoute: {
          [routes.validate]: { made: 0, coalesced: 0, remembered: 1 },
          [routes.listProjects]: { made: 1, coalesced: 0, remembered: 0 },
          'GET /v1/organization/project/{projectId}/tokens': { made: 3, coalesced: 0, remembered: 0 },
        },
      },
    });
  });

  test('tells it of an operation that costs nothing, too', async () => {
    await facade.query('{ viewer { scopes } }', { token });

    const { upstream } = extensionsOf(await explained('{ __typename }', { token }));

    expect(upstream).toMatchObject({ made: 0, remembered: 1 });
  });

  test.each<[string, () => Request, string?]>([
    ['does not ask', () => ({ token }), 'nothing'],
    ['presents nothing', () => ({})],
    ['is not accepted', () => ({ token: 'default_unknown' })],
    ['holds a token of a project only', () => ({ token: project.tokens[0]!.id })],
    ['presents what is no token', () => ({ token: 'a b' })],
  ])('is not there for a caller who %s, and nothing else is different', async (_who, request, value) => {
    const answer = await explained(QUERY, request(), value);
    const plain = await facade.query(QUERY, request());

    expect(extensionsOf(answer)).toBeUndefined();
    expect([answer.data, codes(answer), answer.status]).toEqual([plain.data, codes(plain), plain.status]);
  });
});
