import type { PlatformClient } from '../platform/client/client.ts';
import { listProjectMembers, type MemberRecord } from '../platform/resources/members.ts';

/** Pages of members that are read at most. */
export const ROSTER_CALLS = 10;

/** Members of a project, as far as they were read. */
export interface Roster {
  readonly members: readonly MemberRecord[];
  /** True if the list was read to its end, every element of it. Only then is who was not found not there. */
  readonly isWhole: boolean;
}

/** Reads the members of a project. */
export async function readRoster(client: PlatformClient<'organization' | 'oauth'>, projectId: string): Promise<Roster> {
  const pages = client.pages(listProjectMembers, { projectId });
  const members: MemberRecord[] = [];
  let isReadable = true;
  for (let calls = 0; calls < ROSTER_CALLS; calls += 1) {
    const { done, value } = await pages.next();
    if (done) return { members, isWhole: isReadable };
    members.push(...value.records);
    isReadable &&= value.unreadableCount === 0;
  }
  return { members, isWhole: false };
}
