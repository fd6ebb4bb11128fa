import { outcomeUnknown } from '../errors.ts';
import type { AuditScope } from '../mutations/auditScope.ts';
import type { MutationContext } from '../mutations/context.ts';
import { type Refused, refused } from '../mutations/outcome.ts';
import { type Lost, type Made, sendOnce } from '../mutations/sendOnce.ts';
import { userError, userErrorOf } from '../mutations/userErrors.ts';
import type { PlatformError } from '../platform/client/errors.ts';
import type { ApiTokenRecord, TokenManager } from '../platform/resources/apiTokens.ts';
import { missingCode } from './listedToken.ts';
import type { ProjectScope } from './scope.ts';
import { type Verification, verifyTokens, type Wanted } from './verification.ts';

/** Change of a token. */
export interface Change {
  /** State of the token after the change. */
  readonly wanted: Wanted;
  /** True if the token is as wanted already. */
  readonly isDone: (token: ApiTokenRecord) => boolean;
  /** True if the token can no longer be used after the change. */
  readonly disables: boolean;
  readonly send: (client: TokenManager, token: ApiTokenRecord) => Promise<void>;
}

/** Sends the change once. Refuses what the platform refused. */
export async function send(
  context: MutationContext,
  audit: AuditScope,
  { manager, projectId }: ProjectScope,
  token: ApiTokenRecord,
  change: Pick<Change, 'send'>,
): Promise<Made<void> | Lost | Refused> {
  const sent = await sendOnce(
    audit,
    () => change.send(context.session.as(manager), token),
    async () => {
      await context.introspection.forget(token.secret);
      context.loaders.tokensChanged(manager, projectId);
    },
  );
  return sent.kind === 'refused' ? refused(userErrorOf(sent.error, userError(missingCode(token), 'id'))) : sent;
}

/** Observation of a change. */
interface ObservedChange {
  /** Null for a description that was as wanted before. */
  readonly verification: Verification | null;
  readonly after: ApiTokenRecord | null;
  /** True if the platform shows the change. */
  readonly isMade: boolean;
  /** Reason why it is not confirmed, for people. */
  readonly reason: string | null;
}

/** Verifies a change. A description takes effect by being listed: it is polled for only if the answer was lost. */
export async function observe(
  context: MutationContext,
  scope: ProjectScope,
  token: ApiTokenRecord,
  { wanted, isDone }: Change,
  isAnswerLost: boolean,
): Promise<ObservedChange> {
  const isOfStatus = wanted.kind === 'status';
  if (!isOfStatus && isDone(token)) return { verification: null, after: token, isMade: true, reason: null };
  const forMs = isOfStatus || isAnswerLost ? undefined : 0;
  const [observation] = await verifyTokens(context, scope, [{ token, ...wanted }], forMs);
  if (!observation) throw new Error('every expectation has an observation');
  const { verification, isSeen, after } = observation;
  const isMade = isSeen || (after !== null && isDone(after));
  return { verification, after, isMade, reason: verification.reason };
}

/** Error of a change whose answer was lost, and that was not seen to be made. */
export function changeUnknown({ after, reason }: ObservedChange, cause: PlatformError): Error {
  const listed = after ? ` The token is listed as ${after.status}.` : '';
  return outcomeUnknown(
    'The change was sent, but the answer of the platform was lost: it may or may not have been made, and it may still be. ' +
      `${reason ?? ''}${listed} Read the token before retrying.`,
    cause,
  );
}
