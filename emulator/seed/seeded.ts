import { type MemberSummary, memberSummary } from '../people.ts';
import type { OAuthUser, SeededEntry, SeededState } from '../platform.ts';
import type { Project } from '../project.ts';
import type { TokenStatus } from '../token.ts';
import { SeededDetails } from './details.ts';
import type { SeedSettings } from './seedSettings.ts';

/** What was seeded, for people and tests to find ids and tokens in. Later writes do not change it. */
export interface SeededOrganization {
  readonly id: string;
  readonly name: string;
  /** The organization token. */
  readonly token: string;
  readonly members: MemberSummary[];
  readonly projects: SeededProject[];
}

export interface SeededProject {
  readonly id: string;
  readonly name: string;
  readonly description: string | null;
  readonly isHidden: boolean;
  readonly tokens: { id: string; name: string; status: TokenStatus }[];
  readonly assistants: { id: string; name: string }[];
  readonly members: MemberSummary[];
}

export interface SeededUser {
  readonly token: string;
  readonly email: string;
  readonly organizationId: string;
  /** The first of the projects that the user may access. */
  readonly projectId: string;
}

/** Everything that a fresh emulator contains, by organization, and its OAuth users. */
export interface SeededPlatform {
  readonly organizations: SeededOrganization[];
  readonly oauth: SeededUser[];
  /** May create and delete organizations; belongs to the first. */
  readonly systemAdministrator: SeededUser;
}

export function seededSummary(settings: SeedSettings, { entries, administrator }: SeededState): SeededPlatform {
  return {
    organizations: entries.map((entry, index) => ({
      id: entry.organization.id,
      name: entry.organization.name,
      token: entry.token,
      members: entry.organization.roster.all().map(memberSummary),
      projects: seededProjects(settings, entry, index),
    })),
    oauth: entries.map(({ projects, user }) => userItem(user, projects)),
    systemAdministrator: userItem(administrator, entries[0]?.projects ?? []),
  };
}

/** Users belong to the first project of their organization, whoever they are. */
function userItem({ token, person, organization }: OAuthUser, [first]: readonly Project[]): SeededUser {
  return { token, email: person.email, organizationId: organization.id, projectId: first?.id ?? '' };
}

/** Tokens and assistants are built anew on each look, so that 10,000 projects cost nothing until they are looked at. */
function seededProjects(
  settings: SeedSettings,
  { projects, people }: SeededEntry,
  organization: number,
): SeededProject[] {
  return projects.map(({ id, name, description, isHidden }, project) => ({
    id,
    name,
    description,
    isHidden,
    get tokens() {
      return new SeededDetails(settings, { organization, project }, people).tokens.map((token) => ({
        id: token.id,
        name: token.name,
        status: token.status,
      }));
    },
    get assistants() {
      const { assistants } = new SeededDetails(settings, { organization, project }, people);
      return assistants.map((assistant) => ({ id: assistant.id, name: assistant.name }));
    },
    get members() {
      return new SeededDetails(settings, { organization, project }, people).roster.all().map(memberSummary);
    },
  }));
}
