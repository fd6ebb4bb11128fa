import { outcomeUnknown } from '../errors.ts';
import type { AuditScope } from '../mutations/audited.ts';
import type { MutationContext } from '../mutations/context.ts';
import { type Refused, refused } from '../mutations/outcome.ts';
import { type Lost, type Made, sendOnce } from '../mutations/sendOnce.ts';
import { userError, userErrorOf } from '../mutations/userErrors.ts';
import type { PlatformError } from '../platform/client/errors.ts';
import type { ApiTokenRecord, TokenManager } from '../platform/resources/apiTokens.ts';
import type { ProjectScope } from './scope.ts';
import { type Verification, verifyTokens, type Wanted } from './verification.ts';

/** What a change does to a token, and when it may. */
export interface Change {
  /** What the token should be like afterwards. */
  readonly wanted: Wanted;
  /** Whether the token is there already, so that nothing need be sent. */
  readonly isDone: (token: ApiTokenRecord) => boolean;
  /** Whether it takes away the use of the token. */
  readonly disables: boolean;
  readonly send: (client: TokenManager, token: ApiTokenRecord) => Promise<void>;
}

/** Sends the change once. */
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
  // It was listed a moment ago: one that is not found is shown by a value that the platform does not know it by.
  return sent.kind === 'refused' ? refused(userErrorOf(sent.error, userError('TOKEN_VALUE_MASKED', 'id'))) : sent;
}

/** What was seen of a change. */
export interface ObservedChange {
  /** Null for a description that was as wanted before: nothing was looked at. */
  readonly verification: Verification | null;
  readonly after: ApiTokenRecord | null;
  /** Whether the platform shows the change. */
  readonly isMade: boolean;
  /** Why it is not confirmed, for people. */
  readonly reason: string | null;
}

/** What a change came to. A description, which takes effect by being listed, is waited for only when the answer was lost. */
export async function observe(
  context: MutationContext,
  scope: ProjectScope,
  token: ApiTokenRecord,
  { wanted, isDone }: Change,
  isAnswerLost: boolean,
): Promise<ObservedChange> {
  const isOfStatus = wanted.kind === 'status';
  if (!isOfStatus && isDone(token)) return { verification: null, after: token, isMade: true, reason: null };
  const { session, loaders, introspection } = context;
  const verifyTimeoutMs = isOfStatus || isAnswerLost ? context.verifyTimeoutMs : 0;
  const verifying = { session, loaders, introspection, verifyTimeoutMs };
  const [observation] = await verifyTokens(verifying, scope, [{ token, ...wanted }]);
  if (!observation) throw new Error('every expectation has an observation');
  const { verification, isSeen, after } = observation;
  const isMade = isSeen || (after !== null && isDone(after));
  return { verification, after, isMade, reason: verification.reason };
}

/** The answer was lost, and what was seen afterwards does not tell that the change was made. */
export function changeUnknown({ after, reason }: ObservedChange, cause: PlatformError): Error {
  const listed = after ? ` The token is listed as ${after.status}.` : '';
  return outcomeUnknown(
    'The change was sent, but the answer of the platform was lost: it may or may not have been made, and it may still be. ' +
      `${reason ?? ''}${listed} Read the token before retrying.`,
    cause,
  );
}
