import type { EntityResolvers } from '../src/request/entityReferences.ts';
import * as analytics from './analytics.ts';
import * as apiToken from './apiToken.ts';
import * as assistant from './assistant.ts';
import * as bulkApiTokens from './bulkApiTokens.ts';
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

/** Matches names of types. Constants have no small letters. */
const TYPE_NAME = /^[A-Z]\w*[a-z]\w*$/;

/** Files with resolvers. A file that is not listed here does nothing. */
const FILES: readonly object[] = [
  analytics,
  apiToken,
  assistant,
  bulkApiTokens,
  changeMember,
  changeProject,
  createProject,
  identifyApiToken,
  llm,
  organization,
  organizations,
  organizationTokens,
  organizationUsage,
  project,
  projectMembership,
  request,
  rotateApiToken,
  scalars,
  tokenFinding,
  usageLimit,
  viewer,
];

/** Fields by type: each file exports a map named after its type. Several files add fields to one type, such as `Query`. */
export const resolvers = merged(FILES.flatMap((file) => Object.entries(file).filter(([name]) => TYPE_NAME.test(name))));

type Fields = Readonly<Record<string, object>>;

function merged(maps: readonly (readonly [type: string, fields: Fields])[]): Readonly<Record<string, Fields>> {
  const types: Record<string, Fields> = {};
  for (const [type, fields] of maps) types[type] = type in types ? { ...types[type], ...fields } : fields;
  return types;
}

/** The entities that other subgraphs may refer to, each with the batch that resolves all its references at once. */
export const entityResolvers: EntityResolvers = {
  Organization: organization.resolveOrganizations,
  Project: project.resolveProjects,
  ApiToken: apiToken.resolveApiTokens,
  Assistant: assistant.resolveAssistants,
};
