import type { IncomingHttpHeaders } from 'node:http';
import { type Credential, singleHeader } from './credentials.ts';
import { PlatformFailure } from './failures.ts';
import type { Organization } from './organization.ts';
import type { OAuthUser } from './platform.ts';
import type { Project } from './project.ts';
import { toUuid } from './uuids.ts';

/** The row of a route in the table of platform-api.md section 1.4; `unstated` is its "?". */
export interface Accepts {
  readonly organization: boolean;
  readonly project: boolean;
  readonly oauth: 'yes' | 'unstated';
}

/** What an accepted credential opens. */
export type Grant =
  | { readonly kind: 'organization'; readonly organization: Organization; readonly project?: undefined }
  | { readonly kind: 'project'; readonly organization: Organization; readonly project: Project }
  | {
      readonly kind: 'oauth';
      readonly organization: Organization;
      readonly project: Project;
      readonly user: OAuthUser;
    };

/** Lets a credential in, or fails: 401 when there is none, 6 when it is unknown or blocked, 7 when it is out of scope. */
export function grantFor(
  credential: Credential,
  accepts: Accepts,
  headers: IncomingHttpHeaders,
  oauthEverywhere: boolean,
): Grant {
  if (credential.kind === 'none') throw new PlatformFailure(401);
  if (credential.kind === 'refused') throw new PlatformFailure(6, '', 'unknownToken');
  if (credential.kind === 'oauth') {
    if (accepts.oauth !== 'yes' && !oauthEverywhere) throw outOfScope();
    return userGrant(credential.user, headers);
  }
  if (!accepts[credential.kind]) throw outOfScope();
  if (credential.kind === 'organization') return credential;
  return { ...credential, organization: credential.project.organization };
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
  const project = projectId !== undefined && user.projectIds.has(projectId) && organization.project(projectId);
  if (!project) throw new PlatformFailure(7);
  return { kind: 'oauth', organization, project, user };
}

/**
 * The project that a call names, if the grant reaches it. An organization token sees no other organization (2005), a
 * project token no other project (7), a user only projects of theirs (7).
 */
export function projectInReach(grant: Grant, id: string): Project {
  const uuid = toUuid(id);
  if (uuid === undefined) throw new PlatformFailure(2005);
  if (grant.kind === 'project' && uuid !== grant.project.id) throw new PlatformFailure(7);
  const project = grant.organization.project(uuid);
  if (!project) throw new PlatformFailure(2005);
  if (grant.kind === 'oauth' && !grant.user.projectIds.has(project.id)) throw new PlatformFailure(7);
  return project;
}

/** The project that a project-level call is about: that of the token, or of the user's `ProjectId`. */
export function ownProject(grant: Grant): Project {
  if (!grant.project) throw new PlatformFailure(7);
  return grant.project;
}
