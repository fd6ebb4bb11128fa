import { afterAll, beforeAll, expect, test } from 'vitest';
import { DEFAULT_LIMITS } from '../../src/limits/limits.ts';
import { codes, type Facade, startFacade } from '../support/facade.ts';

let facade: Facade;

beforeAll(async () => {
  facade = await startFacade({ emulator: { projects: 1 } });
});
afterAll(() => facade.close());

/** As many repetitions of `text`, of so many tokens each, as the biggest document has room for. */
const fill = (tokens: number, text: (index: number) => string) =>
  Array.from({ length: Math.floor((DEFAULT_LIMITS.tokens - 20) / tokens) }, (_, index) => text(index)).join(' ');

/**
 * Fields of one response name are compared each with each: within the bound on tokens that would be millions of steps.
 * graphql-js counts them and stops, so that the size is bounded and no clock need be read.
 */
test.each([
  ['a field', () => `{ organization { ${fill(1, () => 'id')} } }`],
  ['a field with others below', () => `{ organization { ${fill(4, () => 'projects { totalCount }')} } }`],
  ['deeply', () => `{ organization { ${fill(7, () => 'projects { nodes { id } }')} } }`],
])('a document of the biggest size that repeats %s is given up on, with a clear code', async (_what, document) => {
  const answer = await facade.query(document(), { token: facade.emulator.seeded.organizations[0]!.token });

  expect(answer.status).toBe(400);
  expect(answer.data).toBeUndefined();
  expect(codes(answer)).toEqual(['TOO_MANY_REPEATED_FIELDS']);
  expect(facade.upstream()).toEqual({});
});
