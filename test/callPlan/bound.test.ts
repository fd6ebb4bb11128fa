import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Emulator, type SeededOrganization, startEmulator } from '../../emulator/emulator.ts';
import { createSubgraph } from '../../src/subgraph.ts';
import { operations } from '../oracle/operations.ts';
import { type Facade, type Request, routes, startFacade } from '../support/facade.ts';
import { plan } from './planned.ts';

/** Nothing is to be refused here: what is too much would show nothing. */
const WIDE = {
  UPSTREAM_CALL_BUDGET: '1000000',
  MAX_ANSWER_OBJECTS: '1000000000',
  MAX_QUERY_DEPTH: '100',
  MAX_QUERY_TOKENS: '100000',
};
const RUNS = 60;

let emulator: Emulator;
let plain: Facade;
let borrowing: Facade;
/** Ids of what is there, as the graph shows them. */
let known: { organizations: string[]; projects: string[]; tokens: string[]; assistants: string[] };

beforeAll(async () => {
  emulator = await startEmulator({ projects: 5, oauthEverywhere: true });
  plain = await startFacade({ sharedEmulator: emulator, env: WIDE });
  borrowing = await startFacade({ sharedEmulator: emulator, env: { ...WIDE, GEAI_BORROW_PROJECT_TOKENS: 'true' } });
  known = await readIds();
});
afterAll(async () => {
  await plain.close();
  await borrowing.close();
  await emulator.close();
});

const first = (): SeededOrganization => emulator.seeded.organizations[0]!;
const second = (): SeededOrganization => emulator.seeded.organizations[1]!;
const projectToken = (organization: SeededOrganization, index = 0) => organization.projects[index]!.tokens[0]!.id;

async function readIds(): Promise<typeof known> {
  const all = {
    organizations: [] as string[],
    projects: [] as string[],
    tokens: [] as string[],
    assistants: [] as string[],
  };
  for (const { token } of emulator.seeded.organizations) {
    const { data } = await borrowing.query(
      '{ organization { id projects { nodes { id apiTokens { nodes { id } } assistants { nodes { id } } } } } }',
      { token },
    );
    all.organizations.push(data.organization.id);
    for (const project of data.organization.projects.nodes) {
      all.projects.push(project.id);
      all.tokens.push(...project.apiTokens.nodes.map(({ id }: { id: string }) => id));
      all.assistants.push(...(project.assistants?.nodes ?? []).map(({ id }: { id: string }) => id));
    }
  }
  return all;
}

/** Who asks, and how many tokens that is. */
const CALLERS: [who: string, request: () => Request, tokens: number, hasUserToken: boolean][] = [
  ['an organization', () => ({ token: first().token }), 1, false],
  ['a project', () => ({ token: projectToken(first()) }), 1, false],
  ['two organizations', () => ({ token: first().token, tokens: [second().token] }), 2, false],
  [
    'two organizations, the other way round, with projects of both',
    () => ({ token: second().token, tokens: [first().token, projectToken(first()), projectToken(second(), 1)] }),
    4,
    false,
  ],
  ['a user', () => ({ token: userOf().token, headers: { projectid: userOf().project } }), 1, true],
  [
    'a user with two organizations',
    () => ({
      token: userOf().token,
      headers: { projectid: userOf().project },
      tokens: [second().token, first().token],
    }),
    3,
    true,
  ],
];

function userOf(): { token: string; project: string } {
  const user = emulator.seeded.oauth[0]!;
  return { token: user.token, project: user.projectId };
}

function pools() {
  const unknown = '00000000-0000-4000-8000-00000000000a';
  const ids = {
    Organization: fc.constantFrom(...known.organizations, unknown),
    Project: fc.constantFrom(...known.projects, unknown, 'x'),
    ApiToken: fc.constantFrom(...known.tokens, 'x'),
    Assistant: fc.constantFrom(...known.assistants, 'x'),
  };
  const reference = fc.oneof(
    ...Object.entries(ids).map(([typeName, id]) =>
      fc.record({ __typename: fc.constant(typeName), id }, { noNullPrototype: true }),
    ),
  );
  return {
    'organization.id': ids.Organization,
    'project.id': ids.Project,
    'apiToken.id': ids.ApiToken,
    'assistant.id': ids.Assistant,
    first: fc.constantFrom(1, 2, 5, 100, 101),
    after: fc.constant('x'),
    nameContains: fc.constantFrom('', 'a'),
    representations: fc.array(reference, { maxLength: 8 }),
  };
}

