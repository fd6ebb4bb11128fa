import { recovering } from '../apiTokens/cost.ts';
import type { Times } from '../cost/parentScope.ts';

/**
 * Number of calls of a creation: the search for its name, the creation, and a trial of its tokens. With a lost answer: the
 * polls, the limit, and the tokens of the project that is found.
 */
export function createCalls(times: Times, input: Readonly<Record<string, unknown>>): number {
  const isResumable = input.idempotencyKey != null;
  const limits = input.usageLimit == null ? 0 : isResumable ? 2 : 1;
  return 4 + limits + recovering(times, isResumable);
}
