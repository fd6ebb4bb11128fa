import type { SeededEntry } from '../platform.ts';
import type { TokenStatus } from '../token.ts';
import { SeededDetails } from './details.ts';
import type { SeedSettings } from './seedSettings.ts';

/** What was seeded, for people and tests to find ids and tokens in. Later writes do not change it. */
export interface SeededOrganization {
  readonly id: string;
  readonly name: string;
  /** The organization token. */
  readonly token: string;
  readonly projects: SeededProject[];
}

export interface SeededProject {
  readonly id: string;
  readonly name: string;
  readonly description: string | null;
  readonly isHidden: boolean;
  readonly tokens: { id: string; name: string; status: TokenStatus }[];
  readonly assistants: { id: string; name: string }[];
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
}

export function seededSummary(settings: SeedSettings, entries: readonly SeededEntry[]): SeededPlatform {
  return {
    organizations: entries.map((entry, index) => ({
      id: entry.organization.id,
      name: entry.organization.name,
      token: entry.organization.token,
      projects: seededProjects(settings, entry, index),
    })),
    oauth: entries.map(({ organization, user }) => {
      const [projectId = ''] = user.projectIds;
      return { token: user.token, email: user.email, organizationId: organization.id, projectId };
    }),
  };
}

/** Tokens and assistants are built anew on each look, so that 10,000 projects cost nothing until they are looked at. */
function seededProjects(settings: SeedSettings, { projects }: SeededEntry, organization: number): SeededProject[] {
  return projects.map(({ id, name, description, isHidden }, project) => ({
    id,
    name,
    description,
    isHidden,
    get tokens() {
      return new SeededDetails(settings, { organization, project }).tokens.map((token) => ({
        id: token.id,
        name: token.name,
        status: token.status,
      }));
    },
    get assistants() {
      const { assistants } = new SeededDetails(settings, { organization, project });
      return assistants.map((assistant) => ({ id: assistant.id, name: assistant.name }));
    },
  }));
}
