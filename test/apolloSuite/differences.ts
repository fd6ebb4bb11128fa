/** Tests of the suite that fail here, by decision. Each must fail: one that passes is taken off the list. */
interface Difference {
  readonly reason: string;
  readonly decision: string;
  readonly tests: readonly string[];
}

export const DIFFERENCES: readonly Difference[] = [
  {
    reason:
      'A body that is no JSON is refused with 415 before it is read, so that no form or script of another site gets further. ' +
      'The suite wants the 400 of Apollo Server, which reads it first.',
    decision: '25-routers.md',
    tests: [
      'apolloServerTests.ts > CSRF prevention > default',
      'httpServerTests.ts > graphqlHTTP > throws an error if POST body is empty',
      'httpServerTests.ts > graphqlHTTP > throws an error if invalid content-type',
    ],
  },
  {
    reason: 'The status is 400 as wanted. The message says what the body has to be, in words of our own.',
    decision: '25-routers.md',
    tests: ['httpServerTests.ts > graphqlHTTP > throws an error if POST JSON is malformed'],
  },
  {
    reason: 'An answer that says nothing of caches says `no-store`: a proxy would decide by itself.',
    decision: '25-routers.md',
    tests: [
      'httpServerTests.ts > graphqlHTTP > cache-control > runs when cache-control is disabled',
      'httpServerTests.ts > graphqlHTTP > cache-control not set without any hints with if-cacheable',
    ],
  },
];

/** Groups and tests that the suite leaves out for a layer without incremental delivery, which the schema has no use for. */
export const LEFT_OUT: readonly string[] = [
  'apolloServerTests.ts > lifecycle > for Apollo usage reporting > traces > includes all fields with defer legacy',
  'apolloServerTests.ts > lifecycle > for Apollo usage reporting > traces > includes all fields with defer modern',
  'httpServerTests.ts > incremental delivery',
];
