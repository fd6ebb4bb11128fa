import { getNamedType, isInputObjectType, isObjectType } from 'graphql';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createSubgraph } from '../../src/graphql/schema.ts';
import { type Answer, codes, routes } from '../support/facade.ts';
import { idOf, type Managed, startManaged } from '../support/managing.ts';

let facade: Managed;
/** A valid value of each input that a document below takes. */
let valid: Record<string, unknown>;

beforeAll(async () => {
  facade = await startManaged({ env: { GEAI_BORROW_PROJECT_TOKENS: 'true' } });
  const { emulator, projectId, organizationId } = facade;
  const id = idOf(projectId, emulator.createToken(projectId, 'Texts'));
  valid = { id, projectId, organizationId };
});
beforeEach(() => facade.emulator.resetCalls());
afterAll(() => facade.close());

const HALVES = ['\ud800', 'a\udc00b', 'fine 😀 but \ude00\ud83d'];

/** Inputs of text, as `Type.field` or `Type.field(argument)`, and how to put a text there. */
type Place = [where: string, document: string, put: (text: string) => Record<string, unknown>];

const payload = 'userErrors { code field message }';
const bulk = (
  name: string,
) => `mutation ($input: ${name}Input!) { m: ${name[0]!.toLowerCase()}${name.slice(1)}(input: $input) {
  ${payload} } }`;
const input = (fields: (text: string) => object) => (text: string) => ({ input: fields(text) });
const someone = 'ana@acme.example';

const PLACES: Place[] = [
  ...['Block', 'Unblock', 'Revoke'].flatMap((verb): Place[] => [
    [`${verb}ApiTokenInput.id`, bulk(`${verb}ApiToken`), input((id) => ({ id }))],
    [`${verb}ApiTokenInput.reason`, bulk(`${verb}ApiToken`), input((reason) => ({ id: valid.id, reason }))],
  ]),
  ['UpdateApiTokenInput.id', bulk('UpdateApiToken'), input((id) => ({ id, description: 'x' }))],
  ['UpdateApiTokenInput.description', bulk('UpdateApiToken'), input((description) => ({ id: valid.id, description }))],
  ...['projectId', 'name', 'description', 'encryptTo', 'idempotencyKey'].map(
    (field): Place => [
      `CreateApiTokenInput.${field}`,
      bulk('CreateApiToken'),
      input((text) => ({ projectId: valid.projectId, name: 'New', [field]: text })),
    ],
  ),
  ...['organizationId', 'name', 'description', 'administratorUserEmail', 'encryptTo', 'idempotencyKey'].map(
    (field): Place => [
      `CreateProjectInput.${field}`,
      bulk('CreateProject'),
      input((text) => ({
        name: 'New',
        administratorUserEmail: someone,
        [field]: field === 'administratorUserEmail' ? `${text}@acme.example` : text,
      })),
    ],
  ),
  ...['id', 'encryptTo', 'idempotencyKey', 'reason', 'successorId'].map(
    (field): Place => [
      `RotateApiTokenInput.${field}`,
      bulk('RotateApiToken'),
      input((text) => ({ id: valid.id, oldToken: 'KEEP', [field]: text })),
    ],
  ),
  ...['id', 'name', 'description', 'expectedName', 'expectedDescription', 'reason'].map(
    (field): Place => [
      `UpdateProjectInput.${field}`,
      bulk('UpdateProject'),
      input((text) => ({ id: valid.projectId, [field]: text })),
    ],
  ),
  ...['id', 'confirmName', 'reason'].map(
    (field): Place => [
      `DeleteProjectInput.${field}`,
      bulk('DeleteProject'),
      input((text) => ({ id: valid.projectId, confirmName: 'No such name', [field]: text })),
    ],
  ),
  ...['projectId', 'organizationId', 'reason'].flatMap((field): Place[] => {
    const about = (text: string) => ({ ...(field === 'reason' ? { projectId: valid.projectId } : {}), [field]: text });
    const limit = { period: 'MONTHLY', unit: 'COST', softLimit: 80, hardLimit: 100, isRenewable: true };
    return [
      [`SetUsageLimitInput.${field}`, bulk('SetUsageLimit'), input((text) => ({ ...limit, ...about(text) }))],
      [`CancelUsageLimitInput.${field}`, bulk('CancelUsageLimit'), input(about)],
    ];
  }),
  ...['Block', 'Unblock'].flatMap((verb): Place[] => [
    [`${verb}ApiTokensInput.ids`, bulk(`${verb}ApiTokens`), input((text) => ({ ids: [text], dryRun: true }))],
    [
      `${verb}ApiTokensInput.planId`,
      bulk(`${verb}ApiTokens`),
      input((planId) => ({ ids: [valid.id], dryRun: false, planId })),
    ],
    [
      `${verb}ApiTokensInput.reason`,
      bulk(`${verb}ApiTokens`),
      input((reason) => ({ ids: [valid.id], dryRun: true, reason })),
    ],
  ]),
  ...['organizationId', 'projectIds', 'nameContains'].map(
    (field): Place => [
      `ApiTokenFilter.${field}`,
      bulk('BlockApiTokens'),
      input((text) => {
        const part = { [field]: field === 'projectIds' ? [text] : text };
        return { filter: { organizationId: valid.organizationId, ...part }, dryRun: true };
      }),
    ],
  ),
  ...['organization', 'project', 'apiToken', 'assistant'].map(
    (field): Place => [
      `Query.${field}(id)`,
      `query ($text: ID!) { m: ${field}(id: $text) { __typename } }`,
      (text) => ({ text }),
    ],
  ),
  [
    'ProjectFilter.nameContains',
    'query ($text: String) { organization { projects(filter: { nameContains: $text }) { totalCount } } }',
    (text) => ({ text }),
  ],
  ...['nameContains', 'hint'].map(
    (field): Place => [
      `ProjectApiTokenFilter.${field}`,
      `query ($text: String, $id: ID!) { project(id: $id) { apiTokens(filter: { ${field}: $text }) { totalCount } } }`,
      (text) => ({ text, id: valid.projectId }),
    ],
  ),
  [
    'AssistantFilter.nameContains',
    'query ($text: String, $id: ID!) { project(id: $id) { assistants(filter: { nameContains: $text }) { totalCount } } }',
    (text) => ({ text, id: valid.projectId }),
  ],
  ...['projectIds', 'nameContains', 'hint'].map(
    (field): Place => [
      `OrganizationApiTokenFilter.${field}`,
      `query ($filter: OrganizationApiTokenFilter) { organization { apiTokens(filter: $filter) { totalCount } } }`,
      (text) => ({ filter: { [field]: field === 'projectIds' ? [text] : text } }),
    ],
  ),
  ...['sha256', 'organizationId', 'projectIds'].map(
    (field): Place => [
      `Query.identifyApiToken(${field})`,
      `query ($sha256: String!, $organizationId: ID, $projectIds: [ID!]) {
        identifyApiToken(sha256: $sha256, organizationId: $organizationId, projectIds: $projectIds) { outcome } }`,
      (text) => ({ sha256: '0'.repeat(64), [field]: field === 'projectIds' ? [text] : text }),
    ],
  ),
  ...cursors(),
  [
    'Organization.projectMemberships(email)',
    'query ($text: String!) { organization { projectMemberships(email: $text) { totalCount } } }',
    (text) => ({ text }),
  ],
  [
    'ProjectRequestFilter.assistant',
    `query ($text: String, $id: ID!) { project(id: $id) { requests(filter: { assistant: $text }) { nodes { status } } } }`,
    (text) => ({ text, id: valid.projectId }),
  ],
];

