import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { routes } from '../support/facade.ts';
import { entitiesQuery, idOf, type MeasuredFacade, references, startMeasured } from './measured.ts';

let facade: MeasuredFacade;

beforeAll(async () => {
  facade = await startMeasured({ GEAI_BORROW_PROJECT_TOKENS: 'true' });
});
afterAll(() => facade.close());

const home = () => facade.organization.projects[0]!;

/** Asks with the token of the organization and, when told so, one of the project. */
async function measure(document: string, variables: Record<string, unknown> = {}) {
  const measured = await facade.measure(document, { project: home().id, ...variables });
  expect(measured.errors).toBeUndefined();
  return measured;
}

describe('a field that nobody reads costs nothing', () => {
  test.each([
    ['left out', 'name'],
    ['skipped', 'name apiTokens @skip(if: true) { totalCount } assistants @skip(if: true) { totalCount }'],
    ['not included', 'name ... @include(if: false) { apiTokens { totalCount } assistants { totalCount } }'],
    ['in a fragment that is skipped', 'name ...Inside @skip(if: true)'],
    ['only an alias', 'apiTokens: name assistants: id'],
  ])('as %s', async (_case, fields) => {
    const { upstream } = await measure(
      `query ($project: ID!) { project(id: $project) { ${fields} } }
      ${fields.includes('...Inside') ? 'fragment Inside on Project { apiTokens { totalCount } }' : ''}`,
    );

    expect(upstream).toEqual({ [routes.getProject]: 1 });
  });

  test('of a skipped root field', async () => {
    const { upstream } = await measure(
      `query ($project: ID!, $wanted: Boolean = false) {
        organization { name }
        project(id: $project) @include(if: $wanted) { name }
      }`,
    );

    expect(upstream).toEqual({});
  });

  test('and the same field costs once when it is read under several names', async () => {
    const { upstream } = await measure(
      `query ($project: ID!) { project(id: $project) {
        a: apiTokens(first: 1) { totalCount } ...Inside ... on Project { c: apiTokens { nodes { id } } }
      } }
      fragment Inside on Project { b: apiTokens { nodes { name } } }`,
    );

    expect(upstream).toEqual({ [routes.getProject]: 1, [routes.listTokens]: 1 });
  });

  test('and no credential is asked about for a query that takes none', async () => {
    const token = facade.other.projects[0]!.tokens[0]!.id;
    const { data, upstream } = await facade.measure('{ __typename _service { sdl } }', {}, { token });

    expect(data.__typename).toBe('Query');
    expect(upstream).toEqual({});
  });
});

describe('links back to the project', () => {
  const LINKS = ['apiTokens', 'assistants'] as const;
  /** Ids of what is in the first project, read beforehand. */
  const ids = async (link: (typeof LINKS)[number]): Promise<string[]> => {
    const { data } = await measure(`query ($project: ID!) { project(id: $project) { ${link} { nodes { id } } } }`);
    return data.project[link].nodes.map(idOf);
  };
  const upToMember = { [routes.listTokens]: 1, [routes.listAssistants]: 1 };

  test('cost nothing below a project that is loaded already', async () => {
    const { data, upstream } = await measure(
      `query ($project: ID!) { project(id: $project) {
        apiTokens { nodes { project { name description apiTokens { totalCount } organization { name } } } }
        assistants { nodes { project { name status assistants { totalCount } organization { name } } } }
      } }`,
    );

    expect(data.project.apiTokens.nodes[0].project).toMatchObject({ name: home().name });
    expect(data.project.assistants.nodes[0].project).toMatchObject({ name: home().name });
    expect(upstream).toEqual({ [routes.getProject]: 1, ...upToMember });
  });

  test('cost nothing below a list of projects', async () => {
    const { data, upstream } = await measure(
      `{ organization { projects { nodes { id name apiTokens(first: 1) { nodes { project { id name } } } } } } }`,
    );

    const nodes: { id: string; name: string; apiTokens: { nodes: { project: object }[] } }[] =
      data.organization.projects.nodes;
    expect(nodes.map(({ apiTokens }) => apiTokens.nodes[0]?.project)).toEqual(
      nodes.map(({ id, name }) => ({ id, name })),
    );
    expect(upstream).toEqual({ [routes.listProjects]: 1, [routes.listTokens]: 20 });
  });

  test('from a token by id cost nothing when they read only the id, and what is inside', async () => {
    const [id] = await ids('apiTokens');
    const { data, upstream } = await measure(
      'query ($id: ID!) { apiToken(id: $id) { project { __typename id apiTokens { totalCount } } } }',
      { id },
    );

    expect(data.apiToken.project).toMatchObject({ __typename: 'Project', id: home().id });
    expect(upstream).toEqual({ [routes.listTokens]: 1 });
  });

  test('from an assistant by id cost nothing when they read only the id', async () => {
    const [id] = await ids('assistants');
    const { data, upstream } = await measure('query ($id: ID!) { assistant(id: $id) { project { id } } }', { id });

    expect(data.assistant.project).toEqual({ id: home().id });
    expect(upstream).toEqual({ [routes.listTokens]: 1, [routes.getAssistant]: 1 });
  });

  test.each(LINKS)('from one of the %s by id show the organization for nothing', async (link) => {
    const [id] = await ids(link);
    const field = link === 'apiTokens' ? 'apiToken' : 'assistant';
    const { data, upstream } = await measure(
      `query ($id: ID!) { ${field}(id: $id) { project { organization { id name } } } }`,
      { id },
    );

    expect(data[field].project.organization).toEqual({ id: facade.organization.id, name: facade.organization.name });
    expect(upstream).toEqual(
      link === 'apiTokens' ? { [routes.listTokens]: 1 } : { [routes.listTokens]: 1, [routes.getAssistant]: 1 },
    );
  });

  test('from a token by id cost one call when they read the name', async () => {
    const [id] = await ids('apiTokens');
    const { data, upstream } = await measure('query ($id: ID!) { apiToken(id: $id) { project { name } } }', { id });

    expect(data.apiToken.project).toEqual({ name: home().name });
    expect(upstream).toEqual({ [routes.listTokens]: 1, [routes.getProject]: 1 });
  });

  test('from tokens of 20 projects by id cost one list when they read the name', async () => {
    const projects = facade.organization.projects.slice(0, 20);
    const listed = await facade.measure(
      entitiesQuery('Project', 'name apiTokens(first: 1) { nodes { id } }'),
      references('Project', projects.map(idOf)),
    );
    const tokenIds = listed.data._entities.map(
      (one: { apiTokens: { nodes: { id: string }[] } }) => one.apiTokens.nodes[0]?.id,
    );
    const { data, upstream } = await facade.measure(
      entitiesQuery('ApiToken', 'project { name }'),
      references('ApiToken', tokenIds),
    );

    expect(data._entities).toEqual(projects.map(({ name }) => ({ project: { name } })));
    expect(upstream).toEqual({ [routes.listTokens]: 20, [routes.listProjects]: 1 });
  });
});
