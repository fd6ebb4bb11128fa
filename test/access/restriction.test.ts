import { afterAll, beforeAll, test } from 'vitest';
import { plansAndFindingsAreOfWhatIsSeen } from './plansAndFindings.ts';
import { type Claimed, type Restricted, startRestricted } from './restricted.ts';
import { answersAsIfTheRestWereNotThere, leavesNoTrace } from './restriction.ts';

let situation: Restricted;

beforeAll(async () => {
  situation = await startRestricted();
});
afterAll(() => situation.close());

const CASES: readonly [Claimed, string][] = [
  ['organizations', 'memory'],
  ['projects', 'off'],
  ['projects', 'memory'],
  ['both', 'memory'],
];

test.each(CASES)(
  'with claims of %s and CACHE=%s, callers get what is theirs, as if the rest were not there',
  async (claimed, CACHE) => {
    const facade = await situation.facadeFor(claimed, { CACHE, GEAI_BORROW_PROJECT_TOKENS: 'true' });
    try {
      await answersAsIfTheRestWereNotThere(situation, [facade], claimed);
      await leavesNoTrace(situation, [facade], claimed);
      await plansAndFindingsAreOfWhatIsSeen(situation, [facade], claimed);
    } finally {
      await facade.close();
    }
  },
  600_000,
);
