import { describe, expect, test } from 'vitest';
import { assistantId, plan, tokenId, uuid } from './planned.ts';

const PAGE = `query ($first: Int! = 20) { organization { projects(first: $first) { nodes {
  name organization { name } apiTokens { nodes { id project { name } } } assistants { nodes { name project { id } } }
} } } }`;

const entities = (typeName: string, ids: string[]) => ({
  representations: ids.map((id) => ({ __typename: typeName, id })),
});
const entitiesOf = (typeName: string, fields: string) =>
  `query ($representations: [_Any!]!) { _entities(representations: $representations) { ... on ${typeName} { ${fields} } } }`;
const range = (count: number) => Array.from({ length: count }, (_, index) => index);

describe('what is planned is the fan-out table, and one call per token for knowing it', () => {
  test.each([
    ['nothing that takes a credential', '{ __typename _service { sdl } }', 0],
    ['the organization', '{ organization { name } viewer { scopes } }', 1],
    ['a project by id', `{ project(id: "${uuid(1)}") { name organization { name } } }`, 2],
    ['the same project twice', `{ a: project(id: "${uuid(1)}") { name } b: project(id: "${uuid(1)}") { id } }`, 2],
    [
      'two projects by id: the list, and what it lacks',
      `{ a: project(id: "${uuid(1)}") { id } b: project(id: "${uuid(2)}") { id } }`,
      4,
    ],
    [
      'the tokens of a project under three names',
      `{ project(id: "${uuid(1)}") { a: apiTokens { totalCount } b: apiTokens(first: 1) { totalCount } ...F } }
      fragment F on Project { c: apiTokens { totalCount } }`,
      3,
    ],
    ['a token by id', `{ apiToken(id: "${tokenId(1, 1)}") { name project { id } } }`, 2],
    ['a token by id, with its project', `{ apiToken(id: "${tokenId(1, 1)}") { project { name } } }`, 3],
    ['an assistant by id', `{ assistant(id: "${assistantId(1, 1)}") { name description revisions { number } } }`, 2],
    [
      'two assistants of a project',
      `{ a: assistant(id: "${assistantId(1, 1)}") { id } b: assistant(id: "${assistantId(1, 2)}") { id } }`,
      4,
    ],
    [
      '20 projects with all assistants described',
      '{ organization { projects { nodes { assistants { nodes { kind status revisions { number } } } } } } }',
      1 + 1 + 20 + 400,
    ],
    ['what is not an id', '{ project(id: "1") { name } apiToken(id: "2") { name } assistant(id: "3") { name } }', 0],
    [
      'a list under three names',
      '{ organization { a: projects { totalCount } b: projects { totalCount } c: projects { totalCount } } }',
      2,
    ],
    ['a page that is too big', '{ organization { projects(first: 101) { nodes { apiTokens { totalCount } } } } }', 2],
  ])('%s', (_case, document, calls) => {
    expect(plan(document).calls).toBe(calls);
  });

  test.each([
    ['Project', range(200).map(uuid), 'name organization { name }', 1 + 1 + 200],
    ['Project', range(200).map(() => uuid(1)), 'name', 1 + 1],
    ['ApiToken', range(200).map((index) => tokenId(index % 5, index)), 'name', 1 + 5],
    ['Organization', range(200).map(uuid), 'name', 1],
    ['Organization', range(200).map(uuid), 'projects { totalCount }', 2],
    ['Assistant', range(40).map((index) => assistantId(index % 2, index)), 'name', 1 + 40 + 2],
    ['Nothing', range(200).map(uuid), '__typename', 0],
  ])('references to %s', (typeName, ids, fields, calls) => {
    const inline = typeName === 'Nothing' ? '{ _entities(representations: $representations) { __typename } }' : '';
    const document = inline ? `query ($representations: [_Any!]!) ${inline}` : entitiesOf(typeName, fields);

    expect(plan(document, entities(typeName, ids)).calls).toBe(calls);
  });
});

describe('a page of projects with tokens and assistants', () => {
  test('costs a list, and two calls per project', () => {
    expect(plan(PAGE).calls).toBe(1 + 1 + 2 * 20);
    expect(plan(PAGE, { first: 100 })).toMatchObject({ calls: 1 + 1 + 2 * 100 });
  });

  test('costs no more when the tokens are borrowed from the lists that it reads anyway', () => {
    expect(plan(PAGE, {}, { borrows: true }).calls).toBe(plan(PAGE).calls);
  });

  test('costs more for a caller of several tokens, any of which may be the right one', () => {
    expect(plan(PAGE, {}, { tokens: 2 }).calls).toBeGreaterThan(plan(PAGE).calls);
  });

  test('costs nothing without a token', () => {
    expect(plan(PAGE, {}, { tokens: 0 })).toEqual({ calls: 0, exempt: 0, costliest: null });
  });
});

test.each([
  ['skipped', '@skip(if: $yes)', 2],
  ['included', '@include(if: $yes)', 22],
  ['not included', '@include(if: $no)', 2],
  ['in a fragment that is skipped', '', 2],
])('conditions on variables are heeded: %s', (_case, condition, calls) => {
  const tokens = 'apiTokens { totalCount }';
  const fields = condition ? `id ... ${condition} { ${tokens} }` : 'id ...F @skip(if: $yes)';
  const fragment = condition ? '' : `fragment F on Project { ${tokens} }`;

  const document = `query ($yes: Boolean!, $no: Boolean = false) { organization { projects { nodes { ${fields} } } } } ${fragment}`;
  expect(plan(document, { yes: true }).calls).toBe(calls);
});

test('aliases of a page count each for itself, fragments wherever they are spread', () => {
  const one = '{ organization { projects { nodes { ...T } } } } fragment T on Project { apiTokens { totalCount } }';
  const three = `{ organization { a: projects { nodes { ...T } } b: projects(first: 5) { nodes { ...T } }
    ... on Organization { c: projects { nodes { ...T } } } } } fragment T on Project { apiTokens { totalCount } }`;

  expect(plan(one).calls).toBe(1 + 1 + 20);
  expect(plan(three).calls).toBe(1 + 1 + 20 + 5 + 20);
});

test('the field that costs most is named by its path, aliases as they are', () => {
  const { costliest } = plan(
    '{ organization { all: projects(first: 100) { nodes { assistants(first: 100) { nodes { kind } } } } } }',
  );

  expect(costliest).toEqual({ path: 'organization.all.nodes.assistants.nodes.kind', calls: 10_000 });
});

test.each([
  [`createApiToken(input: { projectId: "${uuid(1)}", name: "A" }) { apiToken { id } }`, 2],
  [`createApiToken(input: { projectId: "${uuid(1)}", name: "A", status: BLOCKED }) { apiToken { createdAt } }`, 4],
  [`blockApiToken(input: { id: "${tokenId(1, 1)}" }) { changed }`, 3],
  [
    `blockApiToken(input: { id: "${tokenId(1, 1)}" }) { apiToken { status project { name apiTokens { totalCount } } } }`,
    5,
  ],
  [
    `a: blockApiToken(input: { id: "${tokenId(1, 1)}" }) { apiToken { status } } b: revokeApiToken(input: { id: "${tokenId(1, 1)}" }) { apiToken { status } }`,
    7,
  ],
])('changes are added up: %s', (fields, calls) => {
  expect(plan(`mutation { ${fields} }`).calls).toBe(calls);
});