/** Every cursor of the schema: how a field of each type is reached. */
function cursors(): Place[] {
  const reach: Record<string, (field: string) => string> = {
    Query: (field) => field,
    Organization: (field) => `organization { ${field} }`,
    Project: (field) => `project(id: $id) { ${field} }`,
    AnalyticsFigures: (field) => `organization { analytics { ${field} } }`,
    LlmProvider: (field) => `llmProviders { nodes { ${field} } }`,
  };
  return textsOfSchema()
    .filter((where) => where.endsWith('(after)'))
    .map((where): Place => {
      const [type = '', field = ''] = where.slice(0, -'(after)'.length).split('.');
      const more = field === 'projectMemberships' ? 'email: "nobody@nowhere.example", ' : '';
      const read = reach[type]?.(`${field}(${more}after: $text) { pageInfo { endCursor } }`) ?? '';
      const isOfProject = read.includes('$id');
      const document = `query ($text: String${isOfProject ? ', $id: ID!' : ''}) { ${read} }`;
      return [where, document, (text) => ({ text, ...(isOfProject ? { id: valid.projectId } : {}) })];
    });
}

/** Every argument and input field of the schema that takes text. */
function textsOfSchema(): string[] {
  const isText = (type: Parameters<typeof getNamedType>[0]) =>
    ['String', 'ID'].includes(getNamedType(type)?.name ?? '');
  const types = Object.values(createSubgraph().getTypeMap()).filter(({ name }) => !name.startsWith('__'));
  return types.flatMap((type) => {
    if (isInputObjectType(type)) {
      return Object.values(type.getFields()).flatMap((field) =>
        isText(field.type) ? `${type.name}.${field.name}` : [],
      );
    }
    if (!isObjectType(type)) return [];
    return Object.values(type.getFields()).flatMap((field) =>
      field.args.flatMap((arg) => (isText(arg.type) ? `${type.name}.${field.name}(${arg.name})` : [])),
    );
  });
}

test('every input of text is among the places', () => {
  expect(PLACES.map(([where]) => where).sort()).toEqual(textsOfSchema().sort());
});

