import { accessSync } from 'node:fs';
import { configDefaults, defineConfig } from 'vitest/config';

/** What all tests run under. */
export const shared = {
  setupFiles: ['test/support/seed.ts'],
  testTimeout: 30_000,
  hookTimeout: 30_000,
  // One copy of graphql: without this our files and the libraries load two, and `instanceof GraphQLError` lies.
  alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }],
  // Loading the modules anew for each file took a third of the time. Whatever a test changes for all, it puts back.
  isolate: false,
  restoreMocks: true,
  maxWorkers: 2,
};

/** Suites that run a second time with memory on. */
const REMEMBERING = ['test/credentials', 'test/projects', 'test/apiTokens'];
// A pattern that matches nothing would drop a suite without a word.
for (const folder of REMEMBERING) accessSync(folder);

/** They start a `redis-server`: `npm run test:redis`. */
const REDIS = 'test/**/*.redis.test.ts';

export default defineConfig({
  test: {
    ...shared,
    projects: [
      {
        extends: true,
        test: {
          name: 'all',
          include: ['test/**/*.test.ts', 'tools/**/*.test.ts'],
          exclude: [...configDefaults.exclude, REDIS],
        },
      },
      {
        extends: true,
        test: {
          // People run the facade with memory on; the others see the calls of each request better without.
          name: 'memory on',
          env: { TEST_CACHE: 'memory' },
          include: REMEMBERING.map((folder) => `${folder}/**/*.test.ts`),
          // The program that is killed has its memory on in any case.
          exclude: [...configDefaults.exclude, REDIS, 'test/**/*Killed.test.ts'],
        },
      },
    ],
  },
});
