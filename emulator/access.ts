import type { IncomingHttpHeaders } from 'node:http';
import { type Credential, singleHeader } from './credentials.ts';
import { PlatformFailure } from './failures.ts';
import type { EmulatorSettings } from './options.ts';
import type { Organization } from './organization.ts';
import type { OAuthUser } from './platform.ts';
import type { Project } from './project.ts';
import { toUuid } from './uuids.ts';

/** Whether something holds, or which option says so. */
type Rule = boolean | ((settings: EmulatorSettings) => boolean);

/** The row of a route in the table of platform-api.md section 1.4; where it has "?", an option decides. */
export interface Accepts {
  readonly organization: Rule;
  readonly project: Rule;
  readonly oauth: Rule;
  /** Users need that role, and name no project (section 5, trap 15). */
  readonly systemAdministrator?: Rule;
}

/** The "?" of section 1.4 about users' tokens. */
export const OAUTH_UNSTATED = ({ oauthEverywhere }: EmulatorSettings): boolean => oauthEverywhere;

/** What an accepted credential opens. */
export interface Grant {
  readonly kind: 'organization' | 'project' | 'oauth';
  readonly organization: Organization;
  /** That of a project token, or the one that a user's call names. */
  readonly project?: Project;
  readonly user?: OAuthUser;
  /** Whether it opens every organization, for an administrator of the platform. */
  readonly isOfPlatform?: true;
}

/** Lets a credential in, or fails: 401 when there is none, 6 when it is unknown or blocked, 7 when it is out of scope. */
export function grantFor(
  credential: Credential,
  accepts: Accepts,
  headers: IncomingHttpHeaders,
  settings: EmulatorSettings,
): Grant {
  if (credential.kind === 'none') throw new PlatformFailure(401);
  if (credential.kind === 'refused') throw new PlatformFailure(6, '', 'unknownToken');
  const holds = (rule: Rule) => (typeof rule === 'boolean' ? rule : rule(settings));
  if (!holds(accepts[credential.kind])) throw outOfScope();
  if (credential.kind === 'organization') return credential;
  if (credential.kind === 'project') return { ...credential, organization: credential.project.organization };
  return holds(accepts.systemAdministrator ?? false)
    ? administratorGrant(credential.user)
    : userGrant(credential.user, headers);
}

function administratorGrant(user: OAuthUser): Grant {
  if (!user.isSystemAdministrator) throw new PlatformFailure(403, '', 'missingRole');
  return { kind: 'oauth', organization: user.organization, user, isOfPlatform: true };
}

function outOfScope(): PlatformFailure {
  return new PlatformFailure(7, '', 'wrongScope');
}

/**
 * An OAuth call names its project in `ProjectId` or `project-id`, which the SDK treats as one (section 1.2). No header,
 * no project or no access are all id 7: section 2.5 answers 403 to "no visibility, inactive project, or unknown ids",
 * and a call without context is one that the roles of the user cannot allow.
 */
function userGrant(user: OAuthUser, headers: IncomingHttpHeaders): Grant {
  const { organization } = user;
  const organizationId = singleHeader(headers, 'organizationid');
  if (organizationId && toUuid(organizationId) !== organization.id) throw new PlatformFailure(7);
  const projectId = toUuid(singleHeader(headers, 'projectid') ?? singleHeader(headers, 'project-id') ?? '');
  const project = projectId === undefined ? undefined : organization.project(projectId);
  if (!project || !belongs(user, project)) throw new PlatformFailure(7);
  return { kind: 'oauth', organization, project, user };
}

/**
 * The project that a call names, if the grant reaches it. An organization token sees no other organization (2005), a
 * project token no other project (7), a user only projects of theirs (7).
 */
export function projectInReach(grant: Grant, id: string): Project {
  const uuid = toUuid(id);
  if (uuid === undefined) throw new PlatformFailure(2005);
  if (grant.kind === 'project' && uuid !== grant.project?.id) throw new PlatformFailure(7);
  const project = grant.organization.project(uuid);
  if (!project) throw new PlatformFailure(2005);
  if (grant.user && !belongs(grant.user, project)) throw new PlatformFailure(7);
  return project;
}

function belongs(user: OAuthUser, { details }: Project): boolean {
  return user.isSystemAdministrator || details.roster.member(user.person.id) !== undefined;
}

/** The organization that a call names, which must be that of the grant: nobody learns which others there are. */
export function organizationInReach({ organization }: Grant, id: string, ifMalformed: 2001 | 2006): Organization {
  const uuid = toUuid(id);
  if (uuid === undefined) throw new PlatformFailure(ifMalformed);
  if (uuid !== organization.id) throw new PlatformFailure(2006);
  return organization;
}

/** The project that a project-level call is about: that of the token, or of the user's `ProjectId`. */
export function ownProject(grant: Grant): Project {
  if (!grant.project) throw new PlatformFailure(7);
  return grant.project;
}
