import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { startFacade } from '../support/facade.ts';
import { temporaryFile } from '../support/temporary.ts';

const [ONE, OTHER] = ['one-'.repeat(10), 'other-'.repeat(10)];

/** Starts a facade on the state and stops it. Answers with the warnings that name the setting. */
async function warningsOf(env: Record<string, string>): Promise<string[]> {
  const facade = await startFacade({ emulator: { organizations: 1, projects: 1 }, env });
  await facade.query('{ __typename }');
  await facade.close();
  expect(facade.log()).not.toMatch(/one-one|other-other/);
  return facade
    .log()
    .split('\n')
    .filter((line) => line.includes('ID_SECRET') && JSON.parse(line).level === 'warn');
}

test('a changed ID_SECRET on the same state file is said at start, and only when it changed', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'geai-id-secret-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'state.db');
  const on = { STATE_FILE: file, GEAI_BASE_URL: 'http://127.0.0.1:9' };

  expect(await warningsOf({ ...on, ID_SECRET: ONE })).toEqual([]);
  expect(await warningsOf({ ...on, ID_SECRET: ONE })).toEqual([]);
  const [warning, ...more] = await warningsOf({ ...on, ID_SECRET: OTHER });
  expect(JSON.parse(warning!).msg).toMatch(/^ID_SECRET is not the one .* every ApiToken.id is another one/);
  expect(more).toEqual([]);
  expect(await warningsOf({ ...on, ID_SECRET: OTHER })).toEqual([]);
  expect(await warningsOf({ ...on, ID_SECRET: ONE })).toHaveLength(1);
  expect(readFileSync(file, 'latin1')).not.toMatch(/one-one|other-other/);
});

test('a changed ID_SECRET is said in other words while ids of the former one are read', async () => {
  const file = temporaryFile('state.db');
  const on = { STATE_FILE: file, GEAI_BASE_URL: 'http://127.0.0.1:9' };

  expect(await warningsOf({ ...on, ID_SECRET: ONE, ID_SECRET_PREVIOUS: OTHER })).toEqual([]);
  const [warning, ...more] = await warningsOf({ ...on, ID_SECRET: OTHER, ID_SECRET_PREVIOUS: ONE });

  expect(JSON.parse(warning!).msg).toMatch(/^ID_SECRET is new on this state\. Ids .* are still read/);
  expect(more).toEqual([]);
});

test('a state in memory has nothing to say of it', async () => {
  expect(await warningsOf({ ID_SECRET: ONE })).toEqual([]);
});
