import { configDefaults, defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // They take minutes: `npm run test:slow`.
    exclude: process.env.SLOW ? configDefaults.exclude : [...configDefaults.exclude, 'test/**/*.slow.test.ts'],
    testTimeout: 30_000,
    hookTimeout: 30_000,
    // One copy of graphql: without this our files and the libraries load two, and `instanceof GraphQLError` lies.
    alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }],
  },
});
