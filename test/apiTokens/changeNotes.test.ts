import { pino } from 'pino';
import { expect, onTestFinished, test, vi } from 'vitest';
import { CHANGES_KNOWN_MS, changedSince, changeKey, noteChanges } from '../../src/apiTokens/changeNotes.ts';
import { sqliteStore } from '../../src/store/sqlite.ts';
import { failingStore } from '../support/creating.ts';

const log = pino({ level: 'silent' });
const [A, B] = [changeKey('p', 'a'), changeKey('p', 'b')];

test('a change counts from the moment that it was sent, for as long as a plan holds', async () => {
  const now = vi.fn(() => 0);
  const store = sqliteStore(null, now);
  onTestFinished(() => store.close());
  await noteChanges({ store, log }, [A], 1_000);

  expect(await changedSince({ store, log }, [A, B], 1_000)).toEqual(new Set([A]));
  expect(await changedSince({ store, log }, [A, B], 1_001)).toEqual(new Set());
  now.mockReturnValue(CHANGES_KNOWN_MS - 1);
  expect(await changedSince({ store, log }, [B, A], 0)).toEqual(new Set([A]));
  now.mockReturnValue(CHANGES_KNOWN_MS);
  expect(await changedSince({ store, log }, [B, A], 0)).toEqual(new Set());
});

test('a store that fails undoes no change, and is told apart from one that knows of none', async () => {
  const store = failingStore();
  onTestFinished(() => store.close());
  store.failing.add('setAll').add('getAll');

  await noteChanges({ store, log }, [A], 1_000);

  expect(await changedSince({ store, log }, [A], 0)).toBeNull();
});
