import { createHash, randomUUID } from 'node:crypto';
import { unavailable } from '../errors.ts';
import { type Lock, StoreUnavailableError } from '../store/store.ts';
import { toResult } from '../values/result.ts';
import { pollUntil } from './backoff.ts';
import type { MutationContext } from './context.ts';
import { readEntry } from './idempotencyEntry.ts';

/** Progress of a creation. Holds ids, keyed hashes and times; never a secret. */
export interface IdempotencyEntry {
  /** Hash of the input, to recognize a key that comes with another input. */
  readonly input: string;
  readonly startedAt: number;
  /** Time of sending in milliseconds since 1970. Null if it was not sent. */
  readonly sentAt: number | null;
  /** Hashes of the tokens, or ids of the projects, before sending. Null if the credential may not list them. */
  readonly before: readonly string[] | null;
  /** Hash of the token, or id of the project, that was created. Null if it is not known. */
  readonly result: string | null;
  /** Tokens that a new project came with. Absent while they are not known. */
  readonly tokens?: readonly KeptToken[] | undefined;
  /** Number of the rotation on its day, counted from 1. Absent for other creations. */
  readonly ordinal?: number | undefined;
  /** Number of times that it was written. */
  readonly revision?: number | undefined;
  /** True if a rotation has blocked the old token. No second block follows: somebody unblocked it for a reason. */
  readonly isOldBlocked?: boolean | undefined;
}

/** Token of a new project, recognizable in lists that mask values. */
export interface KeptToken {
  readonly tokenHash: string;
  /** Keyed hash of its name. */
  readonly nameHash: string;
}

/** Record of one creation, held by one request at a time. */
export interface IdempotencyRecord {
  /** Owner of what is created, the same for each repetition: a hash, since names hold text of callers. */
  readonly owner: string;
  /** True if the creation can be repeated. */
  readonly isKept: boolean;
  readonly entry: IdempotencyEntry | null;
  write(entry: IdempotencyEntry): Promise<void>;
  /** Deletes the record of a creation that changed nothing. */
  drop(): Promise<void>;
}

/** Result of `run`. */
interface Opened<T> {
  readonly kind: 'opened';
  readonly result: T;
}

/** Answer while another request holds the record. */
interface Busy {
  readonly kind: 'busy';
}

/** Time that a record is kept, in milliseconds. */
export const RECORD_KEPT_MS = 24 * 60 * 60_000;

/** Returns a record that is not kept. */
export function transientRecord(): IdempotencyRecord {
  return new TransientRecord();
}

/** Runs a write to the store. A creation that cannot be repeated goes on without it, and the error is returned. */
export async function noted<T>({ isKept }: IdempotencyRecord, work: () => Promise<T>): Promise<T | Error> {
  const outcome = await toResult(work);
  if (outcome instanceof Error && isKept) throw outcome;
  return outcome;
}

/**
 * Runs `run` alone with the record of that name. Other requests, on every replica, wait until the answer has left. Busy if
 * another request holds it for `VERIFY_TIMEOUT_MS`. Throws `STATE_UNAVAILABLE` if the store fails.
 */
export async function withIdempotencyRecord<T>(
  context: MutationContext,
  name: string,
  run: (idempotency: IdempotencyRecord) => Promise<T>,
): Promise<Opened<T> | Busy> {
  try {
    // Fields of one mutation run one after the other.
    const isOurs = context.departure.has(name);
    const lock = isOurs ? null : await waitForLock(context, name);
    if (!lock && !isOurs) return { kind: 'busy' };
    const result = await holding(context, name, lock, async () => {
      const kept = await context.store.getAll(keysOf(name));
      return run(
        new StoredRecord(context, name, latest(kept.flatMap((text) => (text === null ? [] : readEntry(text))))),
      );
    });
    return { kind: 'opened', result };
  } catch (error) {
    if (!(error instanceof StoreUnavailableError)) throw error;
    context.log.error({ err: error }, 'the store is not available');
    throw unavailable(
      'STATE_UNAVAILABLE',
      'The state that makes this safe to repeat cannot be kept at the moment. The change was not begun or not finished. Repeat it as it is.',
    );
  }
}

/** Keeps the lock until the answer leaves: only then is the disclosure of the secret known. */
async function holding<T>(
  { departure }: MutationContext,
  name: string,
  lock: Lock | null,
  run: () => Promise<T>,
): Promise<T> {
  const release = async () => lock?.release();
  try {
    const outcome = await run();
    if (lock) departure.add({ name, beforeSending: release, unsent: release });
    return outcome;
  } catch (error) {
    await release();
    throw error;
  }
}

/** The lock outlives every write of the request: after its deadline it sends nothing. */
async function waitForLock(context: MutationContext, name: string): Promise<Lock | null> {
  const { store, session, settings } = context;
  const { verifyTimeoutMs, upstreamDeadlineMs, upstreamTimeoutMs } = settings;
  let lock: Lock | null = null;
  await pollUntil(session, verifyTimeoutMs, async () => {
    lock = await store.lock(name, upstreamDeadlineMs + upstreamTimeoutMs);
    return lock !== null;
  });
  return lock;
}

/** Returns two keys, so that a Redis that evicts one does not cause a second creation. */
function keysOf(name: string): string[] {
  return [name, `copy of ${name}`];
}

/** Returns the entry that was written last. Copies differ if the store failed between two writes. */
function latest(entries: readonly IdempotencyEntry[]): IdempotencyEntry | null {
  const [latest = null] = entries.toSorted((one, other) => (other.revision ?? 0) - (one.revision ?? 0));
  return latest;
}

class TransientRecord implements IdempotencyRecord {
  readonly owner: string = randomUUID();
  readonly isKept = false;
  entry: IdempotencyEntry | null = null;

  async write(entry: IdempotencyEntry): Promise<void> {
    this.entry = entry;
  }

  async drop(): Promise<void> {
    this.entry = null;
  }
}

class StoredRecord implements IdempotencyRecord {
  readonly owner: string;
  readonly isKept = true;
  readonly #context: MutationContext;
  readonly #name: string;
  entry: IdempotencyEntry | null;

  constructor(context: MutationContext, name: string, entry: IdempotencyEntry | null) {
    this.owner = createHash('sha256').update(name).digest('base64url');
    this.#context = context;
    this.#name = name;
    this.entry = entry;
  }

  async write(entry: IdempotencyEntry): Promise<void> {
    const timeLeft = entry.startedAt + RECORD_KEPT_MS - Date.now();
    const written = { ...entry, revision: (this.entry?.revision ?? 0) + 1 };
    await this.#context.store.setAll(keysOf(this.#name), JSON.stringify(written), Math.max(1, timeLeft));
    this.entry = written;
  }

  async drop(): Promise<void> {
    for (const key of keysOf(this.#name)) await this.#context.store.delete(key);
    this.entry = null;
  }
}
