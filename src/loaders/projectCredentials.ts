import type { MemberCredential } from '../credentials/borrowing.ts';

/** The credential that opens the inside of a project, chosen once per request whatever is read there. */
export interface MemberLoader {
  /** Null when there is no such project. Throws `CredentialError` when nothing opens it. */
  load(projectId: string): Promise<MemberCredential | null>;
  /** Chooses anew next time. */
  forget(projectId: string): void;
}

export function memberLoader(choose: (projectId: string) => Promise<MemberCredential | null>): MemberLoader {
  const members = new Map<string, Promise<MemberCredential | null>>();
  return {
    load: (projectId) => {
      const member = members.get(projectId) ?? choose(projectId);
      members.set(projectId, member);
      return member;
    },
    forget: (projectId) => void members.delete(projectId),
  };
}
