import type { Credential } from '../platform/client/credential.ts';
import { type ApiTokenList, listApiTokens } from '../platform/resources/apiTokens.ts';
import { listAssistants } from '../platform/resources/assistants.ts';
import type { Credentials } from './credentials.ts';
import { CredentialError } from './errors.ts';
import type { TokenIntrospection } from './tokenIntrospection.ts';

/** A credential that opens the inside of a project. */
export type ProjectCredential = Credential<'project' | 'oauth'>;

/** The tokens of a project, live secrets, with the credential that listed them; null when there is no such project. */
type TokenSource = (projectId: string) => Promise<Loan | null>;

export interface Loan {
  readonly lender: Credential;
  readonly tokens: ApiTokenList;
}

/**
 * Chooses the credential that opens a project: a presented one or, with a source to borrow from, an active token of the
 * project. Borrowing lets the holder of an organization token act inside every project. The operator decides on that
 * privilege, which is off by default (platform-api.md 5, trap 3). A borrowed token lives as long as the request. Answers
 * null when there is no such project. Throws `CredentialError`.
 */
export function projectCredentialChooser(
  credentials: Credentials,
  introspection: TokenIntrospection,
  borrowFrom: TokenSource | null,
): (projectId: string) => Promise<ProjectCredential | null> {
  return async (projectId) => {
    const target = { projectId };
    const identified = await credentials.identified();
    const own = identified.candidates(listAssistants.summary, target);
    if (!own) return null;
    const [presented] = own;
    if (presented) return presented;
    const lenders = borrowFrom ? identified.candidates(listApiTokens, target) : null;
    if (!borrowFrom || !lenders?.length) throw identified.whyNone(listAssistants.summary, target);
    const loan = await borrowFrom(projectId);
    return loan && borrow(loan, projectId, introspection);
  };
}

function borrow({ lender, tokens }: Loan, projectId: string, introspection: TokenIntrospection): ProjectCredential {
  const active = tokens.records.filter(({ status }) => status === 'ACTIVE');
  const usable = active.find(({ secret }) => secret.form === 'whole');
  if (!usable) {
    const why =
      active.length > 0
        ? 'the platform masks their values, or shows what does not look like a token'
        : 'none of them is active';
    throw new CredentialError(
      'CREDENTIAL_REQUIRED',
      `This requires a token of the project ${projectId}. None of its tokens can be borrowed: ${why}.`,
      { scope: 'PROJECT', projectId },
    );
  }
  return {
    kind: 'project',
    secret: usable.secret,
    fingerprint: introspection.fingerprint({ secret: usable.secret, oauthProjectId: null }),
    organizationId: lender.organizationId,
    organizationName: lender.organizationName,
    projectId,
  };
}
