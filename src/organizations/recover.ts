import { outcomeUnknown } from '../errors.ts';
import { pollUntil } from '../mutations/backoff.ts';
import type { MutationContext } from '../mutations/context.ts';
import { claim, isOthers } from '../mutations/disclosure.ts';
import type { Work } from '../mutations/mutation.ts';
import type { Lost } from '../mutations/sendOnce.ts';
import { isContested, type Namesakes } from '../mutations/underWay.ts';
import type { OrganizationRecord } from '../platform/resources/organizations.ts';
import { toResult } from '../values/result.ts';
import { hasName, type NewName, searchAgain } from './search.ts';

/** Creation of an organization that was sent. */
interface SentCreation {
  readonly owner: string;
  /** Milliseconds since 1970. */
  readonly sentAt: number;
  readonly namesakes: Namesakes;
}

/**
 * Looks for what a creation whose answer was lost has left: names are unique. Null if another creation made it. Throws
 * `OUTCOME_UNKNOWN`.
 */
export async function recoverOrganization(
  { context, target: { administrator, isWhole } }: Work<NewName>,
  creation: SentCreation,
  { error }: Lost,
): Promise<OrganizationRecord | null> {
  const { name } = creation.namesakes;
  let verdict = 'OPEN' as Verdict;
  let found = null as OrganizationRecord | null;
  // An organization that was not seen to be absent before is no proof afterwards.
  if (isWhole) {
    await pollUntil(context.session, context.settings.verifyTimeoutMs, async (withinMs) => {
      const seen = await toResult(() => searchAgain(context, administrator, name, hasName(name), withinMs));
      found = seen instanceof Error ? null : seen.organization;
      const judged = found && (await toResult(() => judge(context, creation, found as OrganizationRecord)));
      verdict = judged instanceof Error ? 'OPEN' : (judged ?? 'OPEN');
      return verdict !== 'OPEN';
    });
  }
  if (verdict === 'TAKEN') return null;
  if (verdict === 'OURS') return found;
  throw outcomeUnknown(
    'The creation was sent, but the answer of the platform was lost, and the organization was not found. Search for its name before retrying.',
    error,
  );
}

type Verdict = 'OURS' | 'TAKEN' | 'OPEN';

/** Decides whose an organization is. The claim comes last: another creation notes its claim before it stops being under way. */
async function judge(
  context: MutationContext,
  { owner, sentAt, namesakes }: SentCreation,
  { id }: OrganizationRecord,
): Promise<Verdict> {
  if (await isOthers(context, id, owner)) return 'TAKEN';
  if (await isContested(context, namesakes, owner, sentAt)) return 'OPEN';
  return (await claim(context, id, owner)) ? 'OURS' : 'TAKEN';
}
