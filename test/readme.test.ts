import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Emulator, startEmulator } from '../emulator/emulator.ts';
import { type Facade, startFacade } from './support/facade.ts';

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');

/** The code blocks of a language, in order. */
const blocks = (language: string) =>
  [...readme.matchAll(new RegExp(`\`\`\`${language}\\n(.*?)\`\`\``, 'gs'))].map(([, text]) => text ?? '');

let emulator: Emulator;
let facade: Facade;

beforeAll(async () => {
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
afterAll(async () => {
  await facade.close();
  await emulator.close();
});

test('the first query of the README gives the answer printed below it, in the calls that it says', async () => {
  const answer = await facade.query(blocks('graphql')[0] ?? '');

  expect({ data: answer.data }).toEqual(JSON.parse(blocks('json')[0] ?? ''));
  const calls = Object.values(facade.upstream()).reduce((sum, count) => sum + count, 0);
  expect(calls).toBe(6);
});

test('the mutation of the README creates a token in the demo', async () => {
  const { data, errors } = await facade.query(blocks('graphql')[1] ?? '');

  expect(errors).toBeUndefined();
  expect(data.createApiToken).toMatchObject({ apiToken: { status: 'BLOCKED' }, userErrors: [] });
});

test('the findings of the README are found in the demo', async () => {
  const { data, errors } = await facade.query(blocks('graphql')[2] ?? '');

  expect(errors).toBeUndefined();
  expect(data.organization.tokenFindings.nodes.length).toBeGreaterThan(0);
});

test('every variable that the configuration reads is in the README, and no other', () => {
  const config = readFileSync(new URL('../src/config.ts', import.meta.url), 'utf8');
  const read = new Set([...config.matchAll(/'([A-Z]{2,}(?:_[A-Z]+)*)'/g)].map(([, name]) => name));
  const table = readme.slice(readme.indexOf('| variable |')).split('\n\n')[0] ?? '';
  const names = table
    .split('\n')
    .slice(2)
    .flatMap((row) => row.split('|')[1]?.match(/[A-Z]+(?:_[A-Z]+)*/g) ?? []);

  expect(names.sort()).toEqual([...read].sort());
});
