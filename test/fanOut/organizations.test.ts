import { afterAll, beforeAll, expect, test } from 'vitest';
import { routes } from '../support/facade.ts';
import { entitiesQuery, idOf, type MeasuredFacade, references, startMeasured } from './measured.ts';

let facade: MeasuredFacade;

beforeAll(async () => {
  facade = await startMeasured();
});
afterAll(() => facade.close());

const bothTokens = () => ({ token: facade.organization.token, tokens: [facade.other.token] });

/** As many projects of each organization, in turn. */
const mixed = (count: number) =>
  facade.organization.projects.slice(0, count).flatMap((project, index) => [project, facade.other.projects[index]!]);

test('projects of two organizations by id cost one list of each', async () => {
  const projects = mixed(100);
  const { data, errors, upstream } = await facade.measure(
    entitiesQuery('Project', 'id name'),
    references('Project', projects.map(idOf)),
    bothTokens(),
  );

  expect(errors).toBeUndefined();
  expect(data._entities).toEqual(projects.map(({ id, name }) => ({ id, name })));
  expect(upstream).toEqual({ [routes.listProjects]: 2 });
});

test('projects of two organizations know which is theirs, for nothing more', async () => {
  const { organization, other } = facade;
  const { data, errors, upstream } = await facade.measure(
    `query ($a: ID!, $b: ID!) {
      a: organization(id: $a) { projects { nodes { organization { name } } } }
      b: organization(id: $b) { projects { nodes { organization { name } } } } }`,
    { a: organization.id, b: other.id },
    bothTokens(),
  );

  expect(errors).toBeUndefined();
  expect(new Set(data.a.projects.nodes.map(nameOfOrganization))).toEqual(new Set([organization.name]));
  expect(new Set(data.b.projects.nodes.map(nameOfOrganization))).toEqual(new Set([other.name]));
  expect(upstream).toEqual({ [routes.listProjects]: 2 });
});

test('tokens below the projects of two organizations cost one call per project, each with its own organization token', async () => {
  const { organization, other } = facade;
  const { data, errors, upstream } = await facade.measure(
    `query ($a: ID!, $b: ID!) {
      a: organization(id: $a) { projects(first: 10) { nodes { id apiTokens { totalCount } } } }
      b: organization(id: $b) { projects(first: 10) { nodes { id apiTokens { totalCount } } } } }`,
    { a: organization.id, b: other.id },
    bothTokens(),
  );

  const expected = new Map([...organization.projects, ...other.projects].map(({ id, tokens }) => [id, tokens.length]));
  const nodes: { id: string; apiTokens: { totalCount: number } }[] = [
    ...data.a.projects.nodes,
    ...data.b.projects.nodes,
  ];
  expect(errors).toBeUndefined();
  expect(nodes.map(({ apiTokens }) => apiTokens.totalCount)).toEqual(nodes.map(({ id }) => expected.get(id)));
  expect(upstream).toEqual({ [routes.listProjects]: 2, [routes.listTokens]: 20 });
});

test('a single project is asked for by id with each organization token until one has it', async () => {
  const project = facade.other.projects[0]!;
  const { data, upstream } = await facade.measure(
    'query ($id: ID!) { project(id: $id) { name } }',
    { id: project.id },
    bothTokens(),
  );

  expect(data.project).toEqual({ name: project.name });
  expect(upstream).toEqual({ [routes.getProject]: 2 });
});

function nameOfOrganization({ organization }: { readonly organization: { readonly name: string } }): string {
  return organization.name;
}
