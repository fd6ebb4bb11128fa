import type { IntrospectedToken } from '../src/credentials/introspected.ts';
import type { Finding } from '../src/findings/finding.ts';
import type { AnalyticsSubject } from '../src/loaders/analytics.ts';
import type { ProjectReference } from '../src/loaders/apiTokens.ts';
import type { ApiTokenRecord } from '../src/platform/resources/apiTokens.ts';
import type { AssistantDetail, AssistantSummary } from '../src/platform/resources/assistants.ts';
import type { ProjectRecord } from '../src/platform/resources/projects.ts';
import type { RequestRecord } from '../src/platform/resources/requests.ts';
import type { Decimal } from '../src/values/decimal.ts';
import type { ApiTokenHandle } from '../src/values/ids.ts';

/** Model of an `Organization`. All of it comes with the credential that opens it. */
export interface OrganizationModel {
  readonly id: string;
  readonly name: string | null;
}

/** Model of a `Project`: its record, or its key if no selected field reads more. */
export type ProjectModel = ProjectRecord | ProjectReference;

/** Model of an `ApiToken`: the record and the project that it was listed in. */
export interface ApiTokenModel extends ApiTokenRecord {
  readonly scope: 'PROJECT';
  readonly projectId: string;
  readonly organizationId: string | null;
  /** Id that it was requested by; null if it was listed. Saves the hash of computing the id. */
  readonly handle: ApiTokenHandle | null;
}

/** Model of an `Assistant`: the record from the list or the look-up, and its project. */
export interface AssistantModel {
  readonly assistantId: string;
  readonly name: string;
  readonly projectId: string;
  readonly organizationId: string | null;
  readonly known: AssistantSummary | AssistantDetail;
}

/** Model of a `ProjectRequest`: the record and the project that exported it. */
export interface ProjectRequestModel extends RequestRecord {
  readonly project: ProjectReference;
}

/** Model of a `TokenFinding`. */
export interface TokenFindingModel extends Finding {
  readonly project: ProjectRecord;
}

/** Model of `AnalyticsFigures`: what they are about, and the days. */
export interface AnalyticsFiguresModel extends AnalyticsSubject {
  readonly from: string;
  readonly to: string;
}

/** Model of an `AnalyticsUsersOfProject`. */
export interface AnalyticsUsersOfProjectModel {
  readonly projectId: string;
  readonly users: number | null;
}

/** Model of an `AnalyticsUsageOfProject`. */
export interface AnalyticsUsageOfProjectModel {
  readonly projectId: string;
  readonly cost: Decimal | null;
  readonly requests: number | null;
  readonly tokens: number | null;
}

/** Model of a `Viewer`: every presented token with its introspection. */
export interface ViewerModel {
  /** Null if the caller may not read: then the platform is not asked. */
  readonly presented: readonly IntrospectedToken[] | null;
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
