import fc from 'fast-check';
import { expect } from 'vitest';
import { PERMISSIONS, type Permission } from '../../src/access/permissions.ts';
import { createSubgraph } from '../../src/graphql/schema.ts';
import { operations } from '../oracle/operations.ts';
import { comparable } from '../oracle/situation.ts';
import type { Facade } from '../support/facade.ts';
import { accessWithin, type Claimed, type Claims, claimsOf, type Restricted } from './restricted.ts';
import { promptsOf, traces, tracesIn } from './traces.ts';

/** How many random operations each test tries. Raised by `npm run test:oracle`. */
const RUNS = Number(process.env.ORACLE_RUNS ?? 10);

/** What callers who identify by a token of the company are told of themselves is tested apart. */
const TESTED_APART = ['Query.viewer'];

/** Runs each random operation as two random callers: alone, side by side on one replica or two, and often enough to be compiled. */
async function asTwoCallers(
  { model, operationOptions, as }: Restricted,
  replicas: readonly Facade[],
  claimed: Claimed,
  without: Iterable<string>,
  permissions: fc.Arbitrary<readonly Permission[]>,
  check: (operation: Asked, claims: Claims, answer: Awaited<ReturnType<Facade['query']>>) => Promise<void>,
): Promise<void> {
  const operation = operations(createSubgraph(), { ...operationOptions, without });
  const caller = fc
    .tuple(claimsOf(claimed, model), permissions)
    .map(([claims, allowed]): Claims => ({ ...claims, permissions: allowed }));
  let turn = 0;
  const property = fc.asyncProperty(operation, caller, caller, async (asked, first, second) => {
    const ask = async (claims: Claims) => {
      const facade = replicas[turn++ % replicas.length]!;
      const headers = await as(claims);
      await check(asked, claims, await facade.query(asked.document, { headers, variables: asked.variables }));
    };
    await ask(first);
    await Promise.all([ask(first), ask(second)]);
    await Promise.all([ask(second), ask(first)]);
  });
  await fc.assert(property, { numRuns: RUNS });
}

interface Asked {
  readonly document: string;
  readonly variables: Record<string, unknown>;
}

/** Callers get what a platform would answer that has nothing but what their claims allow. */
export async function answersAsIfTheRestWereNotThere(
  situation: Restricted,
  replicas: readonly Facade[],
  claimed: Claimed,
): Promise<void> {
  const { model, oracle, operationOptions } = situation;
  const without = [...(operationOptions.without ?? []), ...TESTED_APART];
  await asTwoCallers(situation, replicas, claimed, without, fc.constant(PERMISSIONS), async (asked, claims, answer) => {
    const expected = await oracle.answer(asked, accessWithin(model, claims, true));
    expect(comparable(answer)).toEqual(nobodysTokens(comparable(expected)));
  });
}

/** A caller for whom the server holds no token is known all the same. */
function nobodysTokens({ data, errors }: ReturnType<typeof comparable>) {
  return { data, errors: errors.map((error) => error.replace(/UNAUTHENTICATED$/, 'CREDENTIAL_REQUIRED')).sort() };
}

/** No answer to any operation holds a trace of what the claims exclude, but for what the operation says itself. Nor of what the caller may not read. */
export async function leavesNoTrace(situation: Restricted, replicas: readonly Facade[], claimed: Claimed) {
  await asTwoCallers(
    situation,
    replicas,
    claimed,
    ['Query._service'],
    fc.oneof(fc.constant(PERMISSIONS), fc.subarray([...PERMISSIONS])),
    async ({ document, variables }, claims, answer) => {
      const { permissions = [] } = claims;
      const prompts = permissions.includes('geai:content:read') ? [] : promptsOf(situation.model);
      expect(tracesIn(answer.text, prompts)).toEqual([]);
      // The viewer is told who they are in any case.
      if (!permissions.includes('geai:read') && !document.includes('viewer')) expect(leavesOf(answer.data)).toEqual([]);
      // Ids that were sent in capitals are repeated in small letters.
      const said = `${document} ${JSON.stringify(variables)}`.toLowerCase();
      const found = tracesIn(answer.text, traces(situation.model, claims));
      expect(found.filter((trace) => !said.includes(trace.toLowerCase()))).toEqual([]);
    },
  );
}

/** Values in an answer, but for the name of the root. */
function leavesOf(data: unknown): unknown[] {
  if (data === null || data === undefined || data === 'Query') return [];
  return typeof data === 'object' ? Object.values(data).flatMap(leavesOf) : [data];
}
