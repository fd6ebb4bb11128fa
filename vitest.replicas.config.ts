import { defineConfig } from 'vitest/config';
import { shared } from './vitest.config.ts';

/** Replicas behind a balancer, one test at a time. They take `haproxy` and `redis-server` on the PATH. */
export default defineConfig({
  test: {
    ...shared,
    include: ['test/replicas/*.test.ts'],
    fileParallelism: false,
    testTimeout: 300_000,
    hookTimeout: 300_000,
  },
});
