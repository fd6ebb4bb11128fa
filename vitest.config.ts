import { configDefaults, defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // These start a redis-server of their own: `npm run test:redis`.
    exclude: process.env.WITH_REDIS ? configDefaults.exclude : [...configDefaults.exclude, 'test/**/*.redis.test.ts'],
    testTimeout: 30_000,
    hookTimeout: 30_000,
    // One copy of graphql: without this our files and the libraries load two, and `instanceof GraphQLError` lies.
    alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }],
  },
});
