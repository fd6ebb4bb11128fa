import type { EntityResolvers } from '../src/request/entityReferences.ts';
import * as analytics from './analytics.ts';
import * as apiToken from './apiToken.ts';
import * as assistant from './assistant.ts';
import * as incident from './bulkApiTokens.ts';
import * as changeMember from './changeMember.ts';
import * as changeProject from './changeProject.ts';
import * as createProject from './createProject.ts';
import * as identifyApiToken from './identifyApiToken.ts';
import * as llm from './llm.ts';
import * as organization from './organization.ts';
import * as organizations from './organizations.ts';
import * as organizationTokens from './organizationTokens.ts';
import * as organizationUsage from './organizationUsage.ts';
import * as project from './project.ts';
import * as projectMembership from './projectMembership.ts';
import * as request from './request.ts';
import * as rotateApiToken from './rotateApiToken.ts';
import * as scalars from './scalars.ts';
import * as tokenFinding from './tokenFinding.ts';
import * as usageLimit from './usageLimit.ts';
import * as viewer from './viewer.ts';

/** Every resolver, by hand: a file that is not listed here does nothing. */
export const resolvers = {
  Query: {
    ...viewer.Query,
    ...organization.Query,
    ...organizations.Query,
    ...project.Query,
    ...apiToken.Query,
    ...assistant.Query,
    ...llm.Query,
    ...identifyApiToken.Query,
  },
  Mutation: {
    ...apiToken.Mutation,
    ...rotateApiToken.Mutation,
    ...createProject.Mutation,
    ...changeProject.Mutation,
    ...organizations.Mutation,
    ...changeMember.Mutation,
    ...incident.Mutation,
    ...usageLimit.Mutation,
  },
  Decimal: scalars.Decimal,
  Viewer: viewer.Viewer,
  ViewerCredential: viewer.ViewerCredential,
  Organization: organization.Organization,
  OrganizationApiTokenConnection: organizationTokens.OrganizationApiTokenConnection,
  UsageGroupConnection: organizationUsage.UsageGroupConnection,
  UsageGroup: organizationUsage.UsageGroup,
  ApiTokenIdentification: identifyApiToken.ApiTokenIdentification,
  UnreadableProject: organizationTokens.UnreadableProject,
  Project: project.Project,
  ApiToken: apiToken.ApiToken,
  Assistant: assistant.Assistant,
  AssistantRevision: assistant.AssistantRevision,
  ProjectInvitation: changeMember.ProjectInvitation,
  ProjectMembership: projectMembership.ProjectMembership,
  ProjectRequest: request.ProjectRequest,
  AnalyticsFigures: analytics.AnalyticsFigures,
  AnalyticsUsersOfProject: analytics.AnalyticsUsersOfProject,
  AnalyticsUsageOfProject: analytics.AnalyticsUsageOfProject,
  LlmProvider: llm.LlmProvider,
  TokenFinding: tokenFinding.TokenFinding,
  TokenFindingEvidence: tokenFinding.TokenFindingEvidence,
  CreateApiTokenPayload: apiToken.CreateApiTokenPayload,
  BlockApiTokenPayload: apiToken.BlockApiTokenPayload,
  UnblockApiTokenPayload: apiToken.UnblockApiTokenPayload,
  RevokeApiTokenPayload: apiToken.RevokeApiTokenPayload,
  RotateApiTokenPayload: rotateApiToken.RotateApiTokenPayload,
  CreateProjectPayload: createProject.CreateProjectPayload,
  IssuedApiToken: createProject.IssuedApiToken,
  UpdateApiTokenPayload: apiToken.UpdateApiTokenPayload,
  BlockApiTokensPayload: incident.BlockApiTokensPayload,
  UnblockApiTokensPayload: incident.UnblockApiTokensPayload,
  BulkApiTokenProject: incident.BulkApiTokenProject,
  BulkApiTokenResult: incident.BulkApiTokenResult,
};

/** The entities that other subgraphs may refer to, each with the batch that resolves all its references at once. */
export const entityResolvers: EntityResolvers = {
  Organization: organization.resolveOrganizations,
  Project: project.resolveProjects,
  ApiToken: apiToken.resolveApiTokens,
  Assistant: assistant.resolveAssistants,
};