const send = (document: string, variables: Record<string, unknown>) =>
  facade.query(document, { token: facade.token, variables });

const mistakesOf = ({ data, errors }: Answer) =>
  errors
    ? errors.map(({ extensions }) => extensions.code)
    : data.m.userErrors.map(({ code }: { code: string }) => code);

describe.each(HALVES)('half of a surrogate pair, as in %j,', (half) => {
  test.each(PLACES)('is a mistake of the caller in %s, and nothing is sent', async (_where, document, put) => {
    const answer = await send(document, put(half));

    const mistakes = mistakesOf(answer);
    expect(mistakes).not.toEqual([]);
    for (const code of mistakes) {
      expect(code).toMatch(/^(BAD_USER_INPUT|INVALID_\w+|PLAN_INVALID)$/);
    }
    const { upstream } = facade;
    for (const route of [routes.createToken, routes.updateToken, routes.revokeToken, routes.exportRequests]) {
      expect(upstream()).not.toHaveProperty([route]);
    }
  });
});

/** Texts that say which ones are meant. Of a part of a name, the empty one is in all of them where things are only read. */
const CHOOSING = PLACES.filter(
  ([where]) =>
    /Filter\.|\(after\)/.test(where) &&
    !/^(Project|Assistant|ProjectApiToken|OrganizationApiToken)Filter.nameContains/.test(where),
);

test.each(CHOOSING.flatMap(([where, ...rest]) => ['', ' '].map((text) => [where, text, ...rest] as const)))(
  'a filter or a place that says nothing is a mistake, and not everything: %s of %j',
  async (_where, text, document, put) => {
    const answer = await send(document, put(text));

    const mistakes = mistakesOf(answer);
    expect(mistakes).not.toEqual([]);
    for (const code of mistakes) expect(code).toMatch(/^(BAD_USER_INPUT|INVALID_ID|REQUIRED)$/);
    expect(facade.upstream()).not.toHaveProperty([routes.exportRequests]);
  },
);

test('a whole pair is text like any other', async () => {
  const { mutate, projectId } = facade;

  const { apiToken, userErrors } = await mutate('createApiToken', { projectId, name: '😀', description: '👨‍👩‍👧' });

  expect([apiToken.name, userErrors]).toEqual(['😀', []]);
});

const CREATIONS: [mutation: string, input: () => object][] = [
  ['createApiToken', () => ({ projectId: facade.projectId })],
  ['createProject', () => ({ administratorUserEmail: someone })],
];

const INVISIBLE = [
  ...['\u200b', '\u2800', '\u3164', '\u00ad', '\u115f', '\u1160', '\uffa0', '\u034f', '\u180e', '\ufeff', '\u2060'],
  ...['\u200d', '\ufe0f', '\u{e0061}', '\u{e0101}', '\u{1d159}', '\u{1d173}', '\u2000\u3000', ' \u200b \u2800 '],
];
const DIRECTIONS = [...'\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069'];

describe.each(CREATIONS)('%s', (mutation, rest) => {
  const create = async (name: string) => {
    const { userErrors } = await facade.mutate(mutation, { ...rest(), name });
    return userErrors.map(({ code, field }: { code: string; field: string }) => [code, field]);
  };

  test.each(INVISIBLE)('refuses a name of which nothing shows: %j', async (name) => {
    expect(await create(name)).toEqual([['REQUIRED', 'name']]);
  });

  test.each(DIRECTIONS)('refuses a name that turns the direction of text: %j', async (control) => {
    expect(await create(`abc${control}txt.exe`)).toEqual([['INVALID_CHARACTERS', 'name']]);
  });

  test.each(['👨‍👩‍👧 family', 'می‌خواهم', 'soft\u00adhyphen', '🇦🇷', '❤️', 'שלום', 'é'])('takes %s', async (name) => {
    expect(await create(name)).toEqual([]);
  });
});

test.each(['a\u200b@acme.example', 'a@acme\u202e.example', '\u3164@acme.example', 'a\ud800@acme.example'])(
  'an e-mail address does not hold what does not show: %j',
  async (administratorUserEmail) => {
    const { userErrors } = await facade.mutate('createProject', { name: 'Mail', administratorUserEmail });

    expect(userErrors).toMatchObject([{ code: 'INVALID_EMAIL', field: 'administratorUserEmail' }]);
  },
);

test('a reference that holds half of a pair fails alone', async () => {
  const representations = [
    ...['Project', 'ApiToken', 'Assistant', 'Organization'].map((__typename) => ({ __typename, id: '\ud800' })),
    { __typename: 'Project', id: facade.projectId },
  ];

  const answer = await send('query ($r: [_Any!]!) { _entities(representations: $r) { ... on Project { name } } }', {
    r: representations,
  });

  expect(codes(answer)).toEqual(Array.from({ length: 4 }, () => 'BAD_USER_INPUT'));
  expect(answer.data._entities.at(-1)).toEqual({ name: expect.any(String) });
});
