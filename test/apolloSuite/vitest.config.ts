import { defineConfig } from 'vitest/config';
import { shared } from '../../vitest.config.ts';

const root = `${import.meta.dirname}/../..`;

export default defineConfig({
  // The server under test is the one that the facade has.
  resolve: { dedupe: ['@apollo/server', 'graphql'] },
  test: {
    ...shared,
    root,
    include: ['test/apolloSuite/*.suite.ts'],
    // One test runs a part of the suite in another process.
    testTimeout: 120_000,
    // The tests are Apollo's.
    expect: { ...shared.expect, requireAssertions: false },
    alias: [...shared.alias, { find: '@jest/globals', replacement: `${import.meta.dirname}/jestGlobals.ts` }],
    server: { deps: { inline: [/@apollo\/server-integration-testsuite/] } },
  },
});
