import DataLoader from 'dataloader';
import type { MemberCredential } from '../credentials/borrowing.ts';
import { settleAll } from '../settle.ts';

/** The credential that opens the inside of a project, chosen once per request whatever is read there. */
export interface MemberLoader {
  /** Null when there is no such project. Throws `CredentialError` when nothing opens it. */
  load(projectId: string): Promise<MemberCredential | null>;
  /** Chooses anew next time. */
  forget(projectId: string): void;
}

export function memberLoader(choose: (projectId: string) => Promise<MemberCredential | null>): MemberLoader {
  const members = new DataLoader((projectIds: readonly string[]) => settleAll(projectIds, choose), { name: 'member' });
  return {
    load: (projectId) => members.load(projectId),
    forget: (projectId) => void members.clear(projectId),
  };
}
