import { closeSync, openSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { ConfigError } from '../config.ts';
import { fileFailure } from '../values/fileFailure.ts';
import { redactTokens } from '../values/secret.ts';
import { type Store, StoreUnavailableError } from './store.ts';

const SCHEMA = `
  PRAGMA locking_mode = EXCLUSIVE;
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = FULL;
  CREATE TABLE IF NOT EXISTS state (key TEXT PRIMARY KEY, value TEXT NOT NULL, expires_at INTEGER NOT NULL) STRICT;
  CREATE INDEX IF NOT EXISTS state_by_expiry ON state (expires_at);
  BEGIN EXCLUSIVE; COMMIT;
`;

/** Words on what the database says of a file that it cannot use. */
const SQLITE_FAILURES: readonly (readonly [failure: RegExp, why: string])[] = [
  [/locked|busy/i, 'is used by another process'],
  [/not a database|malformed/i, 'holds something else'],
  [/full/i, 'has no room on its disk'],
  [/readonly/i, 'this process may not write'],
];

const SWEEP_MS = 10 * 60_000;

/**
 * Keeps the state in a file, readable by its owner alone, or in memory. One process uses a file at a time: the system
 * drops its lock when the process ends. So locks of the state are not written to it. A value is on the disk when `set`
 * resolves. Throws `ConfigError` if the file cannot be used.
 */
export function sqliteStore(file: string | null, now: () => number = Date.now): Store {
  const database = openDatabase(file);
  const held = new Map<string, object>();
  const select = database.prepare('SELECT value FROM state WHERE key = ? AND expires_at > ?');
  const upsert = database.prepare('INSERT OR REPLACE INTO state (key, value, expires_at) VALUES (?, ?, ?)');
  const remove = database.prepare('DELETE FROM state WHERE key = ?');
  const expire = database.prepare('DELETE FROM state WHERE expires_at <= ?');

  const read = (key: string) => {
    const value = select.get(key, now())?.value;
    return typeof value === 'string' ? value : null;
  };
  const sweep = setInterval(() => void attempt(() => expire.run(now())).catch(() => undefined), SWEEP_MS).unref();

  return {
    get: (key) => attempt(() => read(key)),
    set: (key, value, ttlMs) => attempt(() => void upsert.run(key, value, now() + ttlMs)),
    // One thread and no pause in between: nobody can come between looking and setting.
    replace: (key, expected, value, ttlMs) =>
      attempt(() => {
        if (read(key) !== expected) return false;
        upsert.run(key, value, now() + ttlMs);
        return true;
      }),
    getAll: (keys) => attempt(() => keys.map(read)),
    // In one transaction: each one alone would wait for the disk.
    setAll: (keys, value, ttlMs) =>
      attempt(() => {
        database.exec('BEGIN');
        try {
          for (const key of keys) upsert.run(key, value, now() + ttlMs);
        } finally {
          // Values that were set are of use even if the rest failed.
          database.exec('COMMIT');
        }
      }),
    delete: (key) => attempt(() => void remove.run(key)),
    lock: async (key) => {
      if (held.has(key)) return null;
      const lock = {
        release: async () => {
          if (held.get(key) === lock) held.delete(key);
        },
      };
      held.set(key, lock);
      return lock;
    },
    close: async () => {
      clearInterval(sweep);
      database.close();
    },
  };
}

function openDatabase(file: string | null): DatabaseSync {
  try {
    if (file !== null) closeSync(openSync(file, 'a', 0o600));
    const database = new DatabaseSync(file ?? ':memory:');
    database.exec(SCHEMA);
    return database;
  } catch (error) {
    const known = SQLITE_FAILURES.find(([failure]) => failure.test(String(error)));
    const why = known?.[1] ?? fileFailure(error, true);
    throw new ConfigError([`STATE_FILE names a file that ${why}: ${redactTokens(file ?? ':memory:')}.`]);
  }
}

/** The database works at once, and fails by throwing. */
async function attempt<T>(work: () => T): Promise<T> {
  try {
    return work();
  } catch (error) {
    throw new StoreUnavailableError('the state file failed', { cause: error });
  }
}
