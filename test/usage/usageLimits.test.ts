import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { entitiesQuery, idOf, type MeasuredFacade, references, SIZES, startMeasured } from '../fanOut/measured.ts';
import { codes, routes } from '../support/facade.ts';

const LIMITS =
  'usageLimits { nodes { status validFrom hardLimit } totalCount unreadableCount pageInfo { hasNextPage } }';
const OLD = { status: 4, hardLimit: 10, validFrom: '2025-01-01T00:00:00' };
const ACTIVE = { status: 1, hardLimit: 20, validFrom: '2026-02-01T00:00:00' };
const OLDER = { status: 2, hardLimit: 30, validFrom: '2024-01-01T00:00:00' };
const UNDATED = { status: 4, hardLimit: 40 };
const NEWEST_FIRST = [
  { status: 'ACTIVE', hardLimit: '20', validFrom: '2026-02-01T00:00:00.000Z' },
  { status: 'CANCELLED', hardLimit: '10', validFrom: '2025-01-01T00:00:00.000Z' },
  { status: 'EXPIRED', hardLimit: '30', validFrom: '2024-01-01T00:00:00.000Z' },
  { status: 'CANCELLED', hardLimit: '40', validFrom: null },
];

let facade: MeasuredFacade;

beforeAll(async () => {
  facade = await startMeasured();
});
beforeEach(() => facade.emulator.setFaults([]));
afterAll(() => facade.close());

/** What the platform lists of a project and of an organization. */
const PLACES = {
  project: { route: routes.listProjectLimits, open: () => `project(id: "${facade.organization.projects[0]!.id}")` },
  organization: { route: routes.listOrganizationLimits, open: () => 'organization' },
} as const;
type Place = keyof typeof PLACES;
const places = Object.keys(PLACES) as Place[];

function listing(place: Place, limits: readonly unknown[], key = 'usageLimits') {
  facade.emulator.setFaults([{ route: PLACES[place].route, kind: 'answer', body: { [key]: limits } }]);
}

describe.each(places)('limits of one %s', (place) => {
  const { route, open } = PLACES[place];
  const measure = (fields: string) => facade.measure(`{ ${open()} { ${fields} } }`);

  test.each(['usageLimits', 'limits'])(
    'are listed newest first under %s, with the one in force for the same call',
    async (key) => {
      listing(place, [OLD, UNDATED, ACTIVE, OLDER], key);
      const { data, errors, upstream } = await measure(`${LIMITS} usageLimit { hardLimit }`);

      expect(errors).toBeUndefined();
      expect(data[place]).toEqual({
        usageLimits: { nodes: NEWEST_FIRST, totalCount: 4, unreadableCount: 0, pageInfo: { hasNextPage: false } },
        usageLimit: { hardLimit: '20' },
      });
      expect(upstream[route]).toBe(1);
    },
  );

  test('come page by page, and several pages of one request share one call', async () => {
    listing(place, [OLD, UNDATED, ACTIVE, OLDER]);
    const fields = (page: string) => `usageLimits(${page}) { nodes { hardLimit } pageInfo { endCursor hasNextPage } }`;
    const one = await measure(`a: ${fields('first: 3')} b: ${fields('first: 1')}`);
    const { endCursor, hasNextPage } = one.data[place].a.pageInfo;
    const two = await measure(fields(`after: "${endCursor}"`));

    expect(one.upstream[route]).toBe(1);
    expect([hasNextPage, one.data[place].b.nodes]).toEqual([true, [{ hardLimit: '20' }]]);
    expect(two.data[place].usageLimits.nodes).toEqual([{ hardLimit: '40' }]);
    expect((await measure(fields('first: 0'))).codes).toEqual(['BAD_USER_INPUT']);
    expect((await measure(fields('after: "x"'))).codes).toEqual(['BAD_USER_INPUT']);
  });

  test('are counted if they cannot be read, and then no other is said to be in force', async () => {
    listing(place, [OLD, { ...ACTIVE, hardLimit: {} }]);
    const { data, codes: failed } = await measure(`${LIMITS} usageLimit { hardLimit }`);

    expect(data[place].usageLimits).toMatchObject({ totalCount: 1, unreadableCount: 1 });
    expect(data[place].usageLimit).toBeNull();
    expect(failed).toEqual(['UPSTREAM_BAD_RESPONSE']);
  });

  test.each([
    ['is down', { kind: 'status', status: 500 }, 'UPSTREAM_UNAVAILABLE'],
    ['has no limits', { kind: 'status', status: 404, id: 404 }, 'UPSTREAM_BAD_RESPONSE'],
    ['refuses', { kind: 'status', status: 403, id: 7 }, 'FORBIDDEN'],
  ] as const)('are null with an error where the platform %s, and no empty list', async (_case, fault, code) => {
    facade.emulator.setFaults([{ route, ...fault }]);
    const { data, codes: failed } = await measure(`id ${LIMITS} usageLimit { hardLimit }`);

    expect(data[place]).toEqual({ id: expect.any(String), usageLimits: null, usageLimit: null });
    expect(failed).toEqual([code, code]);
  });
});

test.each(SIZES)('limits of %i projects cost one call each', async (count) => {
  const ids = facade.organization.projects.slice(0, count).map(idOf);
  const document = entitiesQuery('Project', 'usageLimits { totalCount } usageLimit { status }');
  const { errors, data, upstream } = await facade.measure(document, references('Project', ids));

  expect(errors).toBeUndefined();
  expect(data._entities).toHaveLength(count);
  expect(upstream[routes.listProjectLimits]).toBe(count);
});

test('an organization is read with its own token, however often it stands in the answer', async () => {
  const { organization, other } = facade;
  const nodes = 'usageLimits(first: 50) { nodes { hardLimit validFrom } } usageLimit { hardLimit }';
  const otherPage = nodes.replace('50', '51');
  const document = `query ($a: ID, $b: ID) { a: organization(id: $a) { ${nodes} } b: organization(id: $b) { ${nodes} }
    c: organization(id: $a) { projects(first: 1) { nodes { organization { ${otherPage} } } } } }`;
  const request = { token: organization.token, tokens: [other.token] };
  const { data, errors, upstream } = await facade.measure(document, { a: organization.id, b: other.id }, request);

  expect(errors).toBeUndefined();
  // The first organization has a limit in force, the second only had some.
  expect(data.a.usageLimits.nodes).toHaveLength(2);
  expect(data.a.usageLimit).toEqual({ hardLimit: data.a.usageLimits.nodes[0].hardLimit });
  expect(data.b).toMatchObject({ usageLimit: null, usageLimits: { nodes: [expect.anything()] } });
  expect(data.c.projects.nodes[0].organization).toEqual(data.a);
  expect(upstream[routes.listOrganizationLimits]).toBe(2);
});

test('with a project token alone, limits three levels deep are null with an error and the rest is there', async () => {
  const { id, tokens, name } = facade.organization.projects[0]!;
  const token = tokens.find(({ status }) => status === 'Active')!.id;
  const document = `query ($id: ID!) { project(id: $id) { name assistants { totalCount } organization { id ${LIMITS} usageLimit { status } } } }`;
  const answer = await facade.measure(document, { id }, { token });

  expect(answer.data.project).toMatchObject({
    name,
    assistants: { totalCount: expect.any(Number) },
    organization: { id: facade.organization.id, usageLimits: null, usageLimit: null },
  });
  expect(codes(answer)).toEqual(['CREDENTIAL_REQUIRED', 'CREDENTIAL_REQUIRED']);
  expect(answer.upstream[routes.listOrganizationLimits]).toBeUndefined();
});
