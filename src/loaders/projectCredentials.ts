import type { ProjectCredential } from '../credentials/borrowing.ts';

/** The credential that opens the inside of a project, chosen once per request whatever is read there. */
export interface ProjectCredentials {
  /** Null when there is no such project. Throws `CredentialError` when nothing opens it. */
  load(projectId: string): Promise<ProjectCredential | null>;
  /** Chooses anew next time. */
  forget(projectId: string): void;
}

export function projectCredentials(
  choose: (projectId: string) => Promise<ProjectCredential | null>,
): ProjectCredentials {
  const chosen = new Map<string, Promise<ProjectCredential | null>>();
  return {
    load: (projectId) => {
      const credential = chosen.get(projectId) ?? choose(projectId);
      chosen.set(projectId, credential);
      return credential;
    },
    forget: (projectId) => void chosen.delete(projectId),
  };
}
