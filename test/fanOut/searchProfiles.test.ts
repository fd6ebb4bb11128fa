import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Fault } from '../../emulator/faults.ts';
import { route, routes } from '../support/facade.ts';
import { entitiesQuery, idOf, type MeasuredFacade, references, SIZES, startMeasured } from './measured.ts';

const SEARCH_PROFILES = route('GET /v1/search/profiles');

let borrowing: MeasuredFacade;
let plain: MeasuredFacade;

beforeAll(async () => {
  borrowing = await startMeasured({ GEAI_BORROW_PROJECT_TOKENS: 'true' });
  plain = await startMeasured();
});
beforeEach(() => plain.emulator.setFaults([]));
afterAll(async () => {
  await borrowing.close();
  await plain.close();
});

const PROFILES =
  'searchProfiles { nodes { name description } totalCount unreadableCount pageInfo { hasNextPage endCursor } }';
const activeToken = ({ organization }: MeasuredFacade, index: number) =>
  organization.projects[index]!.tokens.find(({ status }) => status === 'Active')?.id;
const presenting = (index = 0) => ({
  id: plain.organization.projects[index]!.id,
  request: { token: activeToken(plain, index)! },
});
const ask = (fields: string, request = presenting().request, id = presenting().id) =>
  plain.measure(`query ($id: ID!) { project(id: $id) { ${fields} } }`, { id }, request);
/** A project as installations may answer that do not tell its search profiles. */
const untold = ({ id, name }: { readonly id: string; readonly name: string }): Fault => {
  const body = { projectId: id, projectName: name, projectStatus: 0 };
  return { route: routes.getProject, project: id, kind: 'answer', body };
};
const listing = (searchProfiles: readonly object[]) =>
  plain.emulator.setFaults([{ route: SEARCH_PROFILES, kind: 'answer', body: { searchProfiles } }]);

describe.each(SIZES)('the search profiles of %i projects', (count) => {
  test('cost one call each, by the token of the organization, and nothing is borrowed', async () => {
    const ids = borrowing.organization.projects.slice(0, count).map(idOf);
    const document = entitiesQuery('Project', 'searchProfiles { totalCount }');
    const { errors, data, upstream } = await borrowing.measure(document, references('Project', ids));

    expect(errors).toBeUndefined();
    expect(data._entities).toHaveLength(count);
    expect(upstream[routes.getProject]).toBe(count);
    expect([upstream[routes.listTokens], upstream[SEARCH_PROFILES]]).toEqual([undefined, undefined]);
  });

  test('cost a borrowed token and a call more each, where the project does not tell them', async () => {
    const open = borrowing.organization.projects.filter((_project, index) => activeToken(borrowing, index));
    borrowing.emulator.setFaults(open.slice(0, count).map(untold));
    const document = entitiesQuery('Project', 'searchProfiles { totalCount }');
    const { errors, upstream } = await borrowing.measure(
      document,
      references('Project', open.slice(0, count).map(idOf)),
    );
    borrowing.emulator.setFaults([]);

    expect(errors).toBeUndefined();
    expect(upstream).toMatchObject({ [routes.listTokens]: count, [SEARCH_PROFILES]: count });
  });
});

test('are those of the platform, ordered by name, page by page, for one call a request', async () => {
  listing([{ name: 'b' }, { name: 'Default', description: 'Of all' }, { name: 'A', description: '' }]);
  const all = await ask(PROFILES);
  const parts = await ask(
    'a: searchProfiles(first: 1) { nodes { name } } b: searchProfiles(first: 2) { pageInfo { endCursor } }',
  );
  const rest = await ask(`searchProfiles(after: "${parts.data.project.b.pageInfo.endCursor}") { nodes { name } }`);

  expect(all.data.project.searchProfiles).toMatchObject({
    nodes: [
      { name: 'A', description: null },
      { name: 'b', description: null },
      { name: 'Default', description: 'Of all' },
    ],
    totalCount: 3,
    unreadableCount: 0,
    pageInfo: { hasNextPage: false },
  });
  expect([parts.data.project.a.nodes, rest.data.project.searchProfiles.nodes]).toEqual([
    [{ name: 'A' }],
    [{ name: 'Default' }],
  ]);
  expect(parts.upstream[SEARCH_PROFILES]).toBe(1);
  expect((await ask('searchProfiles(first: 101) { totalCount }')).codes).toEqual(['BAD_USER_INPUT']);
});

test('start beside the look-up of their project', async () => {
  plain.emulator.answerTogether(true);
  await ask('name');
  const { errors } = await ask(`name ${PROFILES}`);
  plain.emulator.answerTogether(false);

  expect(errors).toBeUndefined();
  expect(plain.emulator.roundTrips()).toBe(1);
});

test('an organization token reads them in the project by its id, beside its record for no call more', async () => {
  const { id } = plain.organization.projects[0]!;
  const byProject = await ask(PROFILES, presenting().request);
  const byOrganization = await plain.measure(`query ($id: ID!) { project(id: $id) { name ${PROFILES} } }`, { id });

  expect(byOrganization.errors).toBeUndefined();
  expect(byOrganization.data.project.searchProfiles).toEqual(byProject.data.project.searchProfiles);
  expect(byOrganization.data.project.searchProfiles.totalCount).toBeGreaterThan(0);
  expect([byOrganization.upstream[routes.getProject], byOrganization.upstream[SEARCH_PROFILES]]).toEqual([
    1,
    undefined,
  ]);
});

test('a project that does not tell them takes a token of its own, and is no project without any', async () => {
  const { id, name } = plain.organization.projects[0]!;
  plain.emulator.setFaults([untold({ id, name })]);
  const { data, codes } = await plain.measure(`query ($id: ID!) { project(id: $id) { name ${PROFILES} } }`, { id });

  expect([data.project, codes]).toEqual([{ name, searchProfiles: null }, ['CREDENTIAL_REQUIRED']]);
});

test('a token of the project comes first, if one is there', async () => {
  const [first, second] = plain.organization.projects;
  const request = { token: plain.organization.token, tokens: [activeToken(plain, 1)!] };
  const document = entitiesQuery('Project', 'searchProfiles { totalCount }');
  const { errors, upstream } = await plain.measure(document, references('Project', [first!.id, second!.id]), request);

  expect(errors).toBeUndefined();
  expect([upstream[routes.getProject], upstream[SEARCH_PROFILES]]).toEqual([1, 1]);
});

test.each([
  ['is down', { kind: 'status', status: 500 }, 'UPSTREAM_UNAVAILABLE'],
  ['refuses', { kind: 'status', status: 403, id: 7 }, 'FORBIDDEN'],
  ['answers something else', { kind: 'answer', body: { profiles: [] } }, 'UPSTREAM_BAD_RESPONSE'],
] as const)('are null with an error where the platform %s, and no empty list', async (_case, fault, code) => {
  plain.emulator.setFaults([{ route: SEARCH_PROFILES, ...fault }]);
  const { data, codes } = await ask(`id ${PROFILES}`);

  expect(data.project).toEqual({ id: presenting().id, searchProfiles: null });
  expect(codes).toEqual([code]);
});
