import type { PlatformSession } from '../platform/client/session.ts';

/** The first pause between two looks at the platform, doubled each time, and the longest. */
export const FIRST_PAUSE_MS = 50;
const MAX_PAUSE_MS = 1_000;

/** The pause after one of so many milliseconds. */
export function nextPause(pause: number): number {
  return Math.min(MAX_PAUSE_MS, pause * 2);
}

/** Time that a look has at least, also at the end of a watch or in one of no length. */
export const LEAST_LOOK_MS = 1_000;

/** Time that a look may take which begins so long after the watch began. */
export function lookMs(watchMs: number, elapsedMs: number): number {
  return Math.max(LEAST_LOOK_MS, watchMs - elapsedMs);
}

/**
 * Looks again and again with growing pauses, until `look` answers that it has seen enough, the time is over, the deadline of the
 * request is reached, or the caller went away. `look` is told how many milliseconds it may take, and how many have passed.
 */
export async function watch(
  session: Pick<PlatformSession, 'pause'>,
  watchMs: number,
  look: (withinMs: number, elapsed: () => number) => Promise<boolean>,
): Promise<void> {
  const start = performance.now();
  const elapsed = () => performance.now() - start;
  for (let pause = FIRST_PAUSE_MS; ; pause = nextPause(pause)) {
    if (await look(lookMs(watchMs, elapsed()), elapsed)) return;
    const timeLeft = watchMs - elapsed();
    if (timeLeft <= 0 || !(await session.pause(Math.min(pause, timeLeft)))) return;
  }
}

/** Looks taken within so many milliseconds at most, the first and the last included, however fast the platform answers. */
export function mostLooks(watchMs: number): number {
  let looks = 2;
  for (let [elapsed, pause] = [0, FIRST_PAUSE_MS]; elapsed < watchMs; pause = nextPause(pause)) {
    elapsed += pause;
    looks += 1;
  }
  // One more than pauses fit in: timers may fire a little early, so that the rest of the time takes one of its own.
  return looks;
}
