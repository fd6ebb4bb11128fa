import fc from 'fast-check';
import { PERMISSIONS, type Permission } from '../../src/access/permissions.ts';
import { Access, type Presented } from '../oracle/access.ts';
import type { Model, OrganizationEntry, ProjectEntry } from '../oracle/model.ts';
import { type Situation, startSituation } from '../oracle/situation.ts';
import type { Facade } from '../support/facade.ts';
import { type Issuer, jwtMode, startIssuer } from '../support/issuer.ts';

/** Which claims a facade reads. */
export type Claimed = 'organizations' | 'projects' | 'both';

/** Who asks: ids of what exists for them. Null where the facade reads no such claim. */
export interface Claims {
  readonly organizations: readonly string[] | null;
  readonly projects: readonly string[] | null;
  /** What they may do. Undefined: everything. */
  readonly permissions?: readonly Permission[];
}

/** The emulator's data, and facades in front of it that know callers by tokens of a company. */
export interface Restricted extends Situation {
  readonly issuer: Issuer;
  readonly projects: readonly ProjectEntry[];
  facadeFor(claimed: Claimed, env?: Record<string, string>): Promise<Facade>;
  /** Headers of a caller. */
  as(claims: Claims): Promise<Record<string, string>>;
}

const ENV: Record<Claimed, Record<string, string>> = {
  organizations: { JWT_ORGANIZATIONS_CLAIM: 'organizations' },
  projects: { JWT_PROJECTS_CLAIM: 'projects' },
  both: { JWT_ORGANIZATIONS_CLAIM: 'organizations', JWT_PROJECTS_CLAIM: 'projects' },
};

export async function startRestricted(): Promise<Restricted> {
  const [situation, issuer] = [await startSituation(), await startIssuer()];
  const keyring = keyringOf(situation.model).map(({ token }) => token);
  return {
    ...situation,
    issuer,
    projects: situation.model.organizations.flatMap(({ projects }) => projects),
    facadeFor: (claimed, env = {}) => situation.facade({ ...jwtMode(issuer, keyring), ...ENV[claimed], ...env }),
    as: async ({ permissions = PERMISSIONS, organizations, projects }) => ({
      authorization: `Bearer ${await issuer.token({ scope: permissions.join(' '), organizations, projects })}`,
    }),
    close: async () => {
      await issuer.close();
      await situation.close();
    },
  };
}

/** The tokens of the server: those of both organizations, and of a project of each. */
function keyringOf({ organizations }: Model): Presented[] {
  const ofOrganization = (organization: OrganizationEntry): Presented => {
    return { token: organization.token, kind: 'organization', organization, project: null };
  };
  const ofProject = (project: ProjectEntry): Presented => {
    const token = project.apiTokens.find(({ status }) => status === 'ACTIVE')!.secret;
    return { token, kind: 'project', organization: project.organization, project };
  };
  return [...organizations.map(ofOrganization), ...organizations.map(({ projects }) => ofProject(projects[0]!))];
}

/** Any claims of a caller, those that exclude nothing or everything among them. */
export function claimsOf(claimed: Claimed, { organizations }: Model): fc.Arbitrary<Claims> {
  const projects = organizations.flatMap((organization) => organization.projects.map(({ id }) => id));
  const some = (ids: readonly string[]) => fc.oneof(fc.subarray([...ids]), fc.constant(ids));
  return fc.record({
    organizations: claimed === 'projects' ? fc.constant(null) : some(organizations.map(({ id }) => id)),
    projects: claimed === 'organizations' ? fc.constant(null) : some(projects),
  });
}

export const seesOrganization = ({ organizations }: Claims, { id }: OrganizationEntry) =>
  organizations === null || organizations.includes(id);

export const seesProject = (claims: Claims, { id, organization }: ProjectEntry) =>
  (claims.projects === null || claims.projects.includes(id)) && seesOrganization(claims, organization);

/** The rules for a caller: those over a platform that has nothing but what the claims allow. */
export function accessWithin(model: Model, claims: Claims, borrowing: boolean): Access {
  const held = keyringOf(model).filter(
    ({ organization, project }) =>
      seesOrganization(claims, organization) && (project === null || seesProject(claims, project)),
  );
  return new Access(model, held, borrowing, (id) => claims.projects?.includes(id) ?? true);
}
