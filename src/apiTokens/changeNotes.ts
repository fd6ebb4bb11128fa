import type { MutationContext } from '../mutations/context.ts';
import type { ApiTokenRecord } from '../platform/resources/apiTokens.ts';
import { StoreUnavailableError } from '../store/store.ts';
import { toResult } from '../values/result.ts';
import type { ProjectScope } from './scope.ts';

type Context = Pick<MutationContext, 'store' | 'log'>;
type WithIds = Context & Pick<MutationContext, 'ids'>;

/** Milliseconds that changes of status are known: the lifetime of a plan. */
export const CHANGES_KNOWN_MS = 60 * 60_000;

/** Key of a token: its project and hash. */
export function changeKey(projectId: string, tokenHash: string): string {
  return `${projectId} ${tokenHash}`;
}

/**
 * Notes changed tokens for all replicas. `sentAt` is in milliseconds since 1970. A failure is only logged, since the change is
 * made.
 */
export async function noteChanges({ store, log }: Context, keys: readonly string[], sentAt: number): Promise<void> {
  if (keys.length === 0) return;
  const outcome = await toResult(() => store.setAll(keys.map(nameOf), String(sentAt), CHANGES_KNOWN_MS));
  if (outcome instanceof Error)
    log.warn({ err: outcome }, 'changes of tokens are not noted: plans will not see them undone');
}

export function noteChange(
  context: WithIds,
  { projectId }: ProjectScope,
  token: ApiTokenRecord,
  sentAt: number,
): Promise<void> {
  return noteChanges(context, [changeKey(projectId, context.ids.apiTokenHash(token))], sentAt);
}

/** Returns the keys of tokens that were changed at `since` or later, by any mutation. Null if the store fails. */
export async function changedSince(
  { store, log }: Context,
  keys: readonly string[],
  since: number,
): Promise<ReadonlySet<string> | null> {
  const notes = await toResult(() => store.getAll(keys.map(nameOf)));
  if (!(notes instanceof Error))
    return new Set(keys.filter((_key, index) => Number(notes[index] ?? Number.NaN) >= since));
  if (!(notes instanceof StoreUnavailableError)) throw notes;
  log.warn({ err: notes }, 'what was changed since a plan was made is not known');
  return null;
}

function nameOf(key: string): string {
  return `changed ${key}`;
}
