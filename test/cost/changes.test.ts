import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Emulator, type SeededOrganization, startEmulator } from '../../emulator/emulator.ts';
import { type Facade, routes, startFacade } from '../support/facade.ts';
import { plan } from './planned.ts';

/** Later than anybody watches, so that every change is looked at as often as it can be. */
const NEVER_MS = 60_000;
const ENV = { UPSTREAM_CALL_BUDGET: '1000000', MAX_ANSWER_OBJECTS: '1000000000', VERIFY_TIMEOUT_MS: '250' };

let emulator: Emulator;
let plain: Facade;
let borrowing: Facade;
let names = 0;

beforeAll(async () => {
  emulator = await startEmulator({ projects: 5, statusDelayMs: NEVER_MS });
  plain = await startFacade({ sharedEmulator: emulator, env: ENV });
  borrowing = await startFacade({ sharedEmulator: emulator, env: { ...ENV, GEAI_BORROW_PROJECT_TOKENS: 'true' } });
});
afterAll(async () => {
  await plain.close();
  await borrowing.close();
  await emulator.close();
});

const organization = (index: number): SeededOrganization => emulator.seeded.organizations[index]!;
function name(): string {
  names += 1;
  return `N${names}`;
}

const TOKEN =
  '{ apiToken { id createdAt project { name organization { name } apiTokens { totalCount } assistants { nodes { kind } } usageLimit { used } } usage { requests } } }';
const PROJECT =
  '{ project { name organization { name } apiTokens { totalCount } usageLimit { used } assistants { nodes { kind } } } }';
const BULK = '{ planId projects { project { name } results { apiToken { name project { name } } } } }';
const LIMIT = 'period: MONTHLY, unit: COST, softLimit: 80, hardLimit: 100, isRenewable: true';
const CHANGES: ((id: string, project: string) => string)[] = [
  (id) => `blockApiToken(input: { id: "${id}" }) ${TOKEN}`,
  (id) => `unblockApiToken(input: { id: "${id}" }) { changed }`,
  (id) => `updateApiToken(input: { id: "${id}", description: "Again" }) ${TOKEN}`,
  (id) => `revokeApiToken(input: { id: "${id}" }) { apiToken { status } }`,
  (id) => `rotateApiToken(input: { id: "${id}", oldToken: KEEP }) { stage apiToken { createdAt } }`,
  (id) => `rotateApiToken(input: { id: "${id}", oldToken: BLOCK }) ${TOKEN}`,
  (_id, project) => `createApiToken(input: { projectId: "${project}", name: "${name()}", status: BLOCKED }) ${TOKEN}`,
  (_id, project) => `createApiToken(input: { projectId: "${project}", name: "${name()}" }) { secret }`,
  () => `createProject(input: { name: "${name()}", administratorUserEmail: "a@example.com", organizationId: "${organization(1).id}" })
    { project { name organization { name } apiTokens { totalCount } } apiTokens { apiToken { createdAt project { name } } } }`,
  (_id, project) =>
    `deleteProject(input: { id: "${project}", confirmName: "${organization(1).projects[2]!.name}" }) { changed }`,
  (_id, project) => `updateProject(input: { id: "${project}", description: "${name()}" }) ${PROJECT}`,
  (_id, project) =>
    `updateProject(input: { id: "${project}", name: "Project ${name()}", expectedName: "X" }) { changed }`,
  (_id, project) => `setUsageLimit(input: { projectId: "${project}", ${LIMIT} }) { usageLimit { used } }`,
  (_id, project) => `cancelUsageLimit(input: { projectId: "${project}" }) { changed }`,
  () => `setUsageLimit(input: { organizationId: "${organization(1).id}", ${LIMIT} }) { usageLimit { used } }`,
  (id) => `blockApiTokens(input: { ids: ["${id}"] }) ${BULK}`,
  () => `unblockApiTokens(input: { filter: { organizationId: "${organization(1).id}" } }) ${BULK}`,
];

