import { existsSync } from 'node:fs';
import { defineIntegrationTestSuite } from '@apollo/server-integration-testsuite';
import { expect, test } from 'vitest';
import { DIFFERENCES, LEFT_OUT } from './differences.ts';
import { suite } from './expectations.ts';
import { serve } from './httpLayer.ts';

defineIntegrationTestSuite(serve, { noIncrementalDelivery: true });

test('every declared difference is a test of the suite, and it leaves out what is declared', () => {
  expect(suite.unseen).toEqual([]);
  expect([...suite.leftOut].sort()).toEqual([...LEFT_OUT].sort());
  expect(suite.tests).toBeGreaterThan(200);
});

test.each(DIFFERENCES)('a declared difference names its decision: $decision', ({ decision }) => {
  expect(existsSync(new URL(`../../docs/decisions/${decision}`, import.meta.url))).toBe(true);
});
