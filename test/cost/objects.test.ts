import { afterAll, beforeAll, expect, test } from 'vitest';
import { codes, type Facade, startFacade } from '../support/facade.ts';
import { plan, TIMES, uuid } from './planned.ts';

let facade: Facade;
beforeAll(async () => {
  facade = await startFacade({ emulator: { projects: 100 } });
});
afterAll(() => facade.close());

/** Down to the projects of an organization and back to it, over and over. */
const roundAndRound = (times: number, first: number): string =>
  times === 0 ? 'id' : `projects(first: ${first}) { nodes { organization { ${roundAndRound(times - 1, first)} } } }`;

test.each([
  ['one object', '{ organization { id } }', 2],
  ['a page, its connection, and what is on it', '{ organization { projects(first: 7) { nodes { id } } } }', 10],
  ['a page without a size', '{ organization { projects { nodes { id } } } }', 23],
  [
    'pages within pages',
    '{ organization { projects(first: 3) { nodes { apiTokens(first: 5) { nodes { id } } } } } }',
    24,
  ],
  ['aliases', '{ organization { a: projects(first: 2) { nodes { id } } b: projects(first: 2) { nodes { id } } } }', 8],
  ['links back', `{ project(id: "${uuid(1)}") { apiTokens(first: 4) { nodes { project { id } } } } }`, 11],
])('%s: every object that the answer may hold is counted', (_what, document, objects) => {
  expect(plan(document).objects).toBe(objects);
});

test('pages of variable size count with the size that was sent', () => {
  const document = 'query ($first: Int!) { organization { projects(first: $first) { nodes { id } } } }';

  expect(plan(document, { first: 50 }).objects).toBe(53);
});

test.each(['first', 'constructor', 'toString', '__proto__'])('a variable called %s counts with its default', (name) => {
  const document = `query ($${name}: Int! = 50) { organization { projects(first: $${name}) { nodes { id } } } }`;

  expect(plan(document).objects).toBe(53);
  expect(plan(document, JSON.parse(`{"${name}":7}`)).objects).toBe(10);
});

test.each([0, -1, -2_147_483_648, 101])('a page of %i, which is refused, lowers neither objects nor calls', (first) => {
  const page = (size: number) => `projects(first: ${size}) { nodes { apiTokens { nodes { id } } usageLimit { id } } }`;
  const document = (more: string) => `{ organization { ${page(7)} ${more} } }`;
  const [alone, beside] = [plan(document('')), plan(document(`other: ${page(first)}`))];

  expect(beside.objects).toBeGreaterThanOrEqual(alone.objects);
  expect(beside.calls).toBeGreaterThanOrEqual(alone.calls);
});

test('references count each', () => {
  const document = 'query ($r: [_Any!]!) { _entities(representations: $r) { ... on Project { id } } }';
  const r = Array.from({ length: 9 }, (_, index) => ({ __typename: 'Project', id: uuid(index) }));

  expect(plan(document, { r }).objects).toBe(10);
});

test.each(['Project', 'Nothing'])('references to %s count wherever they are asked for', (__typename) => {
  const field = '_entities(representations: $r) { __typename }';
  const document = `query ($r: [_Any!]!) { a: ${field} b: ${field} c: ${field} }`;
  const variables = { r: Array.from({ length: 9 }, () => ({ __typename })) };

  expect(() => plan(document, variables, {}, TIMES, 27)).toThrow('28 objects');
  expect(() => plan(document, variables, { tokens: 0 }, TIMES, 27)).toThrow('28 objects');
  expect(() => plan(document, variables, {}, TIMES, 28)).not.toThrow();
});

test('nobody has the same references resolved over and over, without a credential either', async () => {
  const fields = Array.from({ length: 30 }, (_, index) => `a${index}: _entities(representations: $r) { __typename }`);
  const variables = { r: Array.from({ length: 200 }, () => ({ __typename: 'Nothing' })) };

  const answer = await facade.query(`query ($r: [_Any!]!) { ${fields.join(' ')} }`, { variables });

  expect([answer.status, codes(answer)]).toEqual([400, ['TOO_MANY_OBJECTS']]);
});

test('the same references in several fields are let through as far as a caller would write them', () => {
  const field = '_entities(representations: $r) { __typename }';
  const variables = { r: Array.from({ length: 501 }, () => ({ __typename: 'Project' })) };

  expect(() => plan(`query ($r: [_Any!]!) { a: ${field} b: ${field} }`, variables)).not.toThrow();
  expect(() => plan(`query ($r: [_Any!]!) { a: ${field} b: ${field} c: ${field} }`, variables)).toThrow(
    'repeats 1002 references',
  );
});

test.each([-1, 0])('a page of %i objects, which is refused, takes nothing from what others count', (first) => {
  const others = '{ organization { a: projects(first: 7) { nodes { id } }';

  expect(plan(`${others} b: projects(first: ${first}) { nodes { organization { id } } } } }`).objects).toBe(
    plan(`${others} b: projects(first: 1) { totalCount } } }`).objects,
  );
});

test('a short query that goes in circles is refused before anything is asked or built', async () => {
  const { token } = facade.emulator.seeded.organizations[0]!;
  facade.emulator.resetCalls();

  const answer = await facade.query(`{ organization { ${roundAndRound(4, 100)} } }`, { token });

  expect(answer.status).toBe(400);
  expect(codes(answer)).toEqual(['TOO_MANY_OBJECTS']);
  expect(answer.errors?.[0]?.message).toMatch(/may hold \d{7} objects or more; 50000 at most/);
  expect(facade.upstream()).toEqual({});
});

test('the objects of a page are let through', async () => {
  const { token } = facade.emulator.seeded.organizations[0]!;
  const document = `{ organization { projects(first: 100) { nodes { name organization { name }
    apiTokens(first: 100) { nodes { name project { name } } } } } } }`;

  const answer = await facade.query(document, { token });

  expect(answer.errors).toBeUndefined();
  expect(answer.data.organization.projects.nodes).toHaveLength(100);
});
