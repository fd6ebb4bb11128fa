import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { routeName } from '../../emulator/call.ts';
import { type Emulator, type SeededOrganization, startEmulator } from '../../emulator/emulator.ts';
import type { Fault } from '../../emulator/faults.ts';
import { ROUTES } from '../../emulator/routes/routes.ts';
import { createSubgraph } from '../../src/graphql/schema.ts';
import { type MutationCall, mutations, type Operation } from '../oracle/operations.ts';
import { inputsOf, inputTypeOf, type Setting, settingIn } from '../support/examples.ts';
import { type Facade, startFacade } from '../support/facade.ts';
import { plan } from './planned.ts';

/** Later than anybody watches, so that every change is looked at as often as it can be. */
const NEVER_MS = 60_000;
const ENV = {
  MAX_QUERY_DEPTH: '100',
  MAX_QUERY_TOKENS: '100000',
  UPSTREAM_CALL_BUDGET: '1000000',
  MAX_ANSWER_OBJECTS: '1000000000',
  VERIFY_TIMEOUT_MS: '250',
};

let emulator: Emulator;
let plain: Facade;
let borrowing: Facade;

beforeAll(async () => {
  emulator = await startEmulator({ projects: 5, statusDelayMs: NEVER_MS, adminOrganizationTokens: true });
  plain = await startFacade({ sharedEmulator: emulator, env: ENV });
  borrowing = await startFacade({ sharedEmulator: emulator, env: { ...ENV, GEAI_BORROW_PROJECT_TOKENS: 'true' } });
});
afterAll(async () => {
  await plain.close();
  await borrowing.close();
  await emulator.close();
});

const organization = (index: number): SeededOrganization => emulator.seeded.organizations[index]!;

const schema = createSubgraph();
const MUTATIONS = Object.keys(schema.getMutationType()!.getFields());

/** One change or more, the first of which is the mutation, with anything selected of what they return. */
function changesWith(mutation: string, setting: Setting): fc.Arbitrary<Operation> {
  const { project, apiTokenId, organizationId } = setting;
  const ids = fc.constantFrom(project.id, apiTokenId, organizationId, 'x');
  const select = mutations(schema, { pools: { ID: ids, first: fc.constantFrom(1, 20, 100) } });
  const call = (of: fc.Arbitrary<string>) =>
    of.chain((name) =>
      fc.constantFrom(...inputsOf(name)).map((example): MutationCall => ({ name, input: example(setting) })),
    );
  const others = fc.array(call(fc.constantFrom(...MUTATIONS)), { maxLength: 2 });
  return fc.tuple(call(fc.constant(mutation)), others).chain(([first, more]) => select([first, ...more]));
}

/** What is used again, so that its deletion is watched for in vain. */
const DELETIONS = ['DELETE /v1/organization/project/{id}', 'DELETE /v2/admin/organizations/{organization}'];
/** Every other write. */
const WRITES = ROUTES.filter(({ method }) => method !== 'GET')
  .map(routeName)
  .filter((route) => !DELETIONS.includes(route));
const faults = (isLossy: boolean): Fault[] => [
  ...DELETIONS.map((route): Fault => (isLossy ? { route, kind: 'drop' } : { route, kind: 'answer', body: {} })),
  ...(isLossy ? WRITES.map((route): Fault => ({ route, kind: 'loseAnswer' })) : []),
];

interface Asking {
  readonly tokens: 1 | 2;
  readonly borrows: boolean;
}

const facadeOf = ({ borrows }: Asking) => (borrows ? borrowing : plain);
const callerOf = ({ tokens }: Asking) => ({
  token: organization(1).token,
  ...(tokens === 2 ? { tokens: [organization(0).token] } : {}),
});

const settingOfThird = () => settingIn(emulator, { organization: 1, project: 2 });

async function expectPlanned({ document, variables }: Operation, asking: Asking, isLossy: boolean): Promise<void> {
  const [facade, caller] = [facadeOf(asking), callerOf(asking)];
  await facade.query('{ viewer { scopes } }', caller);
  emulator.setFaults(faults(isLossy));
  emulator.resetCalls();
  const { errors } = await facade.query(document, { ...caller, variables });
  emulator.setFaults([]);
  const calls = facade.upstream();
  const made = Object.values(calls).reduce((sum, count) => sum + count, 0);

  expect(errors?.filter(({ extensions }) => extensions.code === 'INTERNAL_SERVER_ERROR') ?? []).toEqual([]);
  // The tokens of the caller are known by now, so that what is planned for knowing them hides nothing.
  expect(made, JSON.stringify(calls)).toBeLessThanOrEqual(plan(document, variables, asking).calls - asking.tokens);
}

test.each(MUTATIONS)('%s alone costs no more than was planned', async (mutation) => {
  const asking = { tokens: 1, borrows: false } as const;
  const document = `mutation ($input: ${inputTypeOf(mutation)}!) { ${mutation}(input: $input) { userErrors { code } } }`;
  for (const isLossy of [false, true]) {
    const setting = settingOfThird();
    for (const example of inputsOf(mutation)) {
      await expectPlanned({ document, variables: { input: example(setting) } }, asking, isLossy);
    }
  }
});

test.each<Asking>([
  { tokens: 1, borrows: true },
  { tokens: 1, borrows: false },
  { tokens: 2, borrows: true },
  { tokens: 2, borrows: false },
])(
  'late changes with lost answers cost no more than was planned, with $tokens tokens and borrowing $borrows',
  async (asking) => {
    const setting = settingOfThird();
    for (const mutation of MUTATIONS) {
      const property = fc.asyncProperty(changesWith(mutation, setting), fc.boolean(), (changes, isLossy) =>
        expectPlanned(changes, asking, isLossy),
      );
      await fc.assert(property, { numRuns: 1 });
    }
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
