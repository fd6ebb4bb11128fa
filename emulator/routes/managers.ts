import type { Accepts } from '../access.ts';
import type { EmulatorSettings } from '../options.ts';

/** Access Control: whether a project token is taken is not stated (platform-api.md section 1.4). */
export const MANAGERS: Accepts = {
  organization: true,
  project: ({ accessControlProjectTokens }) => accessControlProjectTokens,
  oauth: true,
};

/** Whether memberships take the credentials of the older of two revisions (section 1.4). */
export function isOlder({ membershipCallers }: EmulatorSettings): boolean {
  return membershipCallers === 'older';
}
