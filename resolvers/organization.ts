import { pageSize } from '../src/cost/arguments.ts';
import { type Cost, identified, inside, listedProjects } from '../src/cost/parentScope.ts';
import { CredentialError } from '../src/credentials/errors.ts';
import { badUserInput } from '../src/errors.ts';
import { findingsCost } from '../src/findings/cost.ts';
import type { OrganizationResolvers, QueryResolvers } from '../src/generated/resolvers.ts';
import { perOrganization } from '../src/loaders/source.ts';
import { organizationLimit } from '../src/loaders/usageLimits.ts';
import type { PlatformError } from '../src/platform/client/errors.ts';
import { listOrganizationMembers } from '../src/platform/resources/members.ts';
import { getPluginPolicies } from '../src/platform/resources/pluginPolicies.ts';
import { listOrganizationLimits } from '../src/platform/resources/usageLimits.ts';
import type { RequestContext } from '../src/request/context.ts';
import { type EntityResolver, idOf, loadReferences } from '../src/request/entityReferences.ts';
import { itself, pageOf, pages, reads } from '../src/request/fields.ts';
import { lazyPages } from '../src/request/paging/lazyPages.ts';
import { type Complete, declared, type Fields } from '../src/request/resolverTypes.ts';
import { analyticsOfOrganization } from './analytics.ts';
import { readPlatformId } from './input.ts';
import type { OrganizationModel } from './models.ts';
import { organizationTokens, organizationTokensCost } from './organizationTokens.ts';
import { organizationUsage } from './organizationUsage.ts';
import { readProjectView } from './projectListing.ts';
import { projectMemberships } from './projectMembership.ts';
import { tokenFindings } from './tokenFinding.ts';
import { usageLimitView } from './usageLimitListing.ts';

export const Query: Fields<Pick<QueryResolvers, 'organization'>> = {
  organization: declared(
    { cost: (_field, _scope, { estimator }) => identified(estimator) },
    async (_root, { id }, { credentials }) => {
      const open = organizationsOf(await credentials.accepted());
      if (id != null) return openOrAbsent(open, readPlatformId(id), await credentials.unidentified());
      const [only, ...others] = open.values();
      if (others.length > 0) {
        throw badUserInput(
          `The credentials open several organizations. Choose one with \`id\`: ${[...open.keys()].join(', ')}.`,
        );
      }
      if (only) return only;
      throw unknownOrganization();
    },
  ),
};

const projectsCost: Cost = (field, { count }, { estimator }) =>
  inside(listedProjects(field, count, estimator, pageSize(field)));

export const Organization: Complete<OrganizationResolvers, OrganizationModel> = {
  members: lazyPages('members', perOrganization(listOrganizationMembers)),
  projectMemberships,
  projects: declared({ cost: projectsCost, takes: 'ORGANIZATION' }, async ({ id }, args, { loaders, admission }) => {
    const view = readProjectView(args);
    return pageOf(view, await loaders.projects.list(id), args, itself, admission);
  }),
  apiTokens: declared({ cost: organizationTokensCost, takes: 'ORGANIZATION' }, organizationTokens),
  analytics: analyticsOfOrganization,
  usage: organizationUsage,
  tokenFindings: declared({ cost: findingsCost, takes: 'ORGANIZATION' }, tokenFindings),
  usageLimit: reads(organizationLimit),
  usageLimits: pages(perOrganization(listOrganizationLimits), usageLimitView, itself),
  pluginRuntimePolicies: reads(perOrganization(getPluginPolicies)),
};

/** Organizations by reference: those that the credentials open, without a call beyond knowing the credentials. */
export const resolveOrganizations: EntityResolver = async (references, { credentials }) => {
  const open = organizationsOf(await credentials.accepted());
  const unknown = await credentials.unidentified();
  return loadReferences(
    references,
    (reference) => readPlatformId(idOf(reference)),
    async (ids) => ids.map((id) => open.get(id) ?? unknown ?? null),
  );
};

/** Null for an organization that no credential opens. Throws `unknown`: a credential that may open it is not known. */
export function openOrAbsent(
  open: ReadonlyMap<string, OrganizationModel>,
  id: string,
  unknown: PlatformError | undefined,
): OrganizationModel | null {
  const found = open.get(id);
  if (!found && unknown) throw unknown;
  return found ?? null;
}

/** Error of credentials that are accepted, and whose organization is not known. */
export function unknownOrganization(): CredentialError {
  const message = 'The platform does not return the organization of the credential.';
  return new CredentialError('CREDENTIAL_REQUIRED', message, { scope: 'ORGANIZATION' });
}

/** The organization with this id, as far as the credentials know it. */
export async function organizationById(id: string, { credentials }: RequestContext): Promise<OrganizationModel> {
  return organizationsOf(await credentials.accepted()).get(id) ?? { id, name: null };
}

/** The organizations that credentials belong to, without repetition, in the order presented. */
export function organizationsOf(
  credentials: readonly { readonly organizationId: string | null; readonly organizationName: string | null }[],
): Map<string, OrganizationModel> {
  const found = new Map<string, OrganizationModel>();
  for (const { organizationId, organizationName } of credentials) {
    if (organizationId === null) continue;
    const name = found.get(organizationId)?.name ?? organizationName;
    found.set(organizationId, { id: organizationId, name });
  }
  return found;
}
