import type { PlatformSession } from '../platform/client/session.ts';

/** Delays between two polls of the platform: the first, doubled each time, and the longest. */
export const FIRST_BACKOFF_MS = 50;
const MAX_BACKOFF_MS = 1_000;

/** The pause after one of so many milliseconds. */
export function nextBackoff(backoff: number): number {
  return Math.min(MAX_BACKOFF_MS, backoff * 2);
}

/** Time that a look has at least, also at the end of a watch or in one of no length. */
export const MIN_POLL_TIMEOUT_MS = 1_000;

/** Time that a look may take which begins so long after the watch began. */
export function pollTimeoutMs(pollForMs: number, elapsedMs: number): number {
  return Math.max(MIN_POLL_TIMEOUT_MS, pollForMs - elapsedMs);
}

/**
 * Looks again and again with growing pauses, until `look` answers that it has seen enough, the time is over, the deadline of the
 * request is reached, or the caller went away. `look` is told how many milliseconds it may take, and how many have passed.
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

/** Looks taken within so many milliseconds at most, the first and the last included, however fast the platform answers. */
export function maxPolls(pollForMs: number): number {
  let polls = 2;
  for (let [elapsed, backoff] = [0, FIRST_BACKOFF_MS]; elapsed < pollForMs; backoff = nextBackoff(backoff)) {
    elapsed += backoff;
    polls += 1;
  }
  // One more than pauses fit in: timers may fire a little early, so that the rest of the time takes one of its own.
  return polls;
}
