import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Answer, query, routes } from '../test/support/facade.ts';
import { type Company, ROUTER_SECRET, startCompany, UNKNOWN_ID } from './support/company.ts';

const SIZE = 1_000;

const ENTITIES = `query ($representations: [_Any!]!) { _entities(representations: $representations) {
  __typename
  ... on Organization { id }
  ... on Project { id status }
  ... on ApiToken { id projectOfToken: project { id } }
  ... on Assistant { platformId projectOfAssistant: project { id } }
} }`;

type Representation = Readonly<Record<string, unknown>>;

let company: Company;
/** One of each kind that the caller may read, and what it is answered with. */
let readable: readonly (readonly [Representation, object])[];

/** The same of all: an assistant of a project that the keyring has no token of, and a project that does not exist. */
const forbidden = () => {
  const { id, assistants } = company.visible[1] ?? { id: '', assistants: [] };
  return { __typename: 'Assistant', project: { id }, platformId: assistants[0]?.id };
};
const absent = { __typename: 'Project', id: UNKNOWN_ID };

beforeAll(async () => {
  company = await startCompany();
  const [first] = company.visible;
  const { data } = await ask(
    'query ($id: ID!) { organization { id } project(id: $id) { apiTokens { nodes { id } } } }',
    {
      id: first?.id,
    },
  );
  const project = { id: first?.id };
  const tokens: { id: string }[] = data.project.apiTokens.nodes;
  readable = [
    ...company.visible.map(({ id, isHidden }) => {
      const key = { __typename: 'Project', id };
      return [key, { ...key, status: isHidden ? 'HIDDEN' : 'ACTIVE' }] as const;
    }),
    ...tokens.map(({ id }) => {
      const key = { __typename: 'ApiToken', id };
      return [key, { ...key, projectOfToken: project }] as const;
    }),
    ...(first?.assistants ?? []).map(({ id: platformId }) => {
      const key = { __typename: 'Assistant', platformId };
      return [
        { ...key, project },
        { ...key, projectOfAssistant: project },
      ] as const;
    }),
    [data.organization, data.organization].map((one) => ({ __typename: 'Organization', ...one })) as [
      object,
      object,
    ] as [Representation, object],
  ];
});
afterAll(() => company.close());
beforeEach(() => company.emulator.resetCalls());

async function ask(document: string, variables: Record<string, unknown>): Promise<Answer> {
  const headers = { 'x-router-secret': ROUTER_SECRET };
  return query(company.facade.url, document, { token: await company.token(), headers, variables });
}

/** A thousand, mixed, of which the fifth is forbidden and the last absent. */
function thousand(): { representations: Representation[]; expected: (object | null)[] } {
  const all = Array.from({ length: SIZE }, (_, index) => readable[(index * 7) % readable.length] ?? [absent, {}]);
  const [representations, expected] = [all.map(([one]) => one), all.map(([, answer]): object | null => answer)];
  [representations[4], expected[4]] = [forbidden(), null];
  [representations[SIZE - 1], expected[SIZE - 1]] = [absent, null];
  return { representations, expected };
}

test('a thousand mixed references are answered in order; one forbidden fails alone, one absent is null', async () => {
  const { representations, expected } = thousand();
  const { data, errors } = await ask(ENTITIES, { representations });

  expect(data._entities).toEqual(expected);
  expect(errors?.map(({ path, extensions }) => [path?.slice(0, 2), extensions.code])).toEqual([
    [['_entities', 4], 'CREDENTIAL_REQUIRED'],
  ]);
});

test('they cost one list of each kind', async () => {
  await ask(ENTITIES, { representations: thousand().representations });
  const { [routes.validate]: _validations, ...upstream } = company.facade.upstream();

  expect(upstream).toEqual({
    [routes.listProjects]: 1,
    [routes.getProject]: 1,
    [routes.listTokens]: 1,
    [routes.listAssistants]: 1,
  });
});

test('two references that change places are seen to', async () => {
  const { representations, expected } = thousand();
  [representations[0], representations[1]] = [representations[1] ?? absent, representations[0] ?? absent];
  const { data } = await ask(ENTITIES, { representations });

  expect(data._entities).not.toEqual(expected);
  expect(data._entities.slice(2)).toEqual(expected.slice(2));
});
