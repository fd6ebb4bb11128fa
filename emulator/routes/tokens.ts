import { type Accepts, projectInReach } from '../access.ts';
import type { Call, Route } from '../call.ts';
import { PlatformFailure } from '../failures.ts';
import { nameMember, textMember } from '../members.ts';
import type { Token, TokenStatus } from '../token.ts';
import { shownTokenId } from '../wire.ts';

const MANAGERS: Accepts = { organization: true, project: false, oauth: true };
const TOKEN_PATH = '/v2/projects/tokens/{id}';

/** Platform-api.md section 2.3; the life of a token is section 1.6. */
export const TOKEN_ROUTES: readonly Route[] = [
  { method: 'POST', path: '/v2/projects/tokens', accepts: MANAGERS, answer: createToken },
  { method: 'GET', path: TOKEN_PATH, accepts: MANAGERS, answer: getToken },
  { method: 'PUT', path: TOKEN_PATH, accepts: MANAGERS, answer: updateToken },
  { method: 'DELETE', path: TOKEN_PATH, accepts: MANAGERS, answer: revokeToken },
];

function createToken({ platform, grant, settings, targetProjectId, members: readMembers }: Call): object {
  if (targetProjectId === undefined) throw new PlatformFailure(9, 'project-id');
  const project = projectInReach(grant, targetProjectId);
  const members = readMembers();
  const name = nameMember(members, 11);
  const token = platform.createToken(project, name, textMember(members, 'description'));
  return {
    id: shownTokenId(token, settings.maskCreatedTokenIds ? settings.tokenMask : null),
    name: token.name,
    description: token.description,
    status: token.status,
    scope: 'Pia.Data.Project',
    organization: grant.organization.id,
    project: project.id,
    messages: [{ id: 0, description: 'Token created', type: 'Success' }],
    errors: [],
  };
}

function getToken(call: Call): object {
  const { id, name, description, status, timestamp } = tokenInReach(call);
  return { id, name, description, status, scope: 'Pia.Data.Project', timestamp };
}

/** Members that are absent or null stay as they are; answers messages, not the token. */
function updateToken(call: Call): object {
  const token = tokenInReach(call);
  if (token.status === 'Revoked') throw new PlatformFailure(2032, 'the token is revoked');
  const members = call.members();
  const description = textMember(members, 'description');
  const status = textMember(members, 'status');
  if (status !== null) call.platform.setTokenStatus(token, settableStatus(status));
  if (description !== null) token.description = description;
  return [{ description: 'Token updated', type: 'Success' }];
}

/** Revoking twice is no error: the sources do not say, and the state is the one asked for. */
function revokeToken(call: Call): object {
  call.platform.setTokenStatus(tokenInReach(call), 'Revoked');
  return {};
}

/** Any casing is accepted (section 6); revoking needs DELETE. */
function settableStatus(text: string): TokenStatus {
  const status = text.toLowerCase();
  if (status === 'active') return 'Active';
  if (status === 'blocked') return 'Blocked';
  throw new PlatformFailure(2032);
}

/** A token of another organization is as unknown as one that never was. */
function tokenInReach({ platform, grant, id }: Call): Token {
  const found = platform.findToken(id);
  if (found?.project.organization !== grant.organization) throw new PlatformFailure(5);
  projectInReach(grant, found.project.id);
  return found.token;
}
