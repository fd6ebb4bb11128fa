import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Router } from '../test/federation/supergraph.ts';
import { type Answer, query, routes } from '../test/support/facade.ts';
import { ROUTERS } from './routers/starters.ts';
import { bookingText } from './sample/budgets.ts';
import { type Company, ROUTER_SECRET, startCompany } from './support/company.ts';
import { startReversing } from './support/reversing.ts';

const CROSSING = '{ budgets { code projects { id name bookingText } } }';

/** Routers that report an absent entity as an error of their own, at the first field of it that cannot be null. */
const REPORTS_ABSENCE = new Set(['Hive Gateway']);

let company: Company;

beforeAll(async () => {
  company = await startCompany();
});
afterAll(() => company.close());
beforeEach(() => {
  company.emulator.resetCalls();
  company.emulator.setFaults([]);
  company.budgets.requests.length = 0;
});

const codesOf = ({ errors = [] }: Answer) => errors.map(({ extensions }) => extensions.code);

/** The visible projects as both subgraphs together know them. */
const known = () =>
  company.visible.map(({ id, name, isHidden }) => ({
    ...{ id, name },
    bookingText: bookingText({ id, name, status: isHidden ? 'HIDDEN' : 'ACTIVE' }),
  }));

const projectsOf = ({ data }: Answer, code: string) =>
  data.budgets.find((budget: { code: string }) => budget.code === code).projects;

test('on Linux all four routers are asked', () => {
  const expected = process.platform === 'linux' && process.arch === 'x64' ? 4 : 3;

  expect(Object.keys(ROUTERS)).toHaveLength(expected);
});

describe.each(Object.entries(ROUTERS))('%s', (name, start) => {
  let router: Router;
  beforeAll(async () => {
    router = await start({ subgraphs: company.subgraphs, secret: ROUTER_SECRET });
  });
  afterAll(() => router.close());

  const ask = async (document: string, claims?: Record<string, unknown>, to = router) =>
    query(to.url, document, { token: await company.token(claims) });

  test('a query crosses to us, and back for a field that requires ours', async () => {
    const answer = await ask(CROSSING);

    expect(projectsOf(answer, 'all')).toEqual(known());
    expect(company.facade.upstream()).toMatchObject({ [routes.listProjects]: 1 });
    expect(company.budgets.requests).toHaveLength(2);
  });

  test('the same query shows it when entities come in another order', async () => {
    const [geai, budgets] = company.subgraphs;
    const reversing = await startReversing(geai.url);
    const misled = await start({ subgraphs: [{ ...geai, url: reversing.url }, budgets], secret: ROUTER_SECRET });
    const answer = await ask(CROSSING, {}, misled);
    await misled.close();
    await reversing.close();

    expect(projectsOf(answer, 'all')).not.toEqual(known());
  });

  test('a project that does not exist for the caller is null', async () => {
    const answer = await ask(CROSSING);
    const [first] = known();

    expect(projectsOf(answer, 'old')).toEqual([first, null, null]);
    expect(codesOf(answer)).toEqual(REPORTS_ABSENCE.has(name) ? Array(2).fill('INTERNAL_SERVER_ERROR') : []);
  });

  test('what is not selected of an absent project makes no error', async () => {
    const answer = await ask('{ budgets { code projects { description } } }');

    expect(answer.errors).toBeUndefined();
  });

  test("the facade's code arrives for each project that could not be read", async () => {
    company.emulator.setFaults([{ route: routes.listProjects, kind: 'status', status: 500 }]);
    const answer = await ask('{ budgets { code projects { id description } } }');

    expect(answer.data.budgets.map(({ code }: { code: string }) => code)).toEqual(['all', 'old']);
    expect(new Set(codesOf(answer))).toEqual(new Set(['UPSTREAM_UNAVAILABLE']));
    expect(answer.errors?.[0]?.extensions).toMatchObject({ retryable: true, requestId: expect.any(String) });
    // The keyring has a token of the first.
    expect(answer.errors?.length).toBeGreaterThanOrEqual(company.visible.length - 1);
  });

  test('a permission that the caller lacks is an error at its field alone', async () => {
    const answer = await ask('{ organization { name members { totalCount } } }');

    expect(answer.data.organization).toMatchObject({ name: expect.any(String), members: null });
    expect(codesOf(answer)).toEqual(['FORBIDDEN']);
  });

  test('without a token of the company ours is null with a code, and theirs arrives', async () => {
    const answer = await query(router.url, '{ budgets { code } organization { name } }');

    expect(answer.data).toEqual({ budgets: [{ code: 'all' }, { code: 'old' }], organization: null });
    expect(codesOf(answer)).toEqual(['UNAUTHENTICATED']);
    expect(company.facade.upstream()).toEqual({});
  });

  test('a user error of a mutation arrives as it is', async () => {
    const document = 'mutation { blockApiToken(input: { id: "x" }) { changed userErrors { code } } }';
    const { data, errors } = await ask(document, { scope: 'geai:read geai:tokens:write' });

    expect([data, errors]).toEqual([
      { blockApiToken: { changed: false, userErrors: [{ code: 'INVALID_ID' }] } },
      undefined,
    ]);
  });

  test('token and secret are sent to the facade alone', async () => {
    await ask(CROSSING);

    expect(company.budgets.requests).toHaveLength(2);
    for (const { headers } of company.budgets.requests) {
      expect(headers).not.toHaveProperty('authorization');
      expect(JSON.stringify(headers)).not.toContain(ROUTER_SECRET);
    }
  });

  test('with another secret nothing of ours is answered', async () => {
    const stranger = await start({ subgraphs: company.subgraphs, secret: 'x'.repeat(ROUTER_SECRET.length) });
    const answer = await ask('{ budgets { code } organization { name } }', {}, stranger);
    await stranger.close();

    expect(answer.data).toEqual({ budgets: [{ code: 'all' }, { code: 'old' }], organization: null });
    expect(answer.errors).toHaveLength(1);
    expect(company.facade.upstream()).toEqual({});
  });
});
