/** What is done to many tokens at once. */
export interface BulkAction {
  /** Name of the mutation. */
  readonly name: 'blockApiTokens' | 'unblockApiTokens';
  /** The status that the tokens shall come to, and how the platform is told. */
  readonly goal: 'BLOCKED' | 'ACTIVE';
  readonly wire: 'blocked' | 'active';
}

export const BLOCK: BulkAction = { name: 'blockApiTokens', goal: 'BLOCKED', wire: 'blocked' };
export const UNBLOCK: BulkAction = { name: 'unblockApiTokens', goal: 'ACTIVE', wire: 'active' };

/** Bounds of one run. They bound its calls and its memory: a record with its secret takes less than 1 kB. */
export const MAX_IDS = 1_000;
export const MAX_PROJECTS = 2_000;
export const MAX_TOKENS = 10_000;

/** Platform calls of one run under way at the same time, at most: half of what a request may have. */
export const MAX_PARALLEL_CALLS = 32;
