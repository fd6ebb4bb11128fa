import { vi } from 'vitest';

/**
 * Stops the clock that the product measures time by: what it remembers for a time, and when it asks again. Timers run on.
 * Returns what moves it on by milliseconds. It runs again after the test.
 */
export function stopTime(): (milliseconds: number) => void {
  let now = performance.now();
  vi.spyOn(performance, 'now').mockImplementation(() => now);
  return (milliseconds) => {
    now += milliseconds;
  };
}
