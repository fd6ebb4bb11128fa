import { configDefaults, defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // They start a `redis-server`: `npm run test:redis`.
    exclude: [...configDefaults.exclude, 'test/**/*.redis.test.ts'],
    setupFiles: ['test/support/seed.ts'],
    testTimeout: 30_000,
    hookTimeout: 30_000,
    // One copy of graphql: without this our files and the libraries load two, and `instanceof GraphQLError` lies.
    alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }],
    // Loading the modules anew for each file took a third of the time. Whatever a test changes for all, it puts back.
    isolate: false,
    restoreMocks: true,
    maxWorkers: 2,
  },
});
