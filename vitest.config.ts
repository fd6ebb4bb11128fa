import { accessSync } from 'node:fs';
import { configDefaults, defineConfig } from 'vitest/config';
import { INTERVAL_MS, PATIENCE_MS } from './test/support/patience.ts';

/** What all tests run under. */
export const shared = {
  setupFiles: ['test/support/setup.ts'],
  testTimeout: 120_000,
  hookTimeout: 120_000,
  expect: {
    // A test whose assertions never ran fails.
    requireAssertions: true,
    poll: { timeout: PATIENCE_MS, interval: INTERVAL_MS },
  },
  // One copy of graphql: without this our files and the libraries load two, and `instanceof GraphQLError` lies.
  alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }],
  // Loading the modules anew for each file took a third of the time. Whatever a test changes for all, it puts back.
  isolate: false,
  restoreMocks: true,
  // One more than CI has cores: tests wait for a tenth of a second here and there.
  maxWorkers: 3,
  // Tests of a file run in any order. One seed in every run, as for properties: `TEST_SEED` sets another.
  sequence: { shuffle: { tests: true }, seed: Number(process.env.TEST_SEED ?? 1) },
};

/** Suites that run a second time with memory on: `npm run test:memory`. */
const REMEMBERING = ['test/credentials', 'test/projects', 'test/apiTokens'];

/** They start a `redis-server`: `npm run test:redis`. */
const REDIS = 'test/**/*.redis.test.ts';

/** They drive Chromium, with packages of their own: `npm run test:browser`. */
const CHROMIUM = 'test/chromium/**';

/** They start replicas behind HAProxy: `npm run test:replicas`. */
const REPLICAS = 'test/replicas/**';

/** Long by nature: they start processes, fill a heap, or look at hostile documents of growing size. `npm run test:long`. */
const LONG = [
  'test/apiTokens/rotationKilled.test.ts',
  'test/bench/answers.test.ts',
  'test/bench/processTree.test.ts',
  'test/bulk/killed.test.ts',
  'test/bulk/wholeOrganization.test.ts',
  'test/deploy/served.test.ts',
  'test/emulator/main.test.ts',
  'test/growth/outsideText.test.ts',
  'test/growth/server.test.ts',
  'test/observing/loading.test.ts',
  'test/observing/report.test.ts',
  'test/runtime/hangup.test.ts',
  'test/runtime/main.test.ts',
  'test/runtime/outbound.test.ts',
  'test/runtime/scripts.test.ts',
  'test/runtime/shortLived.test.ts',
  'test/runtime/shutdown.test.ts',
  'test/secretsInMemory.test.ts',
];
// A pattern that matches nothing would drop a suite without a word.
for (const path of [...REMEMBERING, ...LONG]) accessSync(path);

export default defineConfig({
  test: {
    ...shared,
    projects: [
      {
        extends: true,
        test: {
          name: 'all',
          include: ['test/**/*.test.ts', 'tools/**/*.test.ts'],
          exclude: [...configDefaults.exclude, REDIS, CHROMIUM, REPLICAS, ...LONG],
        },
      },
      { extends: true, test: { name: 'long', include: LONG } },
      // Random by nature, each with a seed: `npm run test:fuzz` and `npm run test:chaos`.
      { extends: true, test: { name: 'fuzz', include: ['test/fuzz/*.fuzz.ts'] } },
      { extends: true, test: { name: 'chaos', include: ['test/chaos/*.chaos.ts'] } },
      {
        extends: true,
        test: {
          // People run the facade with memory on; the others see the calls of each request better without.
          name: 'memory',
          env: { TEST_CACHE: 'memory' },
          include: REMEMBERING.map((folder) => `${folder}/**/*.test.ts`),
          exclude: [...configDefaults.exclude, REDIS, REPLICAS, ...LONG],
        },
      },
    ],
  },
});
