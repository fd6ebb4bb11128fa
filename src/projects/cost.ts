import { recovering } from '../apiTokens/cost.ts';
import type { Times } from '../cost/parentScope.ts';

/**
 * Calls of a creation: whether the name is taken, the creation, and a trial of its tokens. If its answer is lost: the polls for it,
 * its limit, and the tokens of what is found.
 */
export function createCalls(times: Times, input: Readonly<Record<string, unknown>>): number {
  const isResumable = input.idempotencyKey != null;
  const limits = input.usageLimit == null ? 0 : isResumable ? 2 : 1;
  return 4 + limits + recovering(times, isResumable);
}
