/** Change of many tokens. */
export interface BulkAction {
  /** Name of the mutation. */
  readonly name: 'blockApiTokens' | 'unblockApiTokens';
  /** Status that the tokens shall have, and its name on the platform. */
  readonly goal: 'BLOCKED' | 'ACTIVE';
  readonly wire: 'blocked' | 'active';
}

export const BLOCK_MANY: BulkAction = { name: 'blockApiTokens', goal: 'BLOCKED', wire: 'blocked' };
export const UNBLOCK_MANY: BulkAction = { name: 'unblockApiTokens', goal: 'ACTIVE', wire: 'active' };

/** Bounds of the calls and the memory of one run. A token with its secret takes less than 1 kB. */
export const MAX_IDS = 1_000;
export const MAX_PROJECTS = 2_000;
export const MAX_TOKENS = 10_000;

/** Number of calls of a run in flight, at most: half of what a request may have. */
export const MAX_PARALLEL_CALLS = 32;
