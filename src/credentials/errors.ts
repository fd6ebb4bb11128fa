import type { Refusal, RefusalReason } from '../access/refusal.ts';
import type { TokenHeader } from '../config/access.ts';
import type { TokenScope } from '../cost/reading.ts';
import type { Endpoint } from '../platform/client/endpoint.ts';

/** Reason why there is no credential for a call. The message is meant for the caller. */
export class CredentialError extends Error {
  override readonly name = 'CredentialError';
  readonly code: 'UNAUTHENTICATED' | 'CREDENTIAL_REQUIRED';
  /** Missing scope and project, for programs. */
  readonly details: {
    readonly scope?: TokenScope;
    readonly projectId?: string;
    /** Reason why the company's token is refused. */
    readonly reason?: RefusalReason;
  };
  /** True if the same request may succeed later. */
  readonly isRetryable: boolean;

  constructor(
    code: CredentialError['code'],
    message: string,
    details: CredentialError['details'] = {},
    isRetryable = false,
  ) {
    super(message);
    this.code = code;
    this.details = details;
    this.isRetryable = isRetryable;
  }
}

/** The error of a caller whose token of the company is refused. */
export function refusedCaller({ message, reason, isRetryable }: Refusal): CredentialError {
  return new CredentialError('UNAUTHENTICATED', message, { reason }, isRetryable);
}

/** The error of a request without a token, where callers present their own. */
export function noCredential(tokenHeader: TokenHeader): CredentialError {
  const where =
    tokenHeader === 'geai-tokens' ? '`geai-tokens: <token>`' : '`Authorization: Bearer <token>`, or in `geai-tokens`';
  return new CredentialError(
    'UNAUTHENTICATED',
    `The request presents no credential. Send a platform token as ${where}.`,
  );
}

/** Holder of the tokens that a request runs on. */
export type TokenHolder = 'caller' | 'keyring';

const MISSING: Readonly<Record<TokenHolder, string>> = {
  caller: 'the request presents none. Add one to the header `geai-tokens`.',
  keyring: 'this server holds none. Its operator can add one to `GEAI_TOKENS`.',
};

/** Scope of the token that an endpoint takes. */
export function scopeOf({ accepts }: Endpoint): TokenScope {
  return accepts.includes('organization') ? 'ORGANIZATION' : 'PROJECT';
}

/** The error of a call whose token is missing. */
export function tokenRequired(scope: TokenScope, projectId: string | undefined, holder: TokenHolder): CredentialError {
  const what = scope === 'PROJECT' ? `a token of the project ${projectId}` : 'a token of the organization';
  const details = { scope, ...(projectId === undefined ? {} : { projectId }) };
  return new CredentialError('CREDENTIAL_REQUIRED', `This requires ${what}, and ${MISSING[holder]}`, details);
}
