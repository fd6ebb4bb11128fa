import { createHash, randomUUID } from 'node:crypto';
import { unavailable } from '../errors.ts';
import { type Lock, StoreUnavailableError } from '../store/store.ts';
import { toResult } from '../values/result.ts';
import type { MutationContext } from './context.ts';
import { readEntry } from './idempotencyEntry.ts';

/** How far an undertaking came. Only ids, keyed hashes and times: never a secret. */
export interface IdempotencyEntry {
  /** Keyed by the same undertaking, so that it is known again when it comes with another input. */
  readonly input: string;
  readonly startedAt: number;
  /** When the creation was sent, milliseconds since 1970; null when it was not. */
  readonly sentAt: number | null;
  /** What was there before it was sent: hashes of tokens, or ids of projects. Null when the credential may not list them. */
  readonly before: readonly string[] | null;
  /** What came of it: the hash of a token, or the id of a project. Null when that is not known. */
  readonly result: string | null;
  /** Tokens that a new project came with. Absent while they are not known. */
  readonly tokens?: readonly KeptToken[] | undefined;
  /** Which rotation of its day it is, counted from 1. Absent when it is none. */
  readonly ordinal?: number | undefined;
  /** How often it was written. */
  readonly revision?: number | undefined;
  /** Whether a rotation was seen to have blocked the old token. It is not blocked again: who unblocked it since had a reason. */
  readonly isOldBlocked?: boolean | undefined;
}

/** A token as the record knows it again, also where lists mask values. */
export interface KeptToken {
  readonly tokenHash: string;
  /** Keyed hash of its name. */
  readonly nameHash: string;
}

/** The record of one creation, held by one request at a time. */
export interface IdempotencyRecord {
  /** Who owns what this undertaking creates: the same for every repetition of it. A hash: names hold what callers choose. */
  readonly owner: string;
  /** Whether it can be repeated. */
  readonly isKept: boolean;
  readonly entry: IdempotencyEntry | null;
  write(entry: IdempotencyEntry): Promise<void>;
  /** Forgets it: nothing was done. */
  drop(): Promise<void>;
}

/** The record was free, and `run` has ended. */
export interface Opened<T> {
  readonly kind: 'opened';
  readonly result: T;
}

/** Another request holds the record. */
export interface Busy {
  readonly kind: 'busy';
}

/** For how long an undertaking is known again. */
export const KEPT_MS = 24 * 60 * 60_000;
const FIRST_BACKOFF_MS = 50;
const MAX_BACKOFF_MS = 500;

/** A record that nobody will ask for again. */
export function transientRecord(): IdempotencyRecord {
  return new TransientRecord();
}

/** Does what the store is to know of an undertaking. One that cannot be repeated goes on without it: then the failure comes back. */
export async function noted<T>({ isKept }: IdempotencyRecord, work: () => Promise<T>): Promise<T | Error> {
  const outcome = await toResult(work);
  if (outcome instanceof Error && isKept) throw outcome;
  return outcome;
}

/**
 * Opens the record of that name for `run`, alone: until the answer of this request has left, nobody else has it, on any replica.
 * Busy when another held it for as long as `VERIFY_TIMEOUT_MS`. Throws `STATE_UNAVAILABLE` when the store cannot be used.
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

/** Keeps the lock until the answer leaves: only then is it known whether a secret was shown. */
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

/** Longer than a request can write: after its deadline it sends nothing any more. */
async function waitForLock(context: MutationContext, name: string): Promise<Lock | null> {
  const { store, session, verifyTimeoutMs, upstreamDeadlineMs, upstreamTimeoutMs } = context;
  const start = performance.now();
  for (let backoff = FIRST_BACKOFF_MS; ; backoff = Math.min(MAX_BACKOFF_MS, backoff * 2)) {
    const lock = await store.lock(name, upstreamDeadlineMs + upstreamTimeoutMs);
    if (lock) return lock;
    const timeLeft = verifyTimeoutMs - (performance.now() - start);
    if (timeLeft <= 0 || !(await session.pause(Math.min(backoff, timeLeft)))) return null;
  }
}

/** Two keys, so that a Redis which loses one of them, as one that evicts may, does not make a second creation of the first. */
function keysOf(name: string): string[] {
  return [name, `copy of ${name}`];
}

/** Of entries that differ, since the store failed between them, the one that was written last. */
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
    const timeLeft = entry.startedAt + KEPT_MS - Date.now();
    const written = { ...entry, revision: (this.entry?.revision ?? 0) + 1 };
    await this.#context.store.setAll(keysOf(this.#name), JSON.stringify(written), Math.max(1, timeLeft));
    this.entry = written;
  }

  async drop(): Promise<void> {
    for (const key of keysOf(this.#name)) await this.#context.store.delete(key);
    this.entry = null;
  }
}
