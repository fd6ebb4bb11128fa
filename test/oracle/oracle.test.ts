import { afterAll, beforeAll, test } from 'vitest';
import { answersAsTheDataIs } from './property.ts';
import { type Situation, startSituation } from './situation.ts';

let situation: Situation;

beforeAll(async () => {
  situation = await startSituation();
});

afterAll(() => situation.close());

test.each([
  { cache: 'off', borrowing: false },
  { cache: 'off', borrowing: true },
  { cache: 'memory', borrowing: false },
  { cache: 'memory', borrowing: true },
])(
  'with CACHE=$cache and borrowing $borrowing, every caller gets what the data says',
  async ({ cache, borrowing }) => {
    const facade = await situation.facade({ CACHE: cache, GEAI_BORROW_PROJECT_TOKENS: String(borrowing) });
    try {
      await answersAsTheDataIs(situation, [facade], borrowing);
    } finally {
      await facade.close();
    }
  },
  1_800_000,
);
