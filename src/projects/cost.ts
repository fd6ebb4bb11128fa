import { recovering } from '../apiTokens/cost.ts';
import { inputOf } from '../cost/arguments.ts';
import type { Cost } from '../cost/parentScope.ts';
import { inside } from '../cost/parentScopes.ts';

/**
 * Cost of a creation: whether the name is taken, the creation, and a trial of its tokens. If its answer is lost: the looks for it,
 * its limit, and the tokens of what is found.
 */
export const createProjectCost: Cost = (field, _scope, { estimator, times }) => {
  estimator.startOver();
  estimator.identify();
  const input = inputOf(field);
  const isResumable = input.idempotencyKey != null;
  const limits = input.usageLimit == null ? 0 : isResumable ? 2 : 1;
  estimator.counter.add(field.path, 4 + limits + recovering(times, isResumable));
  return inside({ ids: null, key: field.key, size: 1, isListed: false });
};
