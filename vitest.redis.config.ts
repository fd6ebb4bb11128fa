import { defineConfig } from 'vitest/config';
import { shared } from './vitest.config.ts';

/** The tests that take a `redis-server` on the PATH. */
export default defineConfig({ test: { ...shared, include: ['test/**/*.redis.test.ts'] } });
