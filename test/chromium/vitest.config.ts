import { defineConfig } from 'vitest/config';
import { shared } from '../../vitest.config.ts';

export default defineConfig({
  test: {
    ...shared,
    root: `${import.meta.dirname}/../..`,
    include: ['test/chromium/*.test.ts'],
    // A browser takes a core of its own.
    maxWorkers: 1,
    testTimeout: 120_000,
    hookTimeout: 180_000,
    expect: { ...shared.expect, poll: { timeout: 20_000 } },
  },
});
