import { configDefaults, defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: [
      ...configDefaults.exclude,
      // They start a `redis-server`: `npm run test:redis`.
      'test/**/*.redis.test.ts',
      // They take long: `npm run test:slow`.
      ...(process.env.SLOW ? [] : ['test/**/*.slow.test.ts']),
    ],
    testTimeout: 30_000,
    hookTimeout: 30_000,
    // One copy of graphql: without this our files and the libraries load two, and `instanceof GraphQLError` lies.
    alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }],
  },
});
