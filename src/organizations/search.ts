import { type AdministratorCredential, asAdministrator } from '../credentials/administrators.ts';
import type { MutationContext } from '../mutations/context.ts';
import type { PlatformClient } from '../platform/client/client.ts';
import { readSome } from '../platform/client/pages.ts';
import { listOrganizations, type OrganizationRecord } from '../platform/resources/organizations.ts';

/** Pages of a search that are read at most. Filters that look for a part of the name may find many (platform-api.md 2.1). */
export const MOST_PAGES = 5;

/** Result of a search by name. */
interface SearchResult {
  /** Null when none of what was read is wanted. */
  readonly organization: OrganizationRecord | null;
  /** See `ReadElements`. */
  readonly isWhole: boolean;
}

/** Administrator that creates, and the organization that has the name already. */
export interface NewName extends SearchResult {
  readonly administrator: AdministratorCredential;
}

export function hasName(name: string) {
  return (organization: OrganizationRecord) => organization.name === name;
}

type Wanted = (organization: OrganizationRecord) => boolean;

/** Looks among the organizations that a search for the name finds, as the first credential that may. */
export async function searchAsAdministrator({ credentials, session }: MutationContext, name: string, isWanted: Wanted) {
  const { administrator, answer } = await asAdministrator(credentials, (candidate) =>
    search(session.as(candidate), name, isWanted),
  );
  return { administrator, ...answer };
}

/** Looks among the organizations that a search for the name finds, once and within so many milliseconds. */
export function searchAgain(
  { session }: MutationContext,
  administrator: AdministratorCredential,
  name: string,
  isWanted: Wanted,
  withinMs: number,
): Promise<SearchResult> {
  return search(session.probing(administrator, withinMs), name, isWanted);
}

async function search(
  client: PlatformClient<AdministratorCredential['kind']>,
  name: string,
  isWanted: Wanted,
): Promise<SearchResult> {
  const isThere = (records: readonly OrganizationRecord[]) => records.some(isWanted);
  const { records, isWhole } = await readSome(client.pages(listOrganizations, { search: name }), MOST_PAGES, isThere);
  return { organization: records.find(isWanted) ?? null, isWhole };
}
