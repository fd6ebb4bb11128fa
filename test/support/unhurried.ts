import { vi } from 'vitest';
import { KEPT_MS } from '../../src/platform/client/endpoint.ts';
import { INTERVAL_MS, PATIENCE_MS } from './patience.ts';

// What depends on the speed of the machine, for all tests, before the modules under test are loaded.

/** Time for which the product keeps answers, in milliseconds. */
export const TRUE_KEPT_MS = KEPT_MS.forSeconds;

// Longer than a file of tests takes: a token that is forgotten between two requests costs a call that no test means.
Object.assign(KEPT_MS, { forSeconds: 120_000 });

const { waitUntil, waitFor } = vi;
const patiently = <Options extends object>(options?: number | Options) =>
  typeof options === 'number' ? options : { timeout: PATIENCE_MS, interval: INTERVAL_MS, ...options };
vi.waitUntil = (condition, options) => waitUntil(condition, patiently(options));
vi.waitFor = (check, options) => waitFor(check, patiently(options));