/** The project is used again, so that its deletion is watched for in vain. */
const DELETION = 'DELETE /v1/organization/project/{id}';
const KEEPING = {
  drop: { route: DELETION, kind: 'drop' },
  answer: { route: DELETION, kind: 'answer', body: {} },
} as const;

test.each([
  [1, true],
  [1, false],
  [2, true],
  [2, false],
])(
  'changes cost no more than was planned, with %s tokens and borrowing %s, though they take effect late and answers are lost',
  async (tokens, borrows) => {
    const facade = borrows ? borrowing : plain;
    const project = organization(1).projects[2]!.id;
    const caller = { token: organization(1).token, ...(tokens === 2 ? { tokens: [organization(0).token] } : {}) };
    const create = `mutation { createApiToken(input: { projectId: "${project}", name: "T" }) { apiToken { id } } }`;
    const { data } = await facade.query(create, caller);
    const id: string = data.createApiToken.apiToken.id;
    const fields = fc.array(fc.constantFrom(...CHANGES), { minLength: 1, maxLength: 3 });

    await fc.assert(
      fc.asyncProperty(fields, fc.boolean(), async (changes, isLossy) => {
        const document = `mutation { ${changes.map((change, index) => `m${index}: ${change(id, project)}`).join(' ')} }`;
        await facade.query('{ viewer { scopes } }', caller);
        const writes = [
          routes.createToken,
          routes.updateToken,
          routes.revokeToken,
          'POST /v1/organization/project',
          'PUT /v1/organization/project/{id}',
        ];
        const lost = writes.map((route) => ({
          route,
          kind: 'loseAnswer' as const,
        }));
        emulator.setFaults([KEEPING[isLossy ? 'drop' : 'answer'], ...(isLossy ? lost : [])]);
        emulator.resetCalls();
        const { errors } = await facade.query(document, caller);
        emulator.setFaults([]);
        const calls = facade.upstream();
        const made = Object.values(calls).reduce((sum, count) => sum + count, 0);

        expect(errors?.filter(({ extensions }) => extensions.code === 'INTERNAL_SERVER_ERROR') ?? []).toEqual([]);
        // The tokens of the caller are known by now, so that what is planned for knowing them hides nothing.
        expect(made, JSON.stringify(calls)).toBeLessThanOrEqual(plan(document, {}, { tokens, borrows }).calls - tokens);
      }),
      { numRuns: 8 },
    );
  },
  120_000,
);

test('a plan of many changes costs no more than was planned, watched to the end', async () => {
  const caller = { token: organization(0).token };
  const input = `filter: { organizationId: "${organization(0).id}" }`;
  const dry = await plain.query(`mutation { blockApiTokens(input: { ${input} }) { planId } }`, caller);
  const document = `mutation { blockApiTokens(input: { ${input}, dryRun: false, planId: "${dry.data.blockApiTokens.planId}" }) { counts { changed } } }`;
  emulator.resetCalls();

  const { data } = await plain.query(document, caller);

  const made = Object.values(plain.upstream()).reduce((sum, count) => sum + count, 0);
  expect(data.blockApiTokens.counts.changed).toBeGreaterThan(0);
  expect(made).toBeLessThanOrEqual(plan(document).calls);
});

test('the default budget lets through what the documents promise', () => {
  const all = `mutation { blockApiTokens(input: { filter: { organizationId: "${organization(0).id}" }, dryRun: false, planId: "p" }) {
    projects(first: 2000) { project { name } results { apiToken { name } } } } }`;
  const findings =
    '{ organization { tokenFindings(first: 20) { nodes { kind apiToken { name } project { name } } } } }';
  for (const [document, caller] of [
    [all, {}],
    [all, { tokens: 2 }],
    [findings, { borrows: true }],
    [findings, { borrows: true, tokens: 20, hasUserToken: true }],
  ] as const) {
    const { calls, exempt } = plan(document, {}, caller, { verifyTimeoutMs: 3_000, upstreamTimeoutMs: 10_000 });
    expect(calls - exempt).toBeLessThanOrEqual(5_000);
  }
});
