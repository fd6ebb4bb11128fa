import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createSubgraph } from '../../src/graphql/schema.ts';
import { inPlainNames, PREFIXES } from '../support/prefixed.ts';
import { operations } from './operations.ts';
import { answersAsTheDataIs, RUNS } from './property.ts';
import { type Situation, startSituation } from './situation.ts';

const BORROWING = { GEAI_BORROW_PROJECT_TOKENS: 'true' };

let situation: Situation;

beforeAll(async () => {
  situation = await startSituation();
});

afterAll(() => situation.close());

test('under prefixes, every caller gets what the data says', async () => {
  const facade = await situation.facade({ ...PREFIXES, ...BORROWING, CACHE: 'off' });
  try {
    await answersAsTheDataIs(situation, [inPlainNames(facade)], true);
  } finally {
    await facade.close();
  }
}, 1_800_000);

test('under prefixes, an operation costs the calls that it costs without', async () => {
  const env = { ...BORROWING, CACHE: 'off' };
  const plain = await situation.facade(env);
  const prefixed = inPlainNames(await situation.facade({ ...env, ...PREFIXES }));
  const { request } = situation.callers['acme and a project']!;
  const callsOf = async ({ query, emulator, upstream }: typeof plain, document: string, variables: object) => {
    emulator.resetCalls();
    const headers = { ...request.headers, 'geai-explain': 'upstream' };
    const { text } = await query(document, { ...request, headers, variables: { ...variables } });
    // What tokens are is remembered for a time of its own at each server.
    const { 'GET /v1/accessControl/apitoken/validate': _, ...made } = upstream();
    return { made, planned: JSON.parse(text).extensions?.upstream.planned };
  };
  const property = fc.asyncProperty(
    operations(createSubgraph(), situation.operationOptions),
    async ({ document, variables }) => {
      const calls = await callsOf(plain, document, variables);

      expect(await callsOf(prefixed, document, variables)).toEqual(calls);
    },
  );
  try {
    await fc.assert(property, { numRuns: RUNS });
  } finally {
    await Promise.all([plain.close(), prefixed.close()]);
  }
}, 1_800_000);
