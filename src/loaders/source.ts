import type { CostEstimator, ProjectSet } from '../cost/estimator.ts';
import { inside, NOWHERE, type ParentScope } from '../cost/parentScope.ts';
import type { TakenToken } from '../cost/reading.ts';
import { CredentialError, scopeOf } from '../credentials/errors.ts';
import type { Credential } from '../platform/client/credential.ts';
import type { Endpoint } from '../platform/client/endpoint.ts';
import type { ProjectReference } from './apiTokens.ts';
import type { Loaders } from './index.ts';

/** Reads that are planned: the path of the field that brings them, and what each is asked with. */
interface Asking<Args> {
  readonly path: string;
  readonly args: Args;
}

/** Something that a project or an organization tells: by whose token (undefined for either), what reading it may cost, and how it is read. */
export interface Source<Parent, Args, Value> {
  readonly takes?: TakenToken | undefined;
  /**
   * Notes what reading it at a scope may cost, never below what `read` does, retries aside. Answers with what stands below it; null
   * when nothing can.
   */
  readonly plan: (asking: Asking<Args>, scope: ParentScope, estimator: CostEstimator) => ParentScope | null;
  /** Null, or `PlatformError` with `NOT_FOUND`, when there is no such parent. */
  readonly read: (loaders: Loaders, parent: Parent, args: Args) => Promise<Value | null>;
}

/** Something that projects tell. */
interface ProjectSource<Args, Value> extends Source<ProjectReference, Args, Value> {
  /** Notes what reading it of these projects may cost. */
  readonly cost: (projects: ProjectSet, asking: Asking<Args>, estimator: CostEstimator) => void;
}

/** An organization by its id, which a credential told. */
interface OrganizationReference {
  readonly id: string;
}

/** Completes what projects tell with its place in the plan. */
export function ofProjects<Args, Value>(source: Omit<ProjectSource<Args, Value>, 'plan'>): ProjectSource<Args, Value> {
  return {
    ...source,
    plan: (asking, { projects }, estimator) => {
      if (!projects) return null;
      source.cost(projects, asking, estimator);
      return inside(projects);
    },
  };
}

/** Endpoint that a token of the organization opens, or else one of the project. Tokens of users open either. */
type ProjectEndpoint<Args, Value> =
  | Endpoint<'organization' | 'oauth', Args, Value>
  | Endpoint<'project' | 'oauth', Args, Value>;

/** Arguments of an endpoint that the source fills in. The others are those of the source. */
type Filled = 'projectId' | 'organizationId';

/**
 * Source with one call per project, remembered for the request under its credential. `pick` takes the value out of the answer:
 * the whole, unless said otherwise.
 */
export function perProject<Args, Value>(
  endpoint: ProjectEndpoint<Args, Value>,
): ProjectSource<Omit<Args, Filled>, Value>;
export function perProject<Args, Value, Picked>(
  endpoint: ProjectEndpoint<Args, Value>,
  pick: (value: Value) => Picked | null,
): ProjectSource<Omit<Args, Filled>, Picked>;
export function perProject(
  endpoint: Endpoint<never, object>,
  pick: (value: unknown) => unknown = whole,
): ProjectSource<object, unknown> {
  const { name, placeholders } = endpoint;
  const [takes, isInOrganization] = [scopeOf(endpoint), placeholders.includes('organizationId')];
  return ofProjects<object, unknown>({
    takes,
    cost: (projects, { path, args }, estimator) => {
      estimator.perProject(takes, `${name} ${estimator.keyOf(args)}`, projects, path);
    },
    read: async (loaders, project, args) => {
      const credential = (await loaders.credentialFor(takes, project)) as Credential<never> | null;
      if (!credential) return null;
      const organizationId = isInOrganization ? organizationOf(credential, project) : '';
      return pick(await loaders.read(credential, endpoint, { ...args, projectId: project.id, organizationId }));
    },
  });
}

/**
 * Source with one call per organization, remembered for the request under its credential. Covers everything in the
 * organization.
 */
export function perOrganization<Args, Value>(
  endpoint: Endpoint<'organization' | 'oauth', Args, Value>,
): Source<OrganizationReference, Omit<Args, Filled>, Value>;
export function perOrganization<Args, Value, Picked>(
  endpoint: Endpoint<'organization' | 'oauth', Args, Value>,
  pick: (value: Value) => Picked | null,
): Source<OrganizationReference, Omit<Args, Filled>, Picked>;
export function perOrganization(
  endpoint: Endpoint<never, object>,
  pick: (value: unknown) => unknown = whole,
): Source<OrganizationReference, object, unknown> {
  const { name } = endpoint;
  return {
    takes: 'ORGANIZATION',
    plan: ({ path, args }, { count }, estimator) => {
      estimator.perOrganization(`${name} ${estimator.keyOf(args)}`, count, path);
      return NOWHERE;
    },
    read: async (loaders, { id: organizationId }, args) => {
      const credential = await loaders.credentials.for(endpoint, { organizationId, covers: 'everything' });
      return pick(await loaders.read(credential, endpoint, { ...args, organizationId }));
    },
  };
}

function whole(value: unknown): unknown {
  return value;
}

/** The organization whose id goes into a path: that of the credential, never one that a caller gave. Throws `CredentialError`. */
export function organizationOf(credential: Credential, project: Pick<ProjectReference, 'id'>): string {
  if (credential.organizationId !== null) return credential.organizationId;
  throw new CredentialError(
    'CREDENTIAL_REQUIRED',
    'The platform does not return the organization of the credential. This requires a token of the organization.',
    { scope: 'ORGANIZATION', projectId: project.id },
  );
}
