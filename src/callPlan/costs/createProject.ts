import type { Cost } from '../place.ts';
import { inside } from '../places.ts';
import { inputOf, recovering } from './apiToken.ts';

export const CREATE_PROJECT_COSTS: Readonly<Record<string, Cost>> = {
  'Mutation.createProject': (field, _place, { demands, times }) => {
    demands.startOver();
    demands.identify();
    // Whether the name is taken, the creation, a trial of its tokens, and if its answer is lost, the looks for it and the tokens
    // of what is found.
    demands.ledger.add(field.path, 4 + recovering(times, inputOf(field).idempotencyKey != null));
    return inside({ ids: null, key: field.key, size: 1, isListed: false });
  },
};
