import { afterAll, beforeAll, expect, test } from 'vitest';
import { query } from '../test/support/facade.ts';
import { ROUTERS } from './routers/starters.ts';
import { type Company, ROUTER_SECRET, startCompany } from './support/company.ts';

const CROSSING = '{ budgets { code projects { id description } } }';
const OURS = '{ organization { name } }';

let company: Company;

beforeAll(async () => {
  company = await startCompany({ CACHE: 'memory', CACHE_CONTROL: 'true', CACHE_TAGS: 'true' });
});
afterAll(() => company.close());

test('the facade tells its router tags', async () => {
  const headers = { 'x-router-secret': ROUTER_SECRET };
  const ask = async () => (await query(company.facade.url, OURS, { token: await company.token(), headers })).text;

  // What it is about to forget bears none.
  await expect.poll(ask, { timeout: 10_000 }).toContain('"apolloCacheTags":["organization:');
});

test.each(Object.entries(ROUTERS))('%s answers the same, and shows clients no tags', async (_name, start) => {
  const router = await start({ subgraphs: company.subgraphs, secret: ROUTER_SECRET });
  const token = await company.token();
  const answers = [];
  for (const document of [CROSSING, OURS]) answers.push(await query(router.url, document, { token }));
  await router.close();

  expect(answers.map(({ errors }) => errors)).toEqual([undefined, undefined]);
  expect(answers.map(({ text }) => Object.keys(JSON.parse(text)))).toEqual([['data'], ['data']]);
});
