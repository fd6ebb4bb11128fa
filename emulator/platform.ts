import { randomUUID } from 'node:crypto';
import { LimitBook } from './limitBook.ts';
import type { EmulatorSettings } from './options.ts';
import type { Organization } from './organization.ts';
import { Project } from './project.ts';
import { RequestLog } from './requestLog.ts';
import { milliseconds } from './timestamps.ts';
import { type Delays, Token, type TokenStatus } from './token.ts';
import { newTokenId, seededPlace } from './tokenIds.ts';

/** A user behind an OAuth access token, and the projects their roles open (platform-api.md section 1.3). */
export interface OAuthUser {
  readonly token: string;
  readonly email: string;
  readonly organization: Organization;
  readonly projectIds: ReadonlySet<string>;
}

/** What a token turns out to be. */
export type Identity =
  | { readonly kind: 'organization'; readonly organization: Organization }
  | { readonly kind: 'project'; readonly project: Project }
  | { readonly kind: 'oauth'; readonly user: OAuthUser };

/** What a platform holds when it starts. */
export interface SeededEntry {
  readonly organization: Organization;
  /** By place: `seededPlace` of a token id leads here. */
  readonly projects: readonly Project[];
  readonly user: OAuthUser;
}

/** The state of the emulated platform. */
export class Platform {
  /** May be changed at any time, and count for later changes of tokens. */
  readonly delays: Delays;
  readonly #tokenMark: string;
  readonly #seededProjects: readonly (readonly Project[])[];
  readonly #organizations: Map<string, Organization>;
  readonly #users: Map<string, OAuthUser>;
  readonly #createdTokens = new Map<string, Project>();

  constructor(
    seeded: readonly SeededEntry[],
    { tokenMark, statusDelayMs, listDelayMs }: Pick<EmulatorSettings, 'tokenMark' | 'statusDelayMs' | 'listDelayMs'>,
  ) {
    this.delays = { statusMs: statusDelayMs, listMs: listDelayMs };
    this.#tokenMark = tokenMark;
    this.#seededProjects = seeded.map(({ projects }) => projects);
    this.#organizations = new Map(seeded.map(({ organization }) => [organization.token, organization]));
    this.#users = new Map(seeded.map(({ user }) => [user.token, user]));
  }

  /** Undefined for an unknown, blocked or revoked token, which the platform does not tell apart (id 6). */
  identify(token: string): Identity | undefined {
    const organization = this.#organizations.get(token);
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

  /** Adds a project with its default token (platform-api.md section 2.2). */
  createProject(organization: Organization, name: string, description: string | null): Project {
    const searchProfiles = [{ name: 'Default', description: 'Default' }];
    const details = {
      tokens: [],
      assistants: [],
      searchProfiles,
      requests: new RequestLog(),
      limits: new LimitBook('Pia.Data.Project'),
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
    this.#organizations.set(id, organization);
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
    return this.#organizations.values().find((organization) => organization.id === id);
  }

  /** A user of an organization by address, in any casing. */
  userOf(organization: Organization, email: string): OAuthUser | undefined {
    const isMeant = (user: OAuthUser) => user.organization === organization && user.email === email.toLowerCase();
    return this.#users.values().find(isMeant);
  }

  #seededProject(tokenId: string): Project | undefined {
    const place = seededPlace(tokenId);
    return place && this.#seededProjects[place.organization]?.[place.project];
  }
}
