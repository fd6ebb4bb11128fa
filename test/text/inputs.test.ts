import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createSubgraph } from '../../src/graphql/schema.ts';
import { type Setting, settingIn } from '../support/examples.ts';
import { type Answer, codes, routes } from '../support/facade.ts';
import { type Managed, startManaged } from '../support/managing.ts';
import { type TextPlace, textPlaces } from '../support/textPlaces.ts';

interface Payload {
  readonly userErrors: readonly { readonly code: string }[];
}

let facade: Managed;
let setting: Setting;

beforeAll(async () => {
  facade = await startManaged({ env: { GEAI_BORROW_PROJECT_TOKENS: 'true' } });
  setting = settingIn(facade.emulator);
});
beforeEach(() => facade.emulator.resetCalls());
afterAll(() => facade.close());

const HALVES = ['\ud800', 'a\udc00b', 'fine 😀 but \ude00\ud83d'];
const PLACES = textPlaces(createSubgraph());
const rows = (places: readonly TextPlace[]) => places.map((place) => [place.where, place] as const);

const send = (place: TextPlace, text: string) => {
  const { document, variables } = place.operation(text, setting);
  return facade.query(document, { token: facade.token, variables });
};

const mistakesOf = ({ data, errors }: Answer): string[] =>
  errors
    ? errors.map(({ extensions }) => extensions.code)
    : Object.values<Payload>(data)[0]!.userErrors.map(({ code }) => code);

test('texts are found in queries, filters and mutations', () => {
  expect(PLACES.length).toBeGreaterThan(80);
  expect(PLACES.map(({ where }) => where)).toEqual(
    expect.arrayContaining(['Query.project(id)', 'LlmProvider.models(after)', 'ApiTokenFilter.projectIds']),
  );
});

describe.each(HALVES)('half of a surrogate pair, as in %j,', (half) => {
  test.each(rows(PLACES))('is a mistake of the caller in %s, and nothing is sent', async (_where, place) => {
    const mistakes = mistakesOf(await send(place, half));

    expect(mistakes).not.toEqual([]);
    for (const code of mistakes) expect(code).toMatch(/^(BAD_USER_INPUT|INVALID_\w+|PLAN_INVALID)$/);
    const sent = Object.keys(facade.upstream());
    expect(sent.filter((route) => !route.startsWith('GET ') || route === routes.exportRequests)).toEqual([]);
  });
});

/** Texts that say which ones are meant. Of a part of a name, the empty one is in all of them where things are only read. */
const CHOOSING = PLACES.filter(
  ({ where, isOfMutation }) => /Filter\.|\(after\)/.test(where) && (isOfMutation || !where.endsWith('.nameContains')),
);

test.each(rows(CHOOSING).flatMap(([where, place]) => ['', ' '].map((text) => [where, text, place] as const)))(
  'a filter or a place that says nothing is a mistake, and not everything: %s of %j',
  async (_where, text, place) => {
    const mistakes = mistakesOf(await send(place, text));

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
  ['createProject', () => ({ administratorUserEmail: 'ana@acme.example' })],
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

  const document = 'query ($r: [_Any!]!) { _entities(representations: $r) { ... on Project { name } } }';
  const answer = await facade.query(document, { token: facade.token, variables: { r: representations } });

  expect(codes(answer)).toEqual(Array.from({ length: 4 }, () => 'BAD_USER_INPUT'));
  expect(answer.data._entities.at(-1)).toEqual({ name: expect.any(String) });
});
