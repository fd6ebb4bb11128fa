import type { PlatformSession } from '../platform/client/session.ts';

/** Delays between two polls of the platform: the first, doubled each time, and the longest. */
export const FIRST_BACKOFF_MS = 50;
const MAX_BACKOFF_MS = 1_000;

export function nextBackoff(backoff: number): number {
  return Math.min(MAX_BACKOFF_MS, backoff * 2);
}

/** Shortest timeout of a poll in milliseconds, also at the end of the polling. */
const MIN_POLL_TIMEOUT_MS = 1_000;

/** Timeout of a poll in milliseconds, from the time that polling has taken. */
export function pollTimeoutMs(pollForMs: number, elapsedMs: number): number {
  return Math.max(MIN_POLL_TIMEOUT_MS, pollForMs - elapsedMs);
}

/**
 * Calls `attempt` with growing delays until it returns true. Ends early at `pollForMs`, at the deadline of the request, or when
 * the caller has gone away. `attempt` takes its timeout and the elapsed milliseconds.
 */
export async function pollUntil(
  session: Pick<PlatformSession, 'pause'>,
  pollForMs: number,
  attempt: (withinMs: number, elapsed: () => number) => Promise<boolean>,
): Promise<void> {
  const start = performance.now();
  const elapsed = () => performance.now() - start;
  for (let backoff = FIRST_BACKOFF_MS; ; backoff = nextBackoff(backoff)) {
    if (await attempt(pollTimeoutMs(pollForMs, elapsed()), elapsed)) return;
    const timeLeft = pollForMs - elapsed();
    if (timeLeft <= 0 || !(await session.pause(Math.min(backoff, timeLeft)))) return;
  }
}

/** Number of polls within `pollForMs` at most, the first and the last included. */
export function maxPolls(pollForMs: number): number {
  let polls = 2;
  for (let [elapsed, backoff] = [0, FIRST_BACKOFF_MS]; elapsed < pollForMs; backoff = nextBackoff(backoff)) {
    elapsed += backoff;
    polls += 1;
  }
  // Timers may fire early, so that the rest of the time takes a poll of its own.
  return polls;
}
