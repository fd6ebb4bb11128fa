import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createSubgraph } from '../../src/subgraph.ts';
import type { Facade } from '../support/facade.ts';
import { operations } from './operations.ts';
import { accessOf, comparable, type Situation, startSituation } from './situation.ts';

/** Raised by `npm run test:oracle`. */
const RUNS = Number(process.env.ORACLE_RUNS ?? 120);

let situation: Situation;

beforeAll(async () => {
  situation = await startSituation();
}, 60_000);

afterAll(() => situation.close());

describeLayers('off', 'memory');

/** Every layer of memory answers as the data is. */
function describeLayers(...layers: string[]): void {
  for (const cache of layers) {
    for (const borrowing of [false, true]) {
      test(`with CACHE=${cache} and borrowing ${borrowing ? 'on' : 'off'}, every caller gets what the data says, again and again and beside another`, async () => {
        const env = { CACHE: cache, GEAI_BORROW_PROJECT_TOKENS: String(borrowing) };
        const facade = await situation.facade(env);
        try {
          await holds(facade, borrowing);
        } finally {
          await facade.close();
        }
      }, 600_000);
    }
  }
}

async function holds(facade: Facade, borrowing: boolean): Promise<void> {
  const caller = fc.constantFrom(...Object.keys(situation.callers));
  const property = fc.asyncProperty(
    operations(createSubgraph(), situation.operationOptions),
    caller,
    caller,
    async (operation, one, another) => {
      const check = async (name: string) => {
        const who = situation.callers[name]!;
        const expected = await situation.oracle.answer(operation, accessOf(situation, who, borrowing));
        const answer = await facade.query(operation.document, { ...who.request, variables: operation.variables });
        expect(comparable(answer)).toEqual(comparable(expected));
      };
      // Four executions of one document, so that every stage of its life is compared: parsed, cached, compiled.
      await check(one);
      await Promise.all([check(one), check(another)]);
      await check(one);
    },
  );
  await fc.assert(property, { numRuns: RUNS });
}
