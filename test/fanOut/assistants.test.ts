import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { routes } from '../support/facade.ts';
import { entitiesQuery, idOf, type MeasuredFacade, references, SIZES, startMeasured } from './measured.ts';

let facade: MeasuredFacade;
let borrowing: MeasuredFacade;

beforeAll(async () => {
  facade = await startMeasured();
  borrowing = await startMeasured({ GEAI_BORROW_PROJECT_TOKENS: 'true' });
});
afterAll(async () => {
  await borrowing.close();
  await facade.close();
});

/** The first projects with a token that works inside them. */
function openProjects(count: number) {
  const open = facade.organization.projects.filter(({ tokens }) => tokens[0]?.status === 'Active').slice(0, count);
  if (open.length < count) throw new Error(`${count} projects with an active token are needed`);
  return open;
}

const projectCalls = (count: number) => (count === 1 ? { [routes.getProject]: 1 } : { [routes.listProjects]: 1 });

interface Handle {
  readonly id: string;
  readonly name: string;
}

/** Every assistant of the projects, as the graph names them, project by project. */
async function handlesOf(projects: readonly { readonly id: string }[]): Promise<Handle[][]> {
  const { data } = await borrowing.measure(
    entitiesQuery('Project', 'assistants { nodes { id name } }'),
    references('Project', projects.map(idOf)),
  );
  return data._entities.map(({ assistants }: { assistants: { nodes: Handle[] } }) => assistants.nodes);
}

describe.each([1, 19])('with a token of each of %i projects', (count) => {
  test('their assistants cost one call per project', async () => {
    const projects = openProjects(count);
    // One organization token and as many of projects: 20 are taken at most.
    const request = { token: facade.organization.token, tokens: projects.map(({ tokens }) => tokens[0]!.id) };
    await facade.query('{ viewer { scopes } }', request);
    const { data, errors, upstream } = await facade.measure(
      entitiesQuery('Project', 'assistants { totalCount nodes { name } }'),
      references('Project', projects.map(idOf)),
      request,
    );

    expect(errors).toBeUndefined();
    expect(data._entities.map(countOfAssistants)).toEqual(projects.map(({ assistants }) => assistants.length));
    expect(upstream).toEqual({ ...projectCalls(count), [routes.listAssistants]: count });
  });
});

describe.each(SIZES)('borrowing the tokens of %i projects', (count) => {
  test('their assistants cost two calls per project: its tokens and its assistants', async () => {
    const projects = openProjects(count);
    const { data, errors, upstream } = await borrowing.measure(
      entitiesQuery('Project', 'assistants { totalCount }'),
      references('Project', projects.map(idOf)),
    );

    expect(errors).toBeUndefined();
    expect(data._entities.map(countOfAssistants)).toEqual(projects.map(({ assistants }) => assistants.length));
    const perProject = { [routes.listTokens]: count, [routes.listAssistants]: count };
    expect(upstream).toEqual({ ...projectCalls(count), ...perProject });
  });

  test('the token list that is borrowed from is the one that is shown', async () => {
    const projects = openProjects(count);
    const { data, errors, upstream } = await borrowing.measure(
      entitiesQuery('Project', 'assistants { totalCount } apiTokens { totalCount }'),
      references('Project', projects.map(idOf)),
    );

    expect(errors).toBeUndefined();
    expect(data._entities).toEqual(
      projects.map(({ assistants, tokens }) => ({
        assistants: { totalCount: assistants.length },
        apiTokens: { totalCount: tokens.length },
      })),
    );
    const perProject = { [routes.listTokens]: count, [routes.listAssistants]: count };
    expect(upstream).toEqual({ ...projectCalls(count), ...perProject });
  });

  test('assistants by their ids, repeated ones among them, cost the same two calls per project', async () => {
    const projects = openProjects(count);
    const assistants = (await handlesOf(projects)).flat();
    const ids = [...assistants, ...assistants.toReversed()].map(idOf);
    const names = new Map(assistants.map(({ id, name }) => [id, name]));
    const { data, errors, upstream } = await borrowing.measure(
      entitiesQuery('Assistant', 'id name'),
      references('Assistant', ids),
    );

    expect(assistants.length).toBeGreaterThan(count);
    expect(errors).toBeUndefined();
    expect(data._entities).toEqual(ids.map((id) => ({ id, name: names.get(id) })));
    expect(upstream).toEqual({ [routes.listTokens]: count, [routes.listAssistants]: count });
  });
});

test('an assistant by its id costs one look-up, and the token list that is borrowed from', async () => {
  const [[assistant]] = (await handlesOf(openProjects(1))) as [[Handle]];
  const { data, upstream } = await borrowing.measure(
    'query ($id: ID!) { assistant(id: $id) { name description kind status revisions { number } } }',
    { id: assistant.id },
  );

  expect(data.assistant).toMatchObject({ name: assistant.name, revisions: expect.arrayContaining([{ number: 1 }]) });
  expect(upstream).toEqual({ [routes.listTokens]: 1, [routes.getAssistant]: 1 });
});

test('an unknown assistant among known ones is asked for by id once, and is null', async () => {
  const [[one, two]] = (await handlesOf(openProjects(1))) as [[Handle, Handle]];
  const bytes = Buffer.from(one.id, 'base64url').map((byte, index) => (index > 16 ? 255 - byte : byte));
  const unknown = Buffer.from(bytes).toString('base64url');
  const { data, errors, upstream } = await borrowing.measure(
    entitiesQuery('Assistant', 'name'),
    references('Assistant', [one.id, unknown, two.id, unknown]),
  );

  expect(errors).toBeUndefined();
  expect(data._entities).toEqual([{ name: one.name }, null, { name: two.name }, null]);
  expect(upstream).toEqual({ [routes.listTokens]: 1, [routes.listAssistants]: 1, [routes.getAssistant]: 1 });
});

test('a project without a token to borrow costs its token list and no more, and fails alone', async () => {
  const [open] = openProjects(1);
  const idle = facade.organization.projects.find(({ tokens }) => tokens.every(({ status }) => status !== 'Active'));
  const { data, codes, upstream } = await borrowing.measure(
    entitiesQuery('Project', 'assistants { totalCount }'),
    references('Project', [idle!.id, open!.id]),
  );

  expect(data._entities).toEqual([{ assistants: null }, { assistants: { totalCount: open!.assistants.length } }]);
  expect(codes).toEqual(['CREDENTIAL_REQUIRED']);
  expect(upstream).toEqual({ [routes.listProjects]: 1, [routes.listTokens]: 2, [routes.listAssistants]: 1 });
});

function countOfAssistants({ assistants }: { readonly assistants: { readonly totalCount: number } }): number {
  return assistants.totalCount;
}
