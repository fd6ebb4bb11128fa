import type { Cost } from '../parentScope.ts';
import { inside } from '../parentScopes.ts';
import { inputOf, recovering } from './apiToken.ts';

export const CREATE_PROJECT_COSTS: Readonly<Record<string, Cost>> = {
  'Mutation.createProject': (field, _place, { demands, times }) => {
    demands.startOver();
    demands.identify();
    const input = inputOf(field);
    const isResumable = input.idempotencyKey != null;
    // Whether the name is taken, the creation, a trial of its tokens, and if its answer is lost, the looks for it, its limit, and
    // the tokens of what is found.
    const limits = input.usageLimit == null ? 0 : isResumable ? 2 : 1;
    demands.ledger.add(field.path, 4 + limits + recovering(times, isResumable));
    return inside({ ids: null, key: field.key, size: 1, isListed: false });
  },
};
