import { parse } from 'graphql';
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

describe('the plan is the fan-out table, and one call per token for knowing it', () => {
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
    expect(plan(PAGE, {}, { tokens: 0 })).toMatchObject({ calls: 0, exempt: 0, costliest: null });
  });
});

test.each([
  ['skipped', '@skip(if: $yes)', 2, 22],
  ['included', '@include(if: $yes)', 22, 2],
  ['not included', '@include(if: $no)', 2, 2],
  ['in a fragment that is skipped', '', 2, 22],
])('conditions on variables are heeded: %s', (_case, condition, calls, otherwise) => {
  const tokens = 'apiTokens { totalCount }';
  const fields = condition ? `id ... ${condition} { ${tokens} }` : 'id ...F @skip(if: $yes)';
  const fragment = condition ? '' : `fragment F on Project { ${tokens} }`;

  const document = `query ($yes: Boolean!, $no: Boolean = false) { organization { projects { nodes { ${fields} } } } } ${fragment}`;
  // What is known of a document from one request must not decide the next.
  const parsed = parse(document);
  expect(plan(parsed, { yes: true }).calls).toBe(calls);
  expect(plan(parsed, { yes: false }).calls).toBe(otherwise);
  expect(plan(parsed, { yes: true }).calls).toBe(calls);
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

/** Looks within the 250 ms that changes are watched, and within those and the 10 seconds that an earlier run may take. */
const [LOOKS, RESUMED] = [5, 16];
const create = (more: string) => `createApiToken(input: { projectId: "${uuid(1)}", name: "A" ${more} })`;
const onToken = (name: string, more = '') => `${name}(input: { id: "${tokenId(1, 1)}" ${more} })`;

test.each([
  // A value that does not look like a token is tried.
  [`${create('')} { apiToken { id } }`, 2 + 1 + LOOKS],
  [`${create('idempotencyKey: "k"')} { apiToken { id } }`, 2 + 1 + LOOKS + RESUMED],
  [`${create('status: BLOCKED')} { apiToken { createdAt } }`, 2 + 1 + LOOKS + 1 + 2 * LOOKS + 1],
  [`${onToken('updateApiToken', 'description: "D"')} { userErrors { code } }`, 2 + LOOKS],
  [`${onToken('blockApiToken')} { changed }`, 2 + 2 * LOOKS],
  [`${onToken('blockApiToken')} { apiToken { status project { name apiTokens { totalCount } } } }`, 2 + 2 * LOOKS + 2],
  [
    `a: ${onToken('blockApiToken')} { apiToken { status } } b: ${onToken('revokeApiToken')} { apiToken { status } }`,
    2 * (2 + 2 * LOOKS + 1),
  ],
  [`${onToken('rotateApiToken', 'oldToken: KEEP')} { stage }`, 2 + 2 + LOOKS + RESUMED + 2 * LOOKS],
  [`${onToken('rotateApiToken', 'oldToken: BLOCK')} { stage }`, 2 + 2 + LOOKS + RESUMED + 4 * LOOKS + 1],
  ['createProject(input: { name: "A", administratorUserEmail: "a@b" }) { recovered }', 3 + 1 + LOOKS],
])('changes are added up, with the looks at what became of them: %s', (fields, calls) => {
  expect(plan(`mutation { ${fields} }`).calls).toBe(1 + calls);
});

describe('many changes at once', () => {
  const whole = (name: string, dryRun: boolean) =>
    `${name}: blockApiTokens(input: { filter: { organizationId: "${uuid(1)}" }, dryRun: ${dryRun}, planId: "p" }) { planId }`;

  test('are planned with the bounds of their run, which the budget does not count', () => {
    const dry = plan(`mutation { ${whole('a', true)} }`);
    const real = plan(`mutation { ${whole('a', false)} }`);

    expect(dry).toMatchObject({ calls: 1 + 1 + 2_000, exempt: 2_001, costliest: null });
    expect(real.calls).toBeGreaterThan(2 * 2_000 + 2 * 10_000);
    expect(real).toMatchObject({ exempt: real.calls - 1, costliest: null });
  });

  test('are exempt once in an operation', () => {
    const { calls, exempt, costliest } = plan(`mutation { ${whole('a', false)} ${whole('b', false)} }`);

    expect(calls - exempt).toBe(1 + exempt);
    expect(costliest).toEqual({ path: 'b', calls: exempt });
  });

  test('cost what is read below them as anything else', () => {
    const document = `mutation { blockApiTokens(input: { ids: ["${tokenId(1, 1)}", "${tokenId(2, 1)}"] }) {
      projects { project { name } } } }`;

    expect(plan(document)).toMatchObject({
      calls: 1 + (1 + 2) + (2 + 1),
      exempt: 3,
      costliest: { path: 'blockApiTokens.projects.project', calls: 3 },
    });
  });
});

const usageBy = (groupBy: string, projectIds?: string[]) => {
  const named = projectIds ? `, projectIds: ${JSON.stringify(projectIds)}` : '';
  return `{ organization { a: usage(groupBy: ${groupBy}${named}) { cost } b: usage(first: 1, groupBy: ${groupBy}${named}) { cost } } }`;
};

test.each([
  ['a page of findings of every kind', '{ organization { tokenFindings { nodes { kind } } } }', 2 + 20 * (1 + 20 + 1)],
  ['one that is too big for exports', '{ organization { tokenFindings(first: 21) { nodes { kind } } } }', 2],
  [
    'a big one about tokens alone',
    '{ organization { tokenFindings(first: 100, kinds: [OLD]) { nodes { kind apiToken { name } } } } }',
    2 + 100,
  ],
  [
    'one of a size that no page has',
    '{ organization { tokenFindings(first: 0, kinds: [OLD]) { nodes { kind } } } }',
    2,
  ],
  ['one that nobody reads', '{ organization { tokenFindings { pageInfo { endCursor } } } }', 2],
  [
    'usage of every token in one window, and in another',
    `{ organization { projects(first: 5) { nodes { apiTokens { nodes { a: usage { requests } b: usage { cost }
      c: usage(window: { from: "2026-01-01T00:00:00Z" }) { cost } } } } } } }`,
    2 + 5 * (1 + 20 + 20),
  ],
  ['usage of an organization by token', usageBy('TOKEN'), 2 + 119 * (20 + 1)],
  ['by assistant', usageBy('ASSISTANT'), 2 + 119 * 20],
  ['by day', usageBy('DAY'), 1 + 2],
  ['of named projects by token', usageBy('TOKEN', range(3).map(uuid)), 2 + 3 * (20 + 1)],
  ['of named projects by assistant', usageBy('ASSISTANT', range(3).map(uuid)), 2 + 3 * 20],
  ['of named projects by day', usageBy('DAY', range(3).map(uuid)), 2 + 3 * 2],
  ['of too many named projects', usageBy('TOKEN', range(120).map(uuid)), 1],
  ['requests', `{ project(id: "${uuid(1)}") { requests { nodes { cost } } } }`, 2 + 10],
  ['usage limits', '{ organization { projects { nodes { usageLimit { used } } } } }', 2 + 20],
])('findings about tokens and their use: %s', (_case, document, calls) => {
  expect(plan(document).calls).toBe(calls);
});
