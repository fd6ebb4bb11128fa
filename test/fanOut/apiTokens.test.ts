import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { routes } from '../support/facade.ts';
import { entitiesQuery, idOf, type MeasuredFacade, references, SIZES, startMeasured } from './measured.ts';

let facade: MeasuredFacade;

beforeAll(async () => {
  facade = await startMeasured();
});
afterAll(() => facade.close());

const someProjects = (count: number) => facade.organization.projects.slice(0, count);
const projectCalls = (count: number) => (count === 1 ? { [routes.getProject]: 1 } : { [routes.listProjects]: 1 });

interface Handle {
  readonly id: string;
  readonly name: string;
}

/** Every token of the first projects, as the graph names them, project by project. */
async function handlesOf(count: number): Promise<Handle[][]> {
  const { data } = await facade.measure(
    entitiesQuery('Project', 'apiTokens { nodes { id name } }'),
    references('Project', someProjects(count).map(idOf)),
  );
  return data._entities.map(({ apiTokens }: { apiTokens: { nodes: Handle[] } }) => apiTokens.nodes);
}

describe.each(SIZES)('the tokens of %i projects', (count) => {
  test('cost one call per project', async () => {
    const projects = someProjects(count);
    const { data, errors, upstream } = await facade.measure(
      entitiesQuery('Project', 'apiTokens { totalCount nodes { name status } }'),
      references('Project', projects.map(idOf)),
    );

    expect(errors).toBeUndefined();
    expect(data._entities.map((one: { apiTokens: { totalCount: number } }) => one.apiTokens.totalCount)).toEqual(
      projects.map(({ tokens }) => tokens.length),
    );
    expect(upstream).toEqual({ ...projectCalls(count), [routes.listTokens]: count });
  });

  test('by their ids, repeated and unknown ones among them, cost one call per project', async () => {
    const handles = await handlesOf(count);
    const all = handles.flat();
    const gone = handles.map(([first]) => withOtherHash(first!.id));
    const ids = [...all.map(idOf), ...gone, ...all.map(idOf).toReversed()];
    const names = new Map(all.map(({ id, name }) => [id, name]));
    const { data, errors, upstream } = await facade.measure(
      entitiesQuery('ApiToken', 'id name'),
      references('ApiToken', ids),
    );

    expect(all.length).toBeGreaterThan(count);
    expect(errors).toBeUndefined();
    expect(data._entities).toEqual(ids.map((id) => (names.has(id) ? { id, name: names.get(id) } : null)));
    expect(upstream).toEqual({ [routes.listTokens]: count });
  });
});

test('two pages of 100 projects each cost the tokens of that page only', async () => {
  const document = `query ($after: String) { organization { projects(first: 100, after: $after) {
    nodes { id apiTokens { totalCount } } pageInfo { endCursor } } } }`;
  const one = await facade.measure(document);
  const two = await facade.measure(document, { after: one.data.organization.projects.pageInfo.endCursor });
  const cost = { [routes.listProjects]: 1, [routes.listTokens]: 100 };

  expect([one.upstream, two.upstream]).toEqual([cost, cost]);
  const ids = [one, two].flatMap(({ data }) => data.organization.projects.nodes.map(idOf));
  expect(new Set(ids).size).toBe(200);
});

test('pages of one token list in one request, and its tokens by id, share one call', async () => {
  const [[first, second]] = (await handlesOf(1)) as [[Handle, Handle]];
  const { data, upstream } = await facade.measure(
    `query ($project: ID!, $first: ID!, $second: ID!) {
      project(id: $project) { one: apiTokens(first: 1) { nodes { id } } all: apiTokens { nodes { id name } } }
      a: apiToken(id: $first) { name }
      b: apiToken(id: $second) { name }
    }`,
    { project: someProjects(1)[0]?.id, first: first.id, second: second.id },
  );

  expect(data.project.one.nodes).toEqual([{ id: first.id }]);
  expect([data.a.name, data.b.name]).toEqual([first.name, second.name]);
  expect(upstream).toEqual({ [routes.getProject]: 1, [routes.listTokens]: 1 });
});

test('an id of a token that cannot be read costs nothing', async () => {
  const { data, codes, upstream } = await facade.measure(
    entitiesQuery('ApiToken', 'name'),
    references('ApiToken', ['default_abc', someProjects(1)[0]!.id]),
  );

  expect(data._entities).toEqual([null, null]);
  expect(codes).toEqual(['BAD_USER_INPUT', 'BAD_USER_INPUT']);
  expect(upstream).toEqual({});
});

test('ids that name tokens of a project that does not exist are null at one call for that project', async () => {
  const [[first]] = (await handlesOf(1)) as [[Handle]];
  const bytes = Buffer.from(first.id, 'base64url');
  bytes.fill(7, 1, 17);
  const ids = [bytes.toString('base64url'), withOtherHash(bytes.toString('base64url'))];
  const { data, errors, upstream } = await facade.measure(
    entitiesQuery('ApiToken', 'name'),
    references('ApiToken', ids),
  );

  expect(errors).toBeUndefined();
  expect(data._entities).toEqual([null, null]);
  expect(upstream).toEqual({ [routes.listTokens]: 1 });
});

/** The id of a token of the same project that does not exist. */
function withOtherHash(id: string): string {
  const bytes = Buffer.from(id, 'base64url');
  return Buffer.from(bytes.map((byte, index) => (index > 16 ? 255 - byte : byte))).toString('base64url');
}
