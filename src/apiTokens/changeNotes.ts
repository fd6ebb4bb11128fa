import type { MutationContext } from '../mutations/context.ts';
import type { ApiTokenRecord } from '../platform/resources/apiTokens.ts';
import { StoreUnavailableError } from '../store/store.ts';
import { toResult } from '../values/result.ts';
import type { ProjectScope } from './scope.ts';

type Context = Pick<MutationContext, 'store' | 'log'>;
type WithIds = Context & Pick<MutationContext, 'ids'>;

/** For how long a change of a token's status is known: as long as a plan holds that was made before it. */
export const CHANGES_KNOWN_MS = 60 * 60_000;

/** What a token is noted under: its project and hash. */
export function changeKey(projectId: string, tokenHash: string): string {
  return `${projectId} ${tokenHash}`;
}

/** Notes that tokens were seen to be changed by what was sent at that time, for all replicas. A failure is logged only: the change is made. */
export async function noteChanges({ store, log }: Context, keys: readonly string[], sentAt: number): Promise<void> {
  if (keys.length === 0) return;
  const outcome = await toResult(() => store.setAll(keys.map(nameOf), String(sentAt), CHANGES_KNOWN_MS));
  if (outcome instanceof Error)
    log.warn({ err: outcome }, 'changes of tokens are not noted: plans will not see them undone');
}

/** The same for one token. */
export function noteChange(
  context: WithIds,
  { projectId }: ProjectScope,
  token: ApiTokenRecord,
  sentAt: number,
): Promise<void> {
  return noteChanges(context, [changeKey(projectId, context.ids.apiTokenHash(token))], sentAt);
}

/** Which of the tokens were changed at that time or later, by whichever mutation. Null when the store cannot be asked. */
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
