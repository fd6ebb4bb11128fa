import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { ConfigError } from '../../src/config.ts';
import { withHashedKeys } from '../../src/store/open.ts';
import { sqliteStore } from '../../src/store/sqlite.ts';
import { StoreUnavailableError } from '../../src/store/store.ts';
import { Secret } from '../../src/values/secret.ts';
import { describeStore } from './contract.ts';

function temporaryFile(): string {
  const folder = mkdtempSync(join(tmpdir(), 'geai-state-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return join(folder, 'state.db');
}

describe('a store in memory', () => {
  describeStore(async () => {
    const store = sqliteStore(null);
    onTestFinished(() => store.close());
    return [store, store];
  });
});

test('a value in a file is there after a restart, and its locks are not', async () => {
  const file = temporaryFile();
  const before = sqliteStore(file);
  await before.set('key', 'value', 60_000);
  await before.lock('key', 60_000);
  await before.close();
  const after = sqliteStore(file);
  onTestFinished(() => after.close());

  expect(await after.get('key')).toBe('value');
  expect(await after.lock('key', 60_000)).not.toBeNull();
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

test('values whose time is over leave the file', async () => {
  vi.useFakeTimers({ toFake: ['Date', 'setInterval', 'clearInterval'] });
  onTestFinished(() => void vi.useRealTimers());
  const file = temporaryFile();
  const store = sqliteStore(file);
  await store.set('over', 'value', 60_000);
  await store.set('lasting', 'value', 3_600_000);
  await vi.advanceTimersByTimeAsync(15 * 60_000);
  await store.close();

  const database = new DatabaseSync(file);
  onTestFinished(() => database.close());
  expect(database.prepare('SELECT key FROM state').all()).toEqual([{ key: 'lasting' }]);
});

test('a file that fails later is a store that is unavailable', async () => {
  const store = sqliteStore(temporaryFile());
  await store.close();

  await expect(store.get('key')).rejects.toThrow(StoreUnavailableError);
  await expect(store.setAll(['key'], 'value', 60_000)).rejects.toThrow(StoreUnavailableError);
});

test('a value outlives a process that is killed right afterwards', async () => {
  const file = temporaryFile();
  const module = new URL('../../src/store/sqlite.ts', import.meta.url).href;
  const script = `import { sqliteStore } from '${module}';
    const store = sqliteStore(process.argv[1]);
    await store.set('key', 'value', 60_000);
    process.kill(process.pid, 'SIGKILL');`;
  const { signal } = spawnSync(process.execPath, ['--input-type=module', '-e', script, file]);
  const after = sqliteStore(file);
  onTestFinished(() => after.close());

  expect(signal).toBe('SIGKILL');
  expect(await after.get('key')).toBe('value');
});

test('a file that another process uses, or that is something else, is said in plain words', async () => {
  const file = temporaryFile();
  const store = sqliteStore(file);
  onTestFinished(() => store.close());
  const other = temporaryFile();
  writeFileSync(other, 'x'.repeat(5_000));

  expect(() => sqliteStore(file)).toThrow(/STATE_FILE names a file that is used by another process/);
  expect(() => sqliteStore(other)).toThrow(ConfigError);
  expect(() => sqliteStore(other)).toThrow(/STATE_FILE names a file that holds something else/);
  expect(() => sqliteStore('/')).toThrow(/STATE_FILE names a file that is a folder/);
  expect(() => sqliteStore('/nowhere/state')).toThrow(/STATE_FILE names a file that has no folder/);
});

test('keys are kept as hashes', async () => {
  const file = temporaryFile();
  const store = withHashedKeys(sqliteStore(file), new Secret('x'.repeat(32)));
  await store.set('chosen by a caller', 'value', 60_000);
  expect(await store.get('chosen by a caller')).toBe('value');
  await store.close();

  expect(readFileSync(file, 'latin1')).not.toContain('chosen');
});
