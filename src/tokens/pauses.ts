/** The first pause between two looks at the platform, doubled each time, and the longest. */
export const FIRST_PAUSE_MS = 50;
const MAX_PAUSE_MS = 1_000;

/** The pause after one of so many milliseconds. */
export function nextPause(pause: number): number {
  return Math.min(MAX_PAUSE_MS, pause * 2);
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
