import config from './vitest.config.ts';

/** The tests that take a `redis-server` on the PATH. */
export default { test: { ...config.test, include: ['test/**/*.redis.test.ts'], exclude: [] } };
