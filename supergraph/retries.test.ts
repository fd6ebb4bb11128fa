import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { query } from '../test/support/facade.ts';
import { ROUTERS, startHiveGateway } from './routers/starters.ts';
import { type Company, ROUTER_SECRET, startCompany } from './support/company.ts';
import { FAILURES, startFailing } from './support/failing.ts';

const MUTATION = 'mutation { blockApiToken(input: { id: "x" }) { changed } }';

let company: Company;
beforeAll(async () => {
  company = await startCompany();
});
afterAll(() => company.close());

describe.each(Object.entries(ROUTERS))('%s', (_name, start) => {
  test.each(Object.entries(FAILURES))('sends a mutation once after %s', async (_failure, fail) => {
    const failing = await startFailing(fail);
    const router = await start({ subgraphs: facadeAt(failing.url), secret: ROUTER_SECRET });
    const { data, errors } = await query(router.url, MUTATION, { token: await company.token() });
    await router.close();
    await failing.close();

    expect(data?.blockApiToken ?? null).toBeNull();
    expect(errors).not.toHaveLength(0);
    expect(failing.arrived).toHaveLength(1);
  });
});

test('Hive Gateway with retries for every operation sends a mutation twice', async () => {
  const failing = await startFailing((response) => void response.writeHead(503).end('{}'));
  const settings = { upstreamRetry: { maxRetries: 1, retryDelay: 1 } };
  const router = await startHiveGateway({ subgraphs: facadeAt(failing.url), secret: ROUTER_SECRET }, settings);
  await query(router.url, MUTATION, { token: await company.token() });
  await router.close();
  await failing.close();

  expect(failing.arrived).toHaveLength(2);
});

function facadeAt(url: string) {
  const [geai, budgets] = company.subgraphs;
  return [{ ...geai, url }, budgets];
}
