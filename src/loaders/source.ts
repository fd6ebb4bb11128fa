import type { CostEstimator, ProjectSet } from '../cost/estimator.ts';
import { NOWHERE, type ParentScope, type SelectedField } from '../cost/parentScope.ts';
import { inside } from '../cost/parentScopes.ts';
import type { TakenToken, TokenScope } from '../cost/reading.ts';
import { CredentialError } from '../credentials/errors.ts';
import type { Credential } from '../platform/client/credential.ts';
import type { Endpoint } from '../platform/client/endpoint.ts';
import type { ProjectReference } from './apiTokens.ts';
import type { Loaders } from './index.ts';

/** Path and arguments for which a source is planned. */
type Asking = Pick<SelectedField, 'path' | 'args'>;

/** Something that a project or an organization tells: by whose token (undefined for either), what reading it may cost, and how it is read. */
export interface Source<Parent, Args, Value> {
  readonly takes?: TakenToken | undefined;
  /**
   * Notes what reading it at a scope may cost, never below what `read` does, retries aside. Answers with what stands below it; null
   * when nothing can.
   */
  readonly plan: (field: Asking, scope: ParentScope, estimator: CostEstimator) => ParentScope | null;
  /** Null, or `PlatformError` with `NOT_FOUND`, when there is no such parent. */
  readonly read: (loaders: Loaders, parent: Parent, args: Args) => Promise<Value | null>;
}

/** Something that projects tell. */
interface ProjectSource<Args, Value> extends Source<ProjectReference, Args, Value> {
  /** Notes what reading it of these projects may cost. */
  readonly cost: (projects: ProjectSet, field: Asking, estimator: CostEstimator) => void;
}

/** An organization by its id, which a credential told. */
interface OrganizationReference {
  readonly id: string;
}

/** Completes what projects tell with its place in the plan. */
export function ofProjects<Args, Value>(source: Omit<ProjectSource<Args, Value>, 'plan'>): ProjectSource<Args, Value> {
  return {
    ...source,
    plan: (field, { projects }, estimator) => {
      if (!projects) return null;
      source.cost(projects, field, estimator);
      return inside(projects);
    },
  };
}

/** Kinds of credential of each scope. */
interface KindOf {
  readonly ORGANIZATION: 'organization' | 'oauth';
  readonly PROJECT: 'project' | 'oauth';
}

/** Arguments that a source gives the endpoint that it reads, beside arguments of its own. */
interface Place {
  readonly projectId: string;
  readonly organizationId: string;
}

interface PerProject<Takes extends TokenScope, Args, Asked, Value, Picked> {
  readonly takes: Takes;
  readonly reads: Endpoint<KindOf[Takes], Asked & Place, Value>;
  /** Arguments of a field that the platform is asked with: all of them, unless said otherwise. */
  readonly asks?: (args: Args) => Asked;
  readonly pick: (value: Value) => Picked | null;
}

interface PerOrganization<Args, Asked, Value, Picked> {
  readonly reads: Endpoint<KindOf['ORGANIZATION'], Asked & Pick<Place, 'organizationId'>, Value>;
  readonly asks?: (args: Args) => Asked;
  readonly pick: (value: Value) => Picked | null;
}

/** Asks the platform the same whatever the arguments of the field: a page is cut out of the whole list. */
export const sameForAll = (): object => ({});

/** Arguments of a source that is one page of a list which the platform pages. */
export interface PagedArguments {
  readonly page: number;
}

/** Asks for one page. Other dialects take the number of elements before it. */
export const onePage = ({ page }: PagedArguments) => ({ page, seen: 0 });

/** A source that is one call per project, remembered for the request under the credential that it was read with. */
export function perProject<Takes extends TokenScope, Args extends object, Asked extends object, Value, Picked>({
  takes,
  reads,
  asks = asGiven,
  pick,
}: PerProject<Takes, Args, Asked, Value, Picked>): ProjectSource<Args, Picked> {
  const { name } = reads;
  const isInOrganization = reads.placeholders.includes('organizationId');
  return ofProjects<Args, Picked>({
    takes,
    cost: (projects, field, estimator) => {
      estimator.perProject(takes, `${name} ${keyOf(field, asks, estimator)}`, projects, field.path);
    },
    read: async (loaders, project, args) => {
      const credential = (await loaders.credentialFor(takes, project)) as Credential<KindOf[Takes]> | null;
      if (!credential) return null;
      const organizationId = isInOrganization ? organizationOf(credential, project) : '';
      const asked = asks(args);
      const memo = `${name} ${project.id} ${JSON.stringify(asked)}`;
      const answer = loaders.memo.getOrMake(credential, memo, () =>
        loaders.session.as(credential).call(reads, { ...asked, projectId: project.id, organizationId }),
      );
      return pick((await answer) as Value);
    },
  });
}

/**
 * Source with one call per organization, remembered for the request under its credential. Covers everything in the
 * organization.
 */
export function perOrganization<Args extends object, Asked extends object, Value, Picked>({
  reads,
  asks = asGiven,
  pick,
}: PerOrganization<Args, Asked, Value, Picked>): Source<OrganizationReference, Args, Picked> {
  const { name } = reads;
  return {
    takes: 'ORGANIZATION',
    plan: (field, { count }, estimator) => {
      estimator.perOrganization(`${name} ${keyOf(field, asks, estimator)}`, count, field.path);
      return NOWHERE;
    },
    read: async (loaders, { id: organizationId }, args) => {
      const credential = await loaders.credentials.for(reads, { organizationId, covers: 'everything' });
      const asked = asks(args);
      const memo = `${name} ${organizationId} ${JSON.stringify(asked)}`;
      const answer = loaders.memo.getOrMake(credential, memo, () =>
        loaders.session.as(credential).call(reads, { ...asked, organizationId }),
      );
      return pick((await answer) as Value);
    },
  };
}

function asGiven<Args, Asked>(args: Args): Asked {
  return args as unknown as Asked;
}

/** Tells apart what is asked for with other arguments. */
function keyOf<Args>(field: Asking, asks: (args: Args) => unknown, estimator: CostEstimator): string {
  const args = field.args();
  return estimator.keyOf(args && asks(args as Args));
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
