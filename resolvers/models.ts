import type { Identified } from '../src/credentials/credentials.ts';
import type { Finding } from '../src/findings/finding.ts';
import type { ProjectReference } from '../src/loaders/apiTokens.ts';
import type { ApiTokenRecord } from '../src/platform/resources/apiTokens.ts';
import type { AssistantDetail, AssistantSummary } from '../src/platform/resources/assistants.ts';
import type { ProjectRecord } from '../src/platform/resources/projects.ts';
import type { RequestRecord } from '../src/platform/resources/requests.ts';
import type { ApiTokenHandle } from '../src/values/ids.ts';

/** What stands behind an `Organization`. All of it comes with the credential that opens it. */
export interface OrganizationModel {
  readonly id: string;
  readonly name: string | null;
}

/** What stands behind a `Project`: its record, or its key where no selected field reads more. */
export type ProjectModel = ProjectRecord | ProjectReference;

/** What stands behind an `ApiToken`: the record and the project that it was listed in. */
export interface ApiTokenModel extends ApiTokenRecord {
  readonly scope: 'PROJECT';
  readonly projectId: string;
  readonly organizationId: string | null;
  /** What it was asked for by; null when it was listed. Saves who reads the id a hash. */
  readonly handle: ApiTokenHandle | null;
}

/** What stands behind an `Assistant`: what the list or the look-up told, and the project that it was asked in. */
export interface AssistantModel {
  readonly assistantId: string;
  readonly name: string;
  readonly projectId: string;
  readonly organizationId: string | null;
  readonly known: AssistantSummary | AssistantDetail;
}

/** What stands behind a `ProjectRequest`: the record and the project that exported it. */
export interface ProjectRequestModel extends RequestRecord {
  readonly project: ProjectReference;
}

/** What stands behind a `TokenFinding`. */
export interface TokenFindingModel extends Finding {
  readonly project: ProjectRecord;
}

/** What stands behind a `Viewer`: every presented token with what it turned out to be. */
export interface ViewerModel {
  readonly credentials: readonly Identified[];
}

export function toApiTokenModel(
  record: ApiTokenRecord,
  project: ProjectReference,
  handle: ApiTokenHandle | null = null,
): ApiTokenModel {
  return { ...record, scope: 'PROJECT', projectId: project.id, organizationId: project.organizationId, handle };
}

export function toAssistantModel(known: AssistantSummary | AssistantDetail, project: ProjectReference): AssistantModel {
  const { id, name } = known;
  return { assistantId: id, name, projectId: project.id, organizationId: project.organizationId, known };
}
