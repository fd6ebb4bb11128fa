import { type GraphQLSchema, isObjectType } from 'graphql';
import { permissionMissing } from '../src/access/errors.ts';
import { PERMISSIONS, type Permission, READ } from '../src/access/permissions.ts';
import { type Cost, identified, NOWHERE } from '../src/cost/parentScope.ts';
import type { Reading, TokenScope } from '../src/cost/reading.ts';
import type { IntrospectedToken } from '../src/credentials/introspected.ts';
import type { QueryResolvers, ViewerCredentialResolvers, ViewerResolvers } from '../src/generated/resolvers.ts';
import { type Credential, isAccepted } from '../src/platform/client/credential.ts';
import { PlatformError } from '../src/platform/client/errors.ts';
import { linkCost } from '../src/request/fields.ts';
import { type Complete, declared, type Fields, free } from '../src/request/resolverTypes.ts';
import type { ProjectModel, ViewerModel } from './models.ts';
import { organizationsOf } from './organization.ts';
import { projectRef } from './projectRef.ts';

export type { IntrospectedToken as ViewerCredentialModel } from '../src/credentials/introspected.ts';

const SCOPES: readonly TokenScope[] = ['ORGANIZATION', 'PROJECT'];

const KINDS = {
  organization: 'ORGANIZATION_TOKEN',
  project: 'PROJECT_TOKEN',
  oauth: 'USER_TOKEN',
  unidentified: null,
} as const;

export const Query: Fields<Pick<QueryResolvers, 'viewer'>> = {
  viewer: declared(
    // Who may do nothing may still ask what is missing.
    { cost: (_field, _scope, { estimator }) => identified(estimator), permission: null },
    async (_root, _args, { credentials, principal }) => {
      if (!principal.permissions.has(READ)) return { presented: null };
      // Who proved who they are need not prove what the server holds.
      if (principal.subject === null) await credentials.accepted();
      return { presented: await credentials.introspected() };
    },
  ),
};

/** One object for each token that was presented. */
const perToken: Cost = (_field, _scope, { estimator }) => ({ ...NOWHERE, count: estimator.caller.tokens });

/** Cost of links to the projects that the presented tokens are limited to. */
const presentedProjects: Cost = (field, _scope, { estimator }) => {
  const projects = { ids: null, key: 'presented', size: estimator.caller.tokens, isListed: false };
  return linkCost(field, projects, estimator);
};

export const Viewer: Complete<ViewerResolvers, ViewerModel> = {
  subject: free((_viewer, _args, { principal }) => principal.subject),
  permissions: free((_viewer, _args, { principal }) => PERMISSIONS.filter((one) => principal.permissions.has(one))),
  // The tokens of the server are nobody's business but its operator's.
  credentials: declared({ cost: perToken }, (viewer, _args, { principal }) =>
    principal.subject === null ? presentedOf(viewer) : [],
  ),
  scopes: free((viewer, _args, context) => openScopes(viewer, context.settings.borrowProjectTokens)),
  organizations: declared({ cost: perToken }, (viewer) => [...organizationsOf(acceptedOf(viewer)).values()]),
  projects: declared({ cost: presentedProjects }, (viewer, _args, context, info) => {
    const projects = new Map(acceptedOf(viewer).map(({ projectId, organizationId }) => [projectId, organizationId]));
    // Each on its own promise, so that one which fails is null alone. The generated type knows no promise of null.
    return [...projects].flatMap(([id, organizationId]) =>
      id === null ? [] : [projectRef({ id, organizationId }, context, info) as Promise<ProjectModel>],
    );
  }),
  missing: free((viewer, _args, context, { schema }) => {
    const open = viewer.presented ? openScopes(viewer, context.settings.borrowProjectTokens) : SCOPES;
    const scopes = SCOPES.filter((scope) => !open.includes(scope)).map((scope) => ({
      scope,
      permission: null,
      neededBy: fieldsOf(schema, ({ takes }) => takes === scope),
    }));
    const permissions = PERMISSIONS.filter((one) => !context.principal.permissions.has(one)).map((permission) => ({
      scope: null,
      permission,
      neededBy: fieldsOf(schema, (reading, type) => isNeeded(permission, reading, type)),
    }));
    return [...scopes, ...permissions];
  }),
};

export const ViewerCredential: Complete<ViewerCredentialResolvers, IntrospectedToken> = {
  // Only platform tokens begin with a word that is no secret. No part of a user's token is shown.
  hint: free(({ token }) => (token.oauthProjectId === null ? token.secret.hint : '…')),
  kind: free((presented) => {
    const credential = acceptedIn(presented);
    return credential && KINDS[credential.kind];
  }),
  isAccepted: free((presented) => acceptedIn(presented) !== null),
  organization: free((presented) => {
    const { organizationId: id = null, organizationName: name = null } = acceptedIn(presented) ?? {};
    return id === null ? null : { id, name };
  }),
  project: declared({ cost: presentedProjects }, (presented, _args, context, info) => {
    const { projectId: id = null, organizationId = null } = acceptedIn(presented) ?? {};
    return id === null ? null : projectRef({ id, organizationId }, context, info);
  }),
};

/** Fields of the graph for which the declaration of their resolver holds. */
const fieldsOf = (schema: GraphQLSchema, holds: (reading: Reading, type: string) => boolean): string[] =>
  Object.values(schema.getTypeMap())
    .filter(isObjectType)
    .flatMap((type) =>
      Object.values(type.getFields())
        .filter(({ extensions: { reading = {} } }) => holds(reading, type.name))
        .map(({ name }) => `${type.name}.${name}`),
    )
    .sort();

/** Every field takes the permission of reading that declares no other: then those of `Query` stand for all below. */
function isNeeded(permission: Permission, { permission: needed }: Reading, type: string): boolean {
  if (permission !== READ) return needed === permission;
  return type === 'Query' && (needed === READ || needed === undefined);
}

/** The credential that a presented token is; null when the platform was not seen to accept it. */
function acceptedIn({ outcome }: IntrospectedToken): Credential | null {
  return outcome instanceof PlatformError || !isAccepted(outcome) ? null : outcome;
}

function acceptedOf(viewer: ViewerModel): Credential[] {
  return presentedOf(viewer).flatMap((presented) => acceptedIn(presented) ?? []);
}

function presentedOf({ presented }: ViewerModel): readonly IntrospectedToken[] {
  if (!presented) throw permissionMissing(READ);
  return presented;
}

/** A user's token opens its project, and as much of the organization as the user's roles allow. */
function openScopes(viewer: ViewerModel, borrowing: boolean): TokenScope[] {
  const kinds = new Set(acceptedOf(viewer).map(({ kind }) => kind));
  const organization = kinds.has('organization') || kinds.has('oauth');
  const project = kinds.has('project') || kinds.has('oauth') || (kinds.has('organization') && borrowing);
  return [...(organization ? (['ORGANIZATION'] as const) : []), ...(project ? (['PROJECT'] as const) : [])];
}
