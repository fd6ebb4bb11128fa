import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Emulator, type SeededOrganization, startEmulator } from '../../emulator/emulator.ts';
import { createSubgraph } from '../../src/graphql/schema.ts';
import { operations } from '../oracle/operations.ts';
import { type Facade, type Request, routes, startFacade } from '../support/facade.ts';
import { plan, TIMES } from './planned.ts';

/** Nothing is to be refused here: what is too much would show nothing. */
const WIDE = {
  UPSTREAM_CALL_BUDGET: '1000000',
  MAX_ANSWER_OBJECTS: '1000000000',
  MAX_QUERY_DEPTH: '100',
  MAX_QUERY_TOKENS: '100000',
};
const RUNS = process.env.ORACLE_RUNS ? 300 : 60;
const PROJECTS = 5;

let emulator: Emulator;
let plain: Facade;
let borrowing: Facade;
/** Ids of what is there, as the graph shows them. */
let known: { organizations: string[]; projects: string[]; tokens: string[]; assistants: string[] };

beforeAll(async () => {
  emulator = await startEmulator({ projects: PROJECTS });
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
    ID: fc.oneof(...Object.values(ids)),
    'organization.id': ids.Organization,
    'project.id': ids.Project,
    'apiToken.id': ids.ApiToken,
    'assistant.id': ids.Assistant,
    'node.id': fc.oneof(...Object.values(ids)),
    first: fc.constantFrom(1, 2, 5, 20, 21, 100, 101),
    olderThanDays: fc.constantFrom(0, 1, 90),
    unusedDays: fc.constantFrom(1, 30, 365, 366),
    DateTime: fc.constantFrom('2025-01-01T00:00:00Z', '2026-02-01T00:00:00Z', '2027-01-01T00:00:00Z', 'x'),
    after: fc.constant('x'),
    nameContains: fc.constantFrom('', 'a'),
    email: fc.constantFrom(
      ...first()
        .members.slice(0, 3)
        .map(({ email }) => email),
      'x',
    ),
    'OrganizationApiTokenFilter.projectIds': fc.array(ids.Project, { maxLength: 4 }),
    'identifyApiToken.organizationId': ids.Organization,
    'identifyApiToken.projectIds': fc.array(ids.Project, { maxLength: 4 }),
    'usage.projectIds': fc.array(ids.Project, { maxLength: 4 }),
    sha256: fc.constantFrom('0'.repeat(64), 'x'),
    representations: fc.array(reference, { maxLength: 8 }),
  };
}

async function callsOf(facade: Facade, send: () => Promise<unknown>) {
  emulator.resetCalls();
  await send();
  const { [routes.validate]: _identifying, ...calls } = facade.upstream();
  return { calls, made: Object.values(calls).reduce((sum, count) => sum + count, 0) };
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
          const caller = { tokens, hasUserToken, borrows };
          // Of no more projects than there are: room for others would hide what is missing elsewhere.
          const planned = plan(document, variables, caller, TIMES, Number.POSITIVE_INFINITY, PROJECTS).calls;
          const { made, calls } = await callsOf(facade, () => facade.query(document, { ...request(), variables }));
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

test('the bound is reached when the list lacks every project that is asked for', async () => {
  const document = `{ a: project(id: "00000000-0000-4000-8000-00000000000a") { id }
    b: project(id: "00000000-0000-4000-8000-00000000000b") { id } }`;
  await plain.query('{ viewer { scopes } }', { token: first().token });
  emulator.resetCalls();
  await plain.query(document, { token: first().token });

  expect(plain.upstream()).toEqual({ [routes.listProjects]: 1, [routes.getProject]: 2 });
  expect(plan(document).calls - 1).toBe(3);
});
