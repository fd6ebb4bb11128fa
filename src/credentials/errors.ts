/** Why there is no credential for what was asked. The message is meant for the caller. */
export class CredentialError extends Error {
  override readonly name = 'CredentialError';
  readonly code: 'UNAUTHENTICATED' | 'CREDENTIAL_REQUIRED';
  /** What is missing, for programs. */
  readonly details: { readonly scope?: 'ORGANIZATION' | 'PROJECT'; readonly projectId?: string };

  constructor(code: CredentialError['code'], message: string, details: CredentialError['details'] = {}) {
    super(message);
    this.code = code;
    this.details = details;
  }
}
