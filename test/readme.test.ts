import { readdirSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Emulator, startEmulator } from '../emulator/emulator.ts';
import { blocks, readPage } from './docs/pages.ts';
import { type Facade, startFacade } from './support/facade.ts';

const readme = readPage('README.md');

let emulator: Emulator;
let facade: Facade;

beforeEach(async () => {
  // As `npm run demo` sets it up.
  emulator = await startEmulator();
  facade = await startFacade({
    sharedEmulator: emulator,
    env: {
      AUTH_MODE: 'open',
      GEAI_TOKENS: emulator.seeded.organizations[0]?.token ?? '',
      GEAI_BORROW_PROJECT_TOKENS: 'true',
    },
  });
});
afterEach(async () => {
  await facade.close();
  await emulator.close();
});

test('the query of the README returns the answer below it, in the calls that it names', async () => {
  const answer = await facade.query(blocks(readme, 'graphql')[0] ?? '');

  expect({ data: answer.data }).toEqual(JSON.parse(blocks(readme, 'json')[0] ?? ''));
  const calls = Object.values(facade.upstream()).reduce((sum, count) => sum + count, 0);
  expect(calls).toBe(4);
});

test('the README takes two minutes: 100 lines at most', () => {
  expect(readme.split('\n').length).toBeLessThanOrEqual(100);
});

test('the map of the README has every folder, and no other', () => {
  const folders = (path: string) =>
    readdirSync(new URL(`../${path}`, import.meta.url), { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && !/^(\.|node_modules$|dist$|generated$|scripts$)/.test(entry.name))
      .map(({ name }) => `${path}${name}/`);
  const map = readme.slice(readme.indexOf('## Folders'));
  const listed = [...map.matchAll(/`([\w/]+\/)`/g)].map(([, folder = '']) => folder);
  const all = [...folders('').filter((folder) => folder !== 'src/'), ...folders('src/')];

  expect([...new Set(listed)].filter((folder) => folder !== 'src/').sort()).toEqual(all.sort());
});

test('the operations for frontend developers read a page and create a token in the demo', async () => {
  const page = readPage('docs/frontend.md');
  const [pages = '', creation = ''] = blocks(page, 'graphql');
  const first = (await facade.query(pages)).data.organization.projects;
  expect([first.nodes.length > 0, first.pageInfo.endCursor]).toEqual([true, expect.any(String)]);
  const variables = JSON.parse(blocks(page, 'json')[0] ?? '');
  const { data, errors } = await facade.query(creation, { variables });

  expect(errors).toBeUndefined();
  expect(data.createApiToken).toMatchObject({ secret: expect.any(String), userErrors: [] });
});

test('the findings for owners of tokens are found in the demo', async () => {
  const query = blocks(readPage('docs/token-owner.md'), 'graphql').find((text) => text.includes('tokenFindings'));
  const { data, errors } = await facade.query(query ?? '');

  expect(errors).toBeUndefined();
  expect(data.organization.tokenFindings.nodes.length).toBeGreaterThan(0);
});

test('the costs for owners of tokens are summed in the demo', async () => {
  const query = blocks(readPage('docs/token-owner.md'), 'graphql').find((text) => text.includes('query Costs'));
  const { data, errors } = await facade.query(query ?? '', {
    variables: { window: { from: '2025-01-01T00:00:00Z', to: '2030-01-01T00:00:00Z' } },
  });

  expect(errors).toBeUndefined();
  expect(data.organization.usage.requests).toBeGreaterThan(0);
});
