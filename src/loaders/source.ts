import type { CostEstimator, ProjectSet } from '../cost/estimator.ts';
import type { SelectedField } from '../cost/parentScope.ts';
import type { TokenScope } from '../cost/reading.ts';
import { CredentialError } from '../credentials/errors.ts';
import type { Credential } from '../platform/client/credential.ts';
import type { Endpoint } from '../platform/client/endpoint.ts';
import type { ProjectReference } from './apiTokens.ts';
import type { Loaders } from './index.ts';

/** Something that projects tell: by whose token, what reading it may cost, and how it is read. */
export interface ProjectSource<Args, Value> {
  readonly takes: TokenScope;
  /** Notes what reading it of these projects may cost. Never below what `read` does, retries aside. */
  readonly cost: (projects: ProjectSet, field: SelectedField, estimator: CostEstimator) => void;
  /** Null, or `PlatformError` with `NOT_FOUND`, when there is no such project. */
  readonly read: (loaders: Loaders, project: ProjectReference, args: Args) => Promise<Value | null>;
}

/** Kinds of credential of each scope. */
interface KindOf {
  readonly ORGANIZATION: 'organization' | 'oauth';
  readonly PROJECT: 'project' | 'oauth';
}

/** What a source gives the endpoint that it reads, beside arguments of its own. */
interface Place {
  readonly projectId: string;
  readonly organizationId: string;
}

interface PerProject<Takes extends TokenScope, Args, Value, Picked> {
  readonly takes: Takes;
  readonly reads: Endpoint<KindOf[Takes], Args & Place, Value>;
  readonly pick: (value: Value) => Picked | null;
}

/** A source that is one call per project, remembered for the request under the credential that it was read with. */
export function perProject<Takes extends TokenScope, Args extends object, Value, Picked>({
  takes,
  reads,
  pick,
}: PerProject<Takes, Args, Value, Picked>): ProjectSource<Args, Picked> {
  const { name } = reads;
  const isInOrganization = reads.placeholders.includes('organizationId');
  return {
    takes,
    cost: (projects, field, estimator) => {
      estimator.perProject(takes, `${name} ${estimator.keyOf(field.args())}`, projects, field.path);
    },
    read: async (loaders, project, args) => {
      const credential = (await loaders.credentialFor(takes, project)) as Credential<KindOf[Takes]> | null;
      if (!credential) return null;
      const organizationId = isInOrganization ? organizationOf(credential, project) : '';
      const memo = `${name} ${project.id} ${JSON.stringify(args)}`;
      const answer = loaders.memo.getOrMake(credential, memo, () =>
        loaders.session.as(credential).call(reads, { ...args, projectId: project.id, organizationId }),
      );
      return pick((await answer) as Value);
    },
  };
}

/** The organization whose id goes into a path: that of the credential, never one that a caller gave. Throws `CredentialError`. */
function organizationOf(credential: Credential, project: ProjectReference): string {
  if (credential.organizationId !== null) return credential.organizationId;
  throw new CredentialError(
    'CREDENTIAL_REQUIRED',
    'The platform does not return the organization of the credential. This requires a token of the organization.',
    { scope: 'ORGANIZATION', projectId: project.id },
  );
}
