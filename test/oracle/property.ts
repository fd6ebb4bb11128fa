import fc from 'fast-check';
import { expect } from 'vitest';
import { createSubgraph } from '../../src/graphql/schema.ts';
import type { Facade } from '../support/facade.ts';
import { operations } from './operations.ts';
import { accessOf, comparable, type Situation } from './situation.ts';

/** How many random operations each test tries. Raised by `npm run test:oracle`. */
export const RUNS = Number(process.env.ORACLE_RUNS ?? 40);

/**
 * Whatever callers ask, they get what the data says: the first time a document comes, beside others, and when it has come so
 * often that it is compiled. With several replicas, each execution goes to the next one.
 */
export async function answersAsTheDataIs(
  situation: Situation,
  replicas: readonly Facade[],
  borrowing: boolean,
): Promise<void> {
  const caller = fc.constantFrom(...Object.keys(situation.callers));
  const operation = operations(createSubgraph(), situation.operationOptions);
  let turn = 0;
  const property = fc.asyncProperty(operation, caller, caller, async (asked, one, another) => {
    const check = async (name: string) => {
      const who = situation.callers[name]!;
      const facade = replicas[turn++ % replicas.length]!;
      const expected = await situation.oracle.answer(asked, accessOf(situation, who, borrowing));
      const answer = await facade.query(asked.document, { ...who.request, variables: asked.variables });
      expect(comparable(answer)).toEqual(comparable(expected));
    };
    await check(one);
    await Promise.all([check(one), check(another)]);
    await Promise.all([check(another), check(one)]);
  });
  await fc.assert(property, { numRuns: RUNS });
}
