import type { Credential, CredentialKind } from '../platform/client/credential.ts';
import type { Endpoint } from '../platform/client/endpoint.ts';

/** Place of a call: an organization, or one project, whose organization may be known. */
export type CallPlace =
  | { readonly organizationId: string; readonly projectId?: undefined }
  | { readonly projectId: string; readonly organizationId?: string | null };

/** Of the usable credentials, those that may open `target` for `endpoint`, the one to try first at the front. */
export function choose<Kind extends CredentialKind>(
  usable: readonly Credential[],
  endpoint: Endpoint<Kind>,
  target: CallPlace,
): Credential<Kind>[] {
  const organizationId = target.organizationId ?? organizationOfProject(usable, target.projectId);
  const opening = withoutEquals(usable.filter((credential) => opens(credential, target.projectId, organizationId)));
  const found: Credential<Kind>[] = [];
  for (const kind of endpoint.accepts) {
    for (const credential of opening) if (isTaken(credential, kind, endpoint)) found.push(credential);
  }
  return found;
}

/** A project's own token tells which organization the project is in. */
export function organizationOfProject(usable: readonly Credential[], projectId: string | undefined): string | null {
  if (projectId === undefined) return null;
  return usable.find((credential) => credential.projectId === projectId)?.organizationId ?? null;
}

function opens(credential: Credential, projectId: string | undefined, organizationId: string | null): boolean {
  if (projectId !== undefined && credential.projectId !== null) return credential.projectId === projectId;
  if (projectId === undefined || organizationId !== null) return credential.organizationId === organizationId;
  return true;
}

/** Of several credentials that open the same, the first: what it does not find, the others would not find either. */
function withoutEquals(credentials: readonly Credential[]): readonly Credential[] {
  if (credentials.length < 2) return credentials;
  const openTo = ({ kind, organizationId, projectId }: Credential) => `${kind} ${organizationId} ${projectId}`;
  return [...Map.groupBy(credentials, openTo).values()].flatMap(([first]) => first ?? []);
}

/** True if the credential is of this kind, one of those that the endpoint takes. */
function isTaken<Kind extends CredentialKind>(
  credential: Credential,
  kind: CredentialKind,
  _endpoint: Endpoint<Kind>,
): credential is Credential<Kind> {
  return credential.kind === kind;
}
