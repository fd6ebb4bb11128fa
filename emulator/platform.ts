import { randomUUID } from 'node:crypto';
import { LimitBook } from './limitBook.ts';
import type { EmulatorSettings } from './options.ts';
import { Organization } from './organization.ts';
import { type Member, ORGANIZATION_ROLES, type Person, PROJECT_ROLES } from './people.ts';
import { Project } from './project.ts';
import { RequestLog } from './requestLog.ts';
import { Roster } from './roster.ts';
import { milliseconds } from './timestamps.ts';
import { type Delays, Token, type TokenStatus } from './token.ts';
import { newTokenId, seededPlace } from './tokenIds.ts';

/** A user behind an OAuth access token; the projects that they belong to are open (platform-api.md section 1.3). */
export interface OAuthUser {
  readonly token: string;
  readonly person: Person;
  readonly organization: Organization;
  readonly isSystemAdministrator: boolean;
}

/** What a token turns out to be. */
export type Identity =
  | { readonly kind: 'organization'; readonly organization: Organization }
  | { readonly kind: 'project'; readonly project: Project }
  | { readonly kind: 'oauth'; readonly user: OAuthUser };

interface NewProject {
  readonly name: string;
  readonly description: string | null;
  readonly administratorEmail: string | null;
}

/** What a platform holds when it starts. */
export interface SeededEntry {
  readonly organization: Organization;
  /** No endpoint creates or lists tokens of organizations (section 1.3). */
  readonly token: string;
  readonly people: readonly Person[];
  /** By place: `seededPlace` of a token id leads here. */
  readonly projects: readonly Project[];
  readonly user: OAuthUser;
}

export interface SeededState {
  readonly entries: readonly SeededEntry[];
  readonly administrator: OAuthUser;
}

/** The state of the emulated platform. */
export class Platform {
  /** May be changed at any time, and count for later changes of tokens. */
  readonly delays: Delays;
  readonly #tokenMark: string;
  readonly #seededProjects: readonly (readonly Project[])[];
  readonly #organizations: Map<string, Organization>;
  readonly #organizationTokens: Map<string, Organization>;
  readonly #users: Map<string, OAuthUser>;
  readonly #createdTokens = new Map<string, Project>();

  constructor(
    { entries, administrator }: SeededState,
    { tokenMark, statusDelayMs, listDelayMs }: Pick<EmulatorSettings, 'tokenMark' | 'statusDelayMs' | 'listDelayMs'>,
  ) {
    this.delays = { statusMs: statusDelayMs, listMs: listDelayMs };
    this.#tokenMark = tokenMark;
    this.#seededProjects = entries.map(({ projects }) => projects);
    this.#organizations = new Map(entries.map(({ organization }) => [organization.id, organization]));
    this.#organizationTokens = new Map(entries.map(({ token, organization }) => [token, organization]));
    const users = [...entries.map(({ user }) => user), administrator];
    this.#users = new Map(users.map((user) => [user.token, user]));
  }

  /** Undefined for an unknown, blocked or revoked token, which the platform does not tell apart (id 6). */
  identify(token: string): Identity | undefined {
    const organization = this.#organizationTokens.get(token);
    if (organization) return { kind: 'organization', organization };
    const user = this.#users.get(token);
    if (user) return { kind: 'oauth', user };
    const found = this.findToken(token);
    return found?.token.isAccepted(Date.now()) ? { kind: 'project', project: found.project } : undefined;
  }

  /** A project token in any status, with its project. */
  findToken(id: string): { token: Token; project: Project } | undefined {
    const project = this.#createdTokens.get(id) ?? this.#seededProject(id);
    if (!project || project.isDeleted) return undefined;
    const token = project.details.tokens.find((candidate) => candidate.id === id);
    return token && { token, project };
  }

