import { expect, onTestFinished, test } from 'vitest';
import { codes } from '../support/facade.ts';
import { startManaged } from '../support/managing.ts';

const SELECTION = 'project { usageLimit { softLimit hardLimit } } userErrors { code field }';
/** More digits than a binary number keeps. */
const SOFT = '12345678901234567.123456789';
const HARD = '98765432109876543210.5';

async function managed() {
  const facade = await startManaged();
  onTestFinished(() => facade.close());
  const limited = (amounts: string) =>
    facade.query(
      `mutation { createProject(input: { name: "Billing", administratorUserEmail: "ana@acme.example",
        usageLimit: { period: MONTHLY, unit: COST, ${amounts}, isRenewable: true } }) { ${SELECTION} } }`,
      { token: facade.token },
    );
  const create = (softLimit: unknown, hardLimit: unknown) => {
    const usageLimit = { period: 'MONTHLY', unit: 'COST', softLimit, hardLimit, isRenewable: true };
    const input = { name: 'Billing', administratorUserEmail: 'ana@acme.example', usageLimit };
    return facade.query(`mutation ($input: CreateProjectInput!) { createProject(input: $input) { ${SELECTION} } }`, {
      token: facade.token,
      variables: { input },
    });
  };
  return { ...facade, limited, create };
}

const made = (softLimit: string, hardLimit: string) => ({
  createProject: { project: { usageLimit: { softLimit, hardLimit } }, userErrors: [] },
});

test('amounts of a limit reach the platform digit for digit: texts, and numbers that are written out', async () => {
  const texts = await managed();
  const { data } = await texts.create(SOFT, HARD);
  expect(data).toEqual(made(SOFT, HARD));

  for (const amounts of [`softLimit: ${SOFT}, hardLimit: ${HARD}`, `softLimit: "${SOFT}", hardLimit: "${HARD}"`]) {
    const facade = await managed();
    expect((await facade.limited(amounts)).data).toEqual(made(SOFT, HARD));
  }
});

test.each<[soft: unknown, hard: unknown, read: [string, string]]>([
  [80, 100, ['80', '100']],
  [0.5, 1e3, ['0.5', '1000']],
  ['0.10', '1e2', ['0.1', '100']],
  [0, 0, ['0', '0']],
])('numbers go on to be taken: %j and %j', async (soft, hard, [softLimit, hardLimit]) => {
  const { create } = await managed();

  expect((await create(soft, hard)).data).toEqual(made(softLimit, hardLimit));
});

test.each<[soft: unknown, hard: unknown]>([
  ['12345678901234567.2', '12345678901234567.1'],
  [-1, 5],
  ['-0.000000000000000000001', 0],
])('amounts that do not fit together are refused, by all their digits: %j and %j', async (soft, hard) => {
  const { create, upstream } = await managed();
  const { data } = await create(soft, hard);

  expect(data.createProject).toEqual({ project: null, userErrors: [{ code: 'INVALID_LIMIT', field: 'usageLimit' }] });
  expect(upstream()).toEqual({});
});

test.each([['abc'], [''], [true], [[1]], [{}], ['1'.repeat(100)], ['Infinity'], ['1e999']])(
  '%j is no amount, and nothing is sent',
  async (amount) => {
    const { create, limited, upstream } = await managed();

    expect(codes(await create(amount, 5))).toEqual(['BAD_USER_INPUT']);
    expect(codes(await limited(`softLimit: ${JSON.stringify(amount)}, hardLimit: 5`))).toEqual([
      'GRAPHQL_VALIDATION_FAILED',
    ]);
    expect(upstream()).toEqual({});
  },
);

test('an amount stands in a variable of its own', async () => {
  const { query, token } = await managed();
  const document = `mutation ($soft: Decimal!, $hard: Decimal!) {
    createProject(input: { name: "Billing", administratorUserEmail: "ana@acme.example",
      usageLimit: { period: MONTHLY, unit: COST, softLimit: $soft, hardLimit: $hard, isRenewable: true } }) { ${SELECTION} } }`;

  expect((await query(document, { token, variables: { soft: SOFT, hard: HARD } })).data).toEqual(made(SOFT, HARD));
});
