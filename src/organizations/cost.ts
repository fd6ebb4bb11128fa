import { NOWHERE } from '../cost/parentScope.ts';
import type { TargetKind } from '../mutations/mutation.ts';
import { MOST_PAGES } from './search.ts';

/** Cost of a search as every presented credential, and of `calls` after it. */
export const searchCost: TargetKind<object, unknown, never>['cost'] = (field, { estimator }, calls) => {
  estimator.startOver();
  estimator.identify();
  estimator.counter.add(field.path, estimator.caller.tokens * MOST_PAGES + calls);
  return NOWHERE;
};
