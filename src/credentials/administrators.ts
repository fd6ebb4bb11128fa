import type { Credential } from '../platform/client/credential.ts';
import { PlatformError } from '../platform/client/errors.ts';
import type { Credentials } from './credentials.ts';
import { CredentialError } from './errors.ts';

/** Kinds to try, in this order: users', and organization tokens, which one source names (platform-api.md 1.4). */
const KINDS = ['oauth', 'organization'] as const;

export type AdministratorCredential = Credential<(typeof KINDS)[number]>;

/** An answer of the platform, and whom it was given to. */
interface AdministratorAnswer<T> {
  /** Of no organization: what it reads and changes is the platform's, and not that of its own organization. */
  readonly administrator: AdministratorCredential;
  readonly answer: T;
}

/**
 * Asks as a system administrator. Only the platform knows who is one: the presented credentials are tried in turn, until one is
 * allowed. Throws the refusal of the first, or `CredentialError` when none can be one.
 */
export async function asAdministrator<T>(
  credentials: Credentials,
  ask: (administrator: AdministratorCredential) => Promise<T>,
): Promise<AdministratorAnswer<T>> {
  let refusal: PlatformError | undefined;
  for (const candidate of await candidatesOf(credentials)) {
    const administrator = { ...candidate, organizationId: null, organizationName: null };
    try {
      return { administrator, answer: await ask(administrator) };
    } catch (error) {
      if (!isRefusal(error)) throw error;
      refusal ??= error;
    }
  }
  throw refusal ?? (await whyNone(credentials));
}

async function candidatesOf(credentials: Credentials): Promise<readonly AdministratorCredential[]> {
  const usable = (await credentials.identified()).forWholePlatform;
  return KINDS.flatMap((kind) => usable.filter((one): one is AdministratorCredential => one.kind === kind));
}

function isRefusal(error: unknown): error is PlatformError {
  return error instanceof PlatformError && (error.kind === 'FORBIDDEN' || error.kind === 'UNAUTHENTICATED');
}

async function whyNone(credentials: Credentials): Promise<Error> {
  const unknown = await credentials.unidentified();
  return (
    unknown ??
    new CredentialError(
      'CREDENTIAL_REQUIRED',
      'This requires the access token of a system administrator, in `Authorization` with the header `ProjectId`. No credential of the request can be one.',
    )
  );
}