  /** Adds a project with its default token (platform-api.md section 2.2). An administrator is somebody of the organization. */
  createProject(organization: Organization, { name, description, administratorEmail }: NewProject): Project {
    const administrator = organization.roster.memberAt(administratorEmail ?? '')?.person;
    const searchProfiles = [{ name: 'Default', description: 'Default' }];
    const details = {
      tokens: [],
      assistants: [],
      searchProfiles,
      flows: [],
      processes: [],
      requests: new RequestLog(),
      limits: new LimitBook('Pia.Data.Project'),
      roster: new Roster(administrator ? [{ person: administrator, roles: [PROJECT_ROLES.ADMINISTRATOR] }] : []),
    };
    const row = { id: randomUUID(), name, description, isHidden: false };
    const project = new Project(organization, row, () => details);
    organization.add(project);
    this.createToken(project, 'Default', 'Default token');
    return project;
  }

  createToken(project: Project, name: string, description: string | null): Token {
    const now = Date.now();
    const id = newTokenId(this.#tokenMark, name);
    const row = { id, name, description, status: 'Active', timestamp: milliseconds(now) } as const;
    const token = new Token(row, now + this.delays.listMs);
    project.details.tokens.push(token);
    this.#createdTokens.set(token.id, project);
    return token;
  }

  /** Another token of an organization, as its console gives them. */
  createOrganizationToken(organization: Organization): string {
    const id = newTokenId(this.#tokenMark, 'organization');
    this.#organizationTokens.set(id, organization);
    return id;
  }

  /** A user's next access token; undefined for what is none. The one before opens nothing any more. */
  refreshUserToken(token: string): string | undefined {
    const user = this.#users.get(token);
    if (!user) return undefined;
    const id = newTokenId(this.#tokenMark, 'oauth');
    this.#users.delete(token);
    this.#users.set(id, { ...user, token: id });
    return id;
  }

  setTokenStatus(token: Token, status: TokenStatus): void {
    token.setStatus(status, Date.now(), this.delays);
  }

  /** A project of any organization that was not deleted. */
  project(id: string): Project | undefined {
    for (const organization of this.#organizations.values()) {
      const project = organization.project(id);
      if (project) return project;
    }
    return undefined;
  }

  organization(id: string): Organization | undefined {
    return this.#organizations.get(id);
  }

  /** In order of creation. */
  organizations(): Organization[] {
    return [...this.#organizations.values()];
  }

  /** An organization whose one member, of that address, is its administrator. */
  createOrganization(name: string, administratorEmail: string): Organization {
    const person = { id: randomUUID(), email: administratorEmail.toLowerCase(), name: null };
    const organization = new Organization(randomUUID(), name, {
      limits: new LimitBook('Pia.Data.Organization'),
      roster: new Roster([{ person, roles: [ORGANIZATION_ROLES.ADMINISTRATOR] }]),
      policies: null,
    });
    this.#organizations.set(organization.id, organization);
    return organization;
  }

  /** With its projects; neither its tokens nor theirs open anything any more. */
  deleteOrganization(organization: Organization): void {
    for (const project of [...organization.projects()]) organization.remove(project);
    this.#organizations.delete(organization.id);
    for (const [token, owner] of this.#organizationTokens) {
      if (owner === organization) this.#organizationTokens.delete(token);
    }
  }

  /** The invited person belongs from now on; undefined when nobody of that address is invited, or not any more. */
  acceptInvitation(project: Project, email: string): Member | undefined {
    const { roster } = project.details;
    const invitation = roster.takeInvitation(email, Date.now());
    if (!invitation) return undefined;
    const { roster: owners } = project.organization;
    const person = owners.memberAt(email)?.person ?? { id: randomUUID(), email: invitation.email, name: null };
    if (!owners.member(person.id)) owners.add(person, [ORGANIZATION_ROLES.MEMBER]);
    roster.add(person, invitation.roles);
    return roster.member(person.id);
  }

  #seededProject(tokenId: string): Project | undefined {
    const place = seededPlace(tokenId);
    return place && this.#seededProjects[place.organization]?.[place.project];
  }
}
