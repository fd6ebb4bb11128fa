import { CredentialError } from '../credentials/errors.ts';
import type { PlatformSession } from '../platform/client/client.ts';
import { absentFrom, type PlatformList } from '../platform/client/lists.ts';
import { operations } from '../platform/client/operations.ts';
import { listProjectLimits, type UsageLimitRecord } from '../platform/resources/usageLimits.ts';
import type { ApiTokenLoaders, ProjectReference } from './apiTokens.ts';
import { PerCredential } from './perCredential.ts';

export interface UsageLimitLoader {
  /** The limit in force in a project, used up or not; null when it has none. Throws `PlatformError`, `NOT_FOUND` without such a project. */
  ofProject(project: ProjectReference): Promise<UsageLimitRecord | null>;
}

/** Limits take the credential that manages the project's tokens; its organization goes into the path (trap 19). */
export function usageLimitLoader(apiTokens: ApiTokenLoaders, session: PlatformSession): UsageLimitLoader {
  const lists = new PerCredential<Promise<PlatformList<UsageLimitRecord>>>();
  return {
    ofProject: async (project) => {
      const credential = await apiTokens.manager(project);
      if (!credential) return null;
      const { organizationId } = credential;
      if (organizationId === null) {
        throw new CredentialError(
          'CREDENTIAL_REQUIRED',
          'The platform does not tell which organization the credential belongs to; limits take a token of the organization.',
          { scope: 'ORGANIZATION', projectId: project.id },
        );
      }
      const list = lists.getOrMake(credential, project.id, () =>
        listProjectLimits(session.as(credential), organizationId, project.id),
      );
      return inForce(await list);
    },
  };
}

/**
 * One that is used up still holds until it ends. At most one limit is active (platform-api.md 2.6); else the newest, and of a
 * status that is not known rather than none. Throws when the limit in force may be one that could not be read.
 */
function inForce(limits: PlatformList<UsageLimitRecord>): UsageLimitRecord | null {
  const newestFirst = limits.records.toSorted((a, b) => (b.validFrom ?? '').localeCompare(a.validFrom ?? ''));
  const withStatus = (wanted: UsageLimitRecord['status']) => newestFirst.find(({ status }) => status === wanted);
  const found = withStatus('ACTIVE') ?? withStatus('REACHED') ?? withStatus('UNRECOGNIZED');
  return found ?? absentFrom(limits, operations.listProjectLimits);
}