describe.each([
  ['with borrowing', true],
  ['without borrowing', false],
])('%s, nothing costs more than was planned', (_name, borrows) => {
  test.each(CALLERS)(
    'for %s',
    async (_who, request, tokens, hasUserToken) => {
      const facade = borrows ? borrowing : plain;
      await facade.query('{ viewer { scopes } }', request());
      let spent = 0;
      await fc.assert(
        fc.asyncProperty(operations(createSubgraph(), { pools: pools() }), async ({ document, variables }) => {
          const planned = plan(document, variables, { tokens, hasUserToken, borrows }).calls;
          emulator.resetCalls();
          await facade.query(document, { ...request(), variables });
          const { [routes.validate]: _identifying, ...calls } = facade.upstream();
          const made = Object.values(calls).reduce((sum, count) => sum + count, 0);
          spent += made;
          // The tokens are known by now, so that what is planned for knowing them hides nothing.
          expect(made, JSON.stringify(calls)).toBeLessThanOrEqual(Math.max(0, planned - tokens));
        }),
        { numRuns: RUNS },
      );

      expect(spent).toBeGreaterThan(0);
    },
    60_000,
  );
});

const TOKEN =
  '{ apiToken { id createdAt project { name organization { name } apiTokens { totalCount } assistants { nodes { kind } } } } }';
const CHANGES = [
  (id: string) => `blockApiToken(input: { id: "${id}" }) ${TOKEN}`,
  (id: string) => `unblockApiToken(input: { id: "${id}" }) { changed }`,
  (id: string) => `updateApiToken(input: { id: "${id}", description: "Again" }) ${TOKEN}`,
  (id: string) => `revokeApiToken(input: { id: "${id}" }) { apiToken { status } }`,
  (_id: string, project: string) =>
    `createApiToken(input: { projectId: "${project}", name: "N", status: BLOCKED }) ${TOKEN}`,
  (_id: string, project: string) => `createApiToken(input: { projectId: "${project}", name: "N" }) { secret }`,
  (id: string) => `rotateApiToken(input: { id: "${id}", oldToken: BLOCK }) { stage ${TOKEN.slice(1)}`,
  (id: string) =>
    `blockApiTokens(input: { ids: ["${id}"], dryRun: true }) { projects(first: 5) { project { name } results { apiToken { project { name } } } } }`,
  (_id: string, _project: string, index: number) =>
    `createProject(input: { organizationId: "${second().id}", name: "P${index}", administratorUserEmail: "a@b.example" }) { apiTokens { apiToken { createdAt } } }`,
];

test('the bound is reached when the list lacks every project that is asked for', async () => {
  const document = `{ a: project(id: "00000000-0000-4000-8000-00000000000a") { id }
    b: project(id: "00000000-0000-4000-8000-00000000000b") { id } }`;
  await plain.query('{ viewer { scopes } }', { token: first().token });
  emulator.resetCalls();
  await plain.query(document, { token: first().token });

  expect(plain.upstream()).toEqual({ [routes.listProjects]: 1, [routes.getProject]: 2 });
  expect(plan(document).calls - 1).toBe(3);
});

test.each([
  [1, true],
  [1, false],
  [2, true],
  [2, false],
])(
  'nor do changes, with %s tokens and borrowing %s',
  async (tokens, borrows) => {
    const facade = borrows ? borrowing : plain;
    const request = { token: second().token, tokens: tokens === 2 ? [first().token] : [] };
    const caller = tokens === 2 ? request : { token: request.token };
    await facade.query('{ viewer { scopes } }', caller);
    const created = await facade.query(
      `mutation { createApiToken(input: { projectId: "${second().projects[2]!.id}", name: "T" }) { apiToken { id } } }`,
      caller,
    );
    const id: string = created.data.createApiToken.apiToken.id;
    let changes = 0;
    const one = fc.constantFrom(...CHANGES).map((change) => change(id, second().projects[2]!.id, changes++));
    await fc.assert(
      fc.asyncProperty(fc.array(one, { minLength: 1, maxLength: 3 }), async (fields) => {
        const document = `mutation { ${fields.map((field, index) => `m${index}: ${field}`).join(' ')} }`;
        emulator.resetCalls();
        const { errors } = await facade.query(document, caller);
        const { [routes.validate]: _identifying, ...calls } = facade.upstream();
        const made = Object.values(calls).reduce((sum, count) => sum + count, 0);
        expect(errors?.filter(({ extensions }) => extensions.code === 'INTERNAL_SERVER_ERROR') ?? []).toEqual([]);
        expect(made, JSON.stringify(calls)).toBeLessThanOrEqual(plan(document, {}, { tokens, borrows }).calls - tokens);
      }),
      { numRuns: 25 },
    );
  },
  60_000,
);
