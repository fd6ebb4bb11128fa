import { pollTimeoutMs } from '../mutations/backoff.ts';
import type { MutationContext } from '../mutations/context.ts';
import type { ApiTokenRecord } from '../platform/resources/apiTokens.ts';
import { introspectToken } from '../platform/resources/tokenIntrospection.ts';
import { toResult } from '../values/result.ts';
import type { Secret } from '../values/secret.ts';

type Context = Pick<MutationContext, 'session' | 'introspection' | 'settings'>;

/**
 * Returns a test of the tokens of one answer: true if the value is the secret. A value of doubtful form is tried as a token of
 * the project. One trial stands for all, since an answer masks all values or none.
 */
export async function provenIn(
  context: Context,
  projectId: string,
  tokens: readonly ApiTokenRecord[],
): Promise<(token: ApiTokenRecord) => boolean> {
  const doubtful = tokens.find(({ secret }) => secret.form === 'doubtful');
  const identity =
    doubtful &&
    (await toResult(async () =>
      introspectToken(clientOf(context, doubtful.secret, pollTimeoutMs(context.settings.verifyTimeoutMs, 0))),
    ));
  const isProven = identity !== undefined && !(identity instanceof Error) && identity.projectId === projectId;
  return ({ secret: { form } }) => form === 'whole' || (form === 'doubtful' && isProven);
}

/** Returns a client for introspection of a value, with a timeout in milliseconds. */
export function clientOf({ session, introspection }: Context, secret: Secret, withinMs: number) {
  const fingerprint = introspection.fingerprint({ secret, oauthProjectId: null });
  const unknown = { organizationId: null, organizationName: null, projectId: null };
  return session.probing({ kind: 'unidentified', secret, fingerprint, ...unknown }, withinMs);
}
