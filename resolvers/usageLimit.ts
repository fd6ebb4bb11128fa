import type { MutationResolvers } from '../src/generated/resolvers.ts';
import type { Mutations } from '../src/mutations/mutation.ts';
import { cancelUsageLimit } from '../src/usageLimits/cancel.ts';
import { setUsageLimit } from '../src/usageLimits/set.ts';

export type { UsageLimitRecord as UsageLimitModel } from '../src/platform/resources/usageLimits.ts';

/** Payloads hold all that their types have. */
export const Mutation: Mutations<Pick<MutationResolvers, 'setUsageLimit' | 'cancelUsageLimit'>> = {
  setUsageLimit,
  cancelUsageLimit,
};
