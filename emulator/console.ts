import { randomUUID } from 'node:crypto';
import type { ExportedRequest } from './model.ts';
import type { Organization } from './organization.ts';
import { type MemberSummary, memberSummary } from './people.ts';
import type { Platform } from './platform.ts';
import type { Project } from './project.ts';
import { milliseconds } from './timestamps.ts';
import type { TokenRow, TokenStatus } from './token.ts';

/** A project token as it truly is, whatever lists show of it. */
export interface TrueToken extends TokenRow {
  /** Whether a call that presents the token is let in right now. */
  readonly isAccepted: boolean;
}

export interface TrueProject {
  readonly id: string;
  readonly name: string;
  readonly description: string | null;
  readonly isHidden: boolean;
}

interface TrueOrganization {
  readonly id: string;
  readonly name: string;
}

/** A request to add: the id of the token that made it, and whatever else matters. */
export type NewRequest = Pick<ExportedRequest, 'apiToken'> & Partial<Omit<ExportedRequest, 'apiToken'>>;

/** What people do and see in the platform's own web console, beside every API. Unknown ids throw. */
export interface Console {
  /** Creates a token in a project; answers its id, which is the secret. */
  createToken(projectId: string, name: string, description?: string): string;
  /** Another token of an organization. */
  createOrganizationToken(organizationId: string): string;
  /** A user's next access token, as the hourly refresh gives it. The one before opens nothing any more. */
  refreshUserToken(token: string): string;
  /** Throws for a revoked token, since that is final. */
  setTokenStatus(tokenId: string, status: TokenStatus): void;
  deleteProject(projectId: string): void;
  /** What an update through the API does, by somebody else. */
  updateProject(projectId: string, name: string, description: string | null): void;
  /** Addresses that are invited to a project and may still accept. */
  invitations(projectId: string): string[];
  /** The invited person becomes a member. Throws without an invitation, or 72 hours after it. */
  acceptInvitation(projectId: string, email: string): MemberSummary;
  /** The members of a project, in order of joining. */
  members(projectId: string): MemberSummary[];
  /** Adds to the request export of a project; without times, the request began and ended now. */
  addRequest(projectId: string, request: NewRequest): void;
  /** Every token of a project, revoked ones too, in order of creation. */
  tokens(projectId: string): TrueToken[];
  /** Every organization, in order of creation. */
  organizations(): TrueOrganization[];
  /** Every project of an organization that was not deleted, hidden ones too, in order of creation. */
  projects(organizationId: string): TrueProject[];
}

export function consoleOf(platform: Platform): Console {
  return {
    createToken: (projectId, name, description) =>
      platform.createToken(projectIn(platform, projectId), name, description ?? null).id,
    createOrganizationToken: (id) => platform.createOrganizationToken(organizationIn(platform, id)),
    refreshUserToken: (token) => {
      const next = platform.refreshUserToken(token);
      if (next === undefined) throw new Error('there is no such user token');
      return next;
    },
    setTokenStatus: (tokenId, status) => setTokenStatus(platform, tokenId, status),
    deleteProject: (projectId) => {
      const project = projectIn(platform, projectId);
      project.organization.remove(project);
    },
    updateProject: (projectId, name, description) => {
      const project = projectIn(platform, projectId);
      project.organization.update(project, name, description);
    },
    ...rosterConsole(platform),
    addRequest: (projectId, request) => projectIn(platform, projectId).details.requests.add(fullRequest(request)),
    tokens: (projectId) => trueTokens(projectIn(platform, projectId)),
    organizations: () => [...platform.organizations()].map(({ id, name }) => ({ id, name })),
    projects: (organizationId) => trueProjects(platform, organizationId),
  };
}

function rosterConsole(platform: Platform): Pick<Console, 'invitations' | 'acceptInvitation' | 'members'> {
  const rosterOf = (projectId: string) => projectIn(platform, projectId).details.roster;
  return {
    invitations: (projectId) =>
      rosterOf(projectId)
        .invitations(Date.now())
        .map(({ email }) => email),
    acceptInvitation: (projectId, email) => {
      const member = platform.acceptInvitation(projectIn(platform, projectId), email);
      if (!member) throw new Error(`"${email}" has no invitation`);
      return memberSummary(member);
    },
    members: (projectId) => rosterOf(projectId).all().map(memberSummary),
  };
}

function fullRequest(request: NewRequest): ExportedRequest {
  const startTimestamp = request.startTimestamp ?? request.timestamp ?? milliseconds(Date.now());
  return {
    assistant: 'N/D',
    cost: 0,
    elapsedTimeMs: 0,
    startTimestamp,
    endTimestamp: startTimestamp,
    timestamp: startTimestamp,
    feedback: null,
    intent: null,
    module: 'Chat',
    prompt: null,
    inputText: '',
    output: null,
    ragSourcesConsulted: null,
    sessionId: randomUUID(),
    status: 'succeeded',
    ...request,
  };
}

function projectIn(platform: Platform, id: string): Project {
  const project = platform.project(id);
  if (!project) throw new Error(`there is no project "${id}"`);
  return project;
}

function setTokenStatus(platform: Platform, tokenId: string, status: TokenStatus): void {
  const found = platform.findToken(tokenId);
  if (!found) throw new Error('there is no such token');
  if (found.token.status === 'Revoked' && status !== 'Revoked') throw new Error('a revoked token stays revoked');
  platform.setTokenStatus(found.token, status);
}

function trueTokens({ details }: Project): TrueToken[] {
  const now = Date.now();
  return details.tokens.map((token) => {
    const { id, name, description, status, timestamp } = token;
    return { id, name, description, status, timestamp, isAccepted: token.isAccepted(now) };
  });
}

function organizationIn(platform: Platform, id: string): Organization {
  const organization = platform.organization(id);
  if (!organization) throw new Error(`there is no organization "${id}"`);
  return organization;
}

function trueProjects(platform: Platform, organizationId: string): TrueProject[] {
  return [...organizationIn(platform, organizationId).projects()].map(({ id, name, description, isHidden }) => ({
    id,
    name,
    description,
    isHidden,
  }));
}
