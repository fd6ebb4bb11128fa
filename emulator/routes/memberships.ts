import { type Accepts, organizationInReach } from '../access.ts';
import { type Call, type Route, required } from '../call.ts';
import type { EmulatorSettings } from '../options.ts';
import type { Organization } from '../organization.ts';
import { pageOf } from '../pages.ts';
import type { Role } from '../people.ts';
import type { Project } from '../project.ts';
import { rolesAsked } from '../roleTypes.ts';
import { isOlder, MANAGERS } from './managers.ts';

/** Two revisions disagree (section 1.4): the older takes an organization token, the newer some roles of users alone. */
const PROVISIONERS: Accepts = {
  organization: isOlder,
  project: false,
  oauth: true,
  systemAdministrator: (settings) => !isOlder(settings),
};

/** A person in a project, with the roles that were asked for. */
interface Membership {
  readonly project: Project;
  readonly roles: readonly Role[];
}

/** Platform-api.md section 2.13: what a person, named by e-mail, belongs to. */
export const MEMBERSHIP_ROUTES: readonly Route[] = [
  { method: 'GET', path: '/v2/accessControl/memberships', accepts: PROVISIONERS, answer: organizationMemberships },
  { method: 'GET', path: '/v2/accessControl/projects/memberships', accepts: MANAGERS, answer: projectMemberships },
];

/** Those that the caller may look into: one, or all of them for an administrator of the platform. */
function organizationMemberships(call: Call): object {
  const email = required(call.query('email'), 'email');
  const name = call.query('organizationName');
  const seen = call.grant.isOfPlatform ? call.platform.organizations() : [call.grant.organization];
  const organizations = seen.filter(
    (organization) => organization.roster.memberAt(email) && (name === undefined || name === organization.name),
  );
  const { items, count, pages } = pageOf(call, organizations, {
    organizationName: (organization) => organization.name,
  });
  const key = isCurrent(call.settings) ? 'organizations' : 'organizationsMemberships';
  return { count, pages, [key]: items.map((organization) => organizationItem(call, organization, email)) };
}

function projectMemberships(call: Call): object {
  const organization = organizationInReach(call.grant, call.targetOrganizationId ?? '', 2006);
  const email = required(call.query('userEmail'), 'userEmail');
  const name = ({ project }: Membership) => project.name;
  const memberships = membershipsOf(call, organization, email);
  const { items, count, pages } = pageOf(call, memberships, { projectName: name, name });
  return { count, pages, [projectsKey(call)]: items.map(projectItem) };
}

function membershipsOf(call: Call, organization: Organization, email: string): Membership[] {
  const person = organization.roster.memberAt(email)?.person;
  if (!person) return [];
  const asked = rolesAsked(call);
  return [...organization.projects()].flatMap((project) => {
    const roles = asked(project.details.roster.member(person.id)?.roles ?? []);
    return roles.length > 0 ? [{ project, roles }] : [];
  });
}

function organizationItem(call: Call, organization: Organization, email: string): object {
  const { id, name } = organization;
  const projects = membershipsOf(call, organization, email).map(projectItem);
  const item = { organizationId: id, organizationName: name, [projectsKey(call)]: projects };
  return isCurrent(call.settings) ? { isStationAvailable: true, ...item } : item;
}

function projectItem({ project, roles }: Membership): object {
  const { id, name, description, organization } = project;
  return {
    organizationId: organization.id,
    organizationName: organization.name,
    projectId: id,
    projectName: name,
    projectDescription: description,
    roles,
  };
}

function isCurrent({ membershipShape }: EmulatorSettings): boolean {
  return membershipShape === 'current';
}

function projectsKey({ settings }: Call): string {
  return isCurrent(settings) ? 'projects' : 'projectsMemberships';
}
