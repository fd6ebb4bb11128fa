import type { EntityResolvers } from '../src/entities.ts';
import * as apiToken from './apiToken.ts';
import * as assistant from './assistant.ts';
import * as organization from './organization.ts';
import * as project from './project.ts';
import * as request from './request.ts';
import * as tokenFinding from './tokenFinding.ts';
import * as viewer from './viewer.ts';

/** Every resolver, by hand: a file that is not listed here does nothing. */
export const resolvers = {
  Query: {
    ...viewer.Query,
    ...organization.Query,
    ...project.Query,
    ...apiToken.Query,
    ...assistant.Query,
  },
  Mutation: apiToken.Mutation,
  Viewer: viewer.Viewer,
  ViewerCredential: viewer.ViewerCredential,
  Organization: organization.Organization,
  Project: project.Project,
  ApiToken: apiToken.ApiToken,
  Assistant: assistant.Assistant,
  AssistantRevision: assistant.AssistantRevision,
  ProjectRequest: request.ProjectRequest,
  TokenFinding: tokenFinding.TokenFinding,
  TokenFindingEvidence: tokenFinding.TokenFindingEvidence,
  CreateApiTokenPayload: apiToken.CreateApiTokenPayload,
  BlockApiTokenPayload: apiToken.BlockApiTokenPayload,
  UnblockApiTokenPayload: apiToken.UnblockApiTokenPayload,
  RevokeApiTokenPayload: apiToken.RevokeApiTokenPayload,
  UpdateApiTokenPayload: apiToken.UpdateApiTokenPayload,
};

/** The entities that other subgraphs may refer to, each with the batch that resolves all its references at once. */
export const entityResolvers: EntityResolvers = {
  Organization: organization.resolveOrganizations,
  Project: project.resolveProjects,
  ApiToken: apiToken.resolveApiTokens,
  Assistant: assistant.resolveAssistants,
};
