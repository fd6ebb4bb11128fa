import { unifiedGraphHandler } from '@graphql-hive/router-runtime';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { query } from '../test/support/facade.ts';
import { startHiveGateway } from './routers/starters.ts';
import { type Company, ROUTER_SECRET, startCompany } from './support/company.ts';

/** Crosses to the facade by references, which are variables; the second has variables of the caller. */
const QUERIES: readonly [string, Record<string, unknown>][] = [
  ['{ budgets { code projects { id name bookingText } } }', {}],
  [
    'query ($id: ID!, $first: Int!) { project(id: $id) { name apiTokens(first: $first, filter: { nameContains: "ü\\"\\n" }) { totalCount } } }',
    { first: 2 },
  ],
];

const PLANNERS = { 'its own planner': {}, 'the planner of Hive Router': { unifiedGraphHandler } };

let company: Company;
beforeAll(async () => {
  company = await startCompany({ ROUTER_PROOF: 'hmac' });
});
afterAll(() => company.close());

describe.each(Object.entries(PLANNERS))('Hive Gateway with %s', (_name, planner) => {
  const ask = async (secret: string, document: string, variables: Record<string, unknown>) => {
    const router = await startHiveGateway({ subgraphs: company.subgraphs }, { ...planner, hmacSignature: { secret } });
    const token = await company.token();
    const answer = await query(router.url, document, {
      token,
      variables: { id: company.visible[0]?.id, ...variables },
    });
    await router.close();
    return answer;
  };

  test.each(QUERIES)('signs %s so that the facade takes it', async (document, variables) => {
    const { data, errors } = await ask(ROUTER_SECRET, document, variables);

    expect(JSON.stringify(errors ?? [])).not.toContain('router');
    expect(JSON.stringify(data)).toContain(company.visible[0]?.name);
  });

  test('signs with another secret and is refused', async () => {
    const { errors } = await ask('x'.repeat(ROUTER_SECRET.length), ...(QUERIES[1] ?? ['', {}]));

    expect(errors?.[0]?.message).toContain('router');
  });
});
