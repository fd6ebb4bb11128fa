import type { Identified } from '../src/credentials/credentials.ts';
import type { QueryResolvers, ViewerCredentialResolvers, ViewerResolvers } from '../src/generated/resolvers.ts';
import { type Credential, isAccepted } from '../src/platform/client/credential.ts';
import { PlatformError } from '../src/platform/client/errors.ts';
import type { ProjectRecord } from '../src/platform/resources/projects.ts';
import type { Complete } from '../src/request/resolverTypes.ts';
import type { ViewerModel } from './models.ts';
import { organizationsOf } from './organization.ts';
import { linkedProject } from './projectRef.ts';

type Scope = 'ORGANIZATION' | 'PROJECT';

/** Fields of the graph that take a credential of each scope. The platform's table of it is `src/platform/client/operations.ts`. */
const FIELDS_BY_SCOPE: Record<Scope, string[]> = {
  ORGANIZATION: [
    'Organization.projects',
    'Organization.tokenFindings',
    'Project.apiTokens',
    'Project.usageLimit',
    'ProjectRequest.apiToken',
    'Query.apiToken',
    'Mutation.createApiToken',
    'Mutation.rotateApiToken',
    'Mutation.createProject',
    'Mutation.blockApiToken',
    'Mutation.unblockApiToken',
    'Mutation.revokeApiToken',
    'Mutation.updateApiToken',
    'Mutation.blockApiTokens',
    'Mutation.unblockApiTokens',
  ],
  PROJECT: ['Project.assistants', 'Project.requests', 'Query.assistant', 'Assistant.usage', 'ApiToken.usage'],
};

const KINDS = {
  organization: 'ORGANIZATION_TOKEN',
  project: 'PROJECT_TOKEN',
  oauth: 'USER_TOKEN',
  unidentified: null,
} as const;

export const Query: Pick<QueryResolvers, 'viewer'> = {
  viewer: async (_root, _args, { credentials }) => {
    await credentials.accepted();
    return { credentials: await credentials.identified() };
  },
};

export const Viewer: Complete<ViewerResolvers, ViewerModel> = {
  scopes: (viewer, _args, context) => openScopes(viewer, context.borrowProjectTokens),
  organizations: (viewer) => [...organizationsOf(acceptedOf(viewer)).values()],
  projects: (viewer, _args, context, info) => {
    const projects = new Map(acceptedOf(viewer).map(({ projectId, organizationId }) => [projectId, organizationId]));
    // Each on its own promise, so that one which fails is null alone. The generated type knows no promise of null.
    return [...projects].flatMap(([id, organizationId]) =>
      id === null ? [] : [linkedProject({ id, organizationId }, context, info) as Promise<ProjectRecord>],
    );
  },
  missing: (viewer, _args, context) => {
    const open = openScopes(viewer, context.borrowProjectTokens);
    const scopes: Scope[] = ['ORGANIZATION', 'PROJECT'];
    return scopes
      .filter((scope) => !open.includes(scope))
      .map((scope) => ({ scope, neededBy: FIELDS_BY_SCOPE[scope] }));
  },
};

export const ViewerCredential: Complete<ViewerCredentialResolvers, Identified> = {
  // Only platform tokens have a word in front that tells nothing; of a user's token, no part is shown.
  hint: ({ token }) => (token.oauthProjectId === null ? token.secret.hint : '…'),
  kind: (presented) => {
    const credential = acceptedIn(presented);
    return credential && KINDS[credential.kind];
  },
  isAccepted: (presented) => acceptedIn(presented) !== null,
  organization: (presented) => {
    const { organizationId: id = null, organizationName: name = null } = acceptedIn(presented) ?? {};
    return id === null ? null : { id, name };
  },
  project: (presented, _args, context, info) => {
    const { projectId: id = null, organizationId = null } = acceptedIn(presented) ?? {};
    return id === null ? null : linkedProject({ id, organizationId }, context, info);
  },
};

/** The credential that a presented token is; null when the platform was not seen to accept it. */
function acceptedIn({ outcome }: Identified): Credential | null {
  return outcome instanceof PlatformError || !isAccepted(outcome) ? null : outcome;
}

function acceptedOf({ credentials }: ViewerModel): Credential[] {
  return credentials.flatMap((presented) => acceptedIn(presented) ?? []);
}

/** A user's token opens its project, and as much of the organization as the user's roles allow. */
function openScopes(viewer: ViewerModel, borrowing: boolean): Scope[] {
  const kinds = new Set(acceptedOf(viewer).map(({ kind }) => kind));
  const organization = kinds.has('organization') || kinds.has('oauth');
  const project = kinds.has('project') || kinds.has('oauth') || (kinds.has('organization') && borrowing);
  return [...(organization ? (['ORGANIZATION'] as const) : []), ...(project ? (['PROJECT'] as const) : [])];
}
