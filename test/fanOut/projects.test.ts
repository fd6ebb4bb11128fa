import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { routes } from '../support/facade.ts';
import { entitiesQuery, idOf, type MeasuredFacade, references, SIZES, startMeasured } from './measured.ts';

let facade: MeasuredFacade;

beforeAll(async () => {
  facade = await startMeasured();
});
afterAll(() => facade.close());

const someProjects = (count: number) => facade.organization.projects.slice(0, count);
const callsFor = (count: number) => (count === 1 ? { [routes.getProject]: 1 } : { [routes.listProjects]: 1 });

/** Well-formed ids that no project has. */
const unknownId = (index: number) => `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`;

describe.each(SIZES)('%i projects', (count) => {
  test('by id, each under an alias, cost one call', async () => {
    const projects = someProjects(count);
    const fields = projects.map(({ id }, index) => `p${index}: project(id: "${id}") { id name }`);
    const { data, errors, upstream } = await facade.measure(`{ ${fields.join(' ')} }`);

    expect(errors).toBeUndefined();
    expect(Object.values(data)).toEqual(projects.map(({ id, name }) => ({ id, name })));
    expect(upstream).toEqual(callsFor(count));
  });

  test('by reference cost one call', async () => {
    const projects = someProjects(count);
    const { data, errors, upstream } = await facade.measure(
      entitiesQuery('Project', 'id name'),
      references('Project', projects.map(idOf)),
    );

    expect(errors).toBeUndefined();
    expect(data._entities).toEqual(projects.map(({ id, name }) => ({ id, name })));
    expect(upstream).toEqual(callsFor(count));
  });

  test('show their organization for nothing more', async () => {
    const { id, name } = facade.organization;
    const { data, upstream } = await facade.measure(
      entitiesQuery('Project', 'organization { id name }'),
      references('Project', someProjects(count).map(idOf)),
    );

    expect(data._entities).toEqual(someProjects(count).map(() => ({ organization: { id, name } })));
    expect(upstream).toEqual(callsFor(count));
  });

  test('by reference, asked for twice in one request, cost one call', async () => {
    const representations = references('Project', someProjects(count).map(idOf)).representations;
    const { data, upstream } = await facade.measure(
      `query ($representations: [_Any!]!) {
        a: _entities(representations: $representations) { ... on Project { id name } }
        b: _entities(representations: $representations) { ... on Project { id status } }
      }`,
      { representations },
    );

    expect(data.a.map(idOf)).toEqual(representations.map(idOf));
    expect(data.b.map(idOf)).toEqual(representations.map(idOf));
    expect(upstream).toEqual(callsFor(count));
  });
});

test('200 references, repeated, unknown and malformed ones among them, cost one list and a call for each unknown', async () => {
  const known = someProjects(140);
  const names = new Map(known.map(({ id, name }) => [id, name]));
  const strangers = [
    ...facade.other.projects.slice(0, 5).map(idOf),
    ...Array.from({ length: 10 }, (_, i) => unknownId(i)),
  ];
  const malformed = ['', 'Support', '../tokens', `${known[0]?.id}x`, '{00000000-0000-4000-8000-000000000000}'];
  const ids = interleave([
    ...known.map(idOf),
    ...known.slice(0, 30).map(idOf),
    ...strangers,
    ...strangers.slice(0, 10),
    ...malformed,
  ]);
  const { data, errors, upstream } = await facade.measure(
    entitiesQuery('Project', 'id name'),
    references('Project', ids),
  );

  expect(ids).toHaveLength(200);
  expect(data._entities).toEqual(ids.map((id) => (names.has(id) ? { id, name: names.get(id) } : null)));
  expect(errors?.map(({ path, extensions }) => [path, extensions.code])).toEqual(
    ids.flatMap((id, index) => (malformed.includes(id) ? [[['_entities', index], 'BAD_USER_INPUT']] : [])),
  );
  expect(upstream).toEqual({ [routes.listProjects]: 1, [routes.getProject]: strangers.length });
});

test('malformed ids alone cost nothing', async () => {
  const { data, codes, upstream } = await facade.measure(
    entitiesQuery('Project', 'id'),
    references('Project', ['Support', '', 'a/b']),
  );

  expect(data._entities).toEqual([null, null, null]);
  expect(codes).toEqual(['BAD_USER_INPUT', 'BAD_USER_INPUT', 'BAD_USER_INPUT']);
  expect(upstream).toEqual({});
});

test('the same project in capitals and in small letters is one project, and costs one call', async () => {
  const { id } = someProjects(1)[0]!;
  const { data, upstream } = await facade.measure(
    entitiesQuery('Project', 'id'),
    references('Project', [id.toUpperCase(), id]),
  );

  expect(data._entities).toEqual([{ id }, { id }]);
  expect(upstream).toEqual({ [routes.getProject]: 1 });
});

test('hidden projects come out of the same one list', async () => {
  const hidden = facade.organization.projects.filter(({ isHidden }) => isHidden);
  const { data, upstream } = await facade.measure(
    entitiesQuery('Project', 'status'),
    references('Project', hidden.map(idOf)),
  );

  expect(hidden.length).toBeGreaterThan(1);
  expect(data._entities).toEqual(hidden.map(() => ({ status: 'HIDDEN' })));
  expect(upstream).toEqual({ [routes.listProjects]: 1 });
});

test('a list of projects costs one call, however often it is read, and serves a project by id beside it', async () => {
  const { data, upstream } = await facade.measure(
    `query ($id: ID!) { organization { projects(first: 100) { totalCount nodes { id organization { name } } } }
      again: organization { projects(filter: { status: HIDDEN }) { totalCount } }
      project(id: $id) { organization { projects { totalCount } } } }`,
    { id: someProjects(1)[0]?.id },
  );

  expect(data.organization.projects.totalCount).toBe(210);
  expect(data.project.organization.projects.totalCount).toBe(210);
  expect(upstream).toEqual({ [routes.listProjects]: 1 });
});

test('an organization costs nothing, however it is asked for', async () => {
  const { id, name } = facade.organization;
  const ids = Array.from({ length: 200 }, (_, index) => (index % 2 === 0 ? id : unknownId(index)));
  const { data, errors, upstream } = await facade.measure(
    `query ($id: ID!, $representations: [_Any!]!) {
      only: organization { id name }
      byId: organization(id: $id) { id name }
      viewer { organizations { id name } }
      _entities(representations: $representations) { ... on Organization { id name } }
    }`,
    { id, ...references('Organization', ids) },
  );

  expect(errors).toBeUndefined();
  expect(data.only).toEqual({ id, name });
  expect(data.byId).toEqual({ id, name });
  expect(data.viewer.organizations).toEqual([{ id, name }]);
  expect(data._entities).toEqual(ids.map((one) => (one === id ? { id, name } : null)));
  expect(upstream).toEqual({});
});

test("with a project's own token, the project costs one call by id, and its organization nothing more", async () => {
  const project = someProjects(1)[0]!;
  const request = { token: project.tokens[0]!.id };
  await facade.query('{ viewer { scopes } }', request);
  const { data, upstream } = await facade.measure(
    'query ($id: ID!) { project(id: $id) { name organization { name } } }',
    { id: project.id },
    request,
  );

  expect(data.project).toEqual({ name: project.name, organization: { name: facade.organization.name } });
  expect(upstream).toEqual({ [routes.getProject]: 1 });
});

/** Mixes the kinds, always in the same way: 7 and 200 have no common divisor, so every place is taken once. */
function interleave(ids: readonly string[]): string[] {
  return ids.map((_, index) => ids[(index * 7) % ids.length]!);
}
