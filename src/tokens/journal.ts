import { randomUUID } from 'node:crypto';
import type { RequestContext } from '../context.ts';
import { unavailable } from '../errors.ts';
import { type Lock, StateUnavailableError } from '../state/store.ts';

/** How far an undertaking came. Only ids, keyed hashes and times: never a secret. */
export interface Entry {
  /** Keyed by the same undertaking, so that it is known again when it comes with another input. */
  readonly input: string;
  readonly startedAt: number;
  /** When the creation was sent, milliseconds since 1970; null when it was not. */
  readonly sentAt: number | null;
  /** What was there before it was sent: marks of tokens, or ids of projects. Null when the credential may not list them. */
  readonly before: readonly string[] | null;
  /** What came of it: the mark of a token, or the id of a project. Null when that is not known. */
  readonly result: string | null;
}

/** The journal of one creation, held by one request at a time. */
export interface Journal {
  /** Who owns what this undertaking creates: the same for every repetition of it. */
  readonly owner: string;
  readonly entry: Entry | null;
  write(entry: Entry): Promise<void>;
  /** Forgets it: nothing was done. */
  drop(): Promise<void>;
}

/** For how long an undertaking is known again. */
export const KEPT_MS = 24 * 60 * 60_000;
const PAUSE_MS = 50;
const MAX_PAUSE_MS = 500;

/** A journal that nobody will ask for again. */
export function looseJournal(): Journal {
  return new LooseJournal();
}

/**
 * Opens the journal of that name for `run`, alone: on all replicas, nobody else has it meanwhile. `BUSY` when another held it
 * for as long as `VERIFY_TIMEOUT_MS`. Throws `STATE_UNAVAILABLE` when the store cannot be used: nothing was done then.
 */
export async function withJournal<T>(
  context: RequestContext,
  name: string,
  run: (journal: Journal) => Promise<T>,
): Promise<T | 'BUSY'> {
  try {
    const lock = await waitForLock(context, name);
    if (!lock) return 'BUSY';
    try {
      const kept = await context.state.get(name);
      return await run(new KeptJournal(context, name, kept === null ? null : readEntry(kept)));
    } finally {
      await lock.release();
    }
  } catch (error) {
    if (!(error instanceof StateUnavailableError)) throw error;
    context.log.error({ err: error }, 'the state store is not available');
    throw unavailable(
      'STATE_UNAVAILABLE',
      'What makes this safe to repeat cannot be kept at the moment, so it was not begun or not finished. Repeat it as it is.',
    );
  }
}

/** Longer than a request can write: after its deadline it sends nothing any more. */
async function waitForLock(context: RequestContext, name: string): Promise<Lock | null> {
  const { state, session, verifyTimeoutMs, upstreamDeadlineMs, upstreamTimeoutMs } = context;
  const start = performance.now();
  for (let pause = PAUSE_MS; ; pause = Math.min(MAX_PAUSE_MS, pause * 2)) {
    const lock = await state.lock(name, upstreamDeadlineMs + upstreamTimeoutMs);
    if (lock) return lock;
    const timeLeft = verifyTimeoutMs - (performance.now() - start);
    if (timeLeft <= 0 || !(await session.pause(Math.min(pause, timeLeft)))) return null;
  }
}

class LooseJournal implements Journal {
  readonly owner: string = randomUUID();
  entry: Entry | null = null;

  async write(entry: Entry): Promise<void> {
    this.entry = entry;
  }

  async drop(): Promise<void> {
    this.entry = null;
  }
}

class KeptJournal implements Journal {
  readonly owner: string;
  readonly #context: RequestContext;
  entry: Entry | null;

  constructor(context: RequestContext, name: string, entry: Entry | null) {
    this.#context = context;
    this.owner = name;
    this.entry = entry;
  }

  async write(entry: Entry): Promise<void> {
    const timeLeft = entry.startedAt + KEPT_MS - Date.now();
    await this.#context.state.set(this.owner, JSON.stringify(entry), Math.max(1, timeLeft));
    this.entry = entry;
  }

  async drop(): Promise<void> {
    await this.#context.state.delete(this.owner);
    this.entry = null;
  }
}

/** Null for what another version wrote. */
function readEntry(text: string): Entry | null {
  const value: Partial<Record<keyof Entry, unknown>> = JSON.parse(text);
  const { input, startedAt, sentAt, before, result } = value;
  const isWhole =
    typeof input === 'string' && typeof startedAt === 'number' && (before === null || Array.isArray(before));
  if (!isWhole) return null;
  return {
    input,
    startedAt,
    sentAt: typeof sentAt === 'number' ? sentAt : null,
    before: before === null ? null : before.map(String),
    result: typeof result === 'string' ? result : null,
  };
}
