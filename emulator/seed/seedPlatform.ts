import { Organization } from '../organization.ts';
import type { Person } from '../people.ts';
import type { OAuthUser, SeededEntry, SeededState } from '../platform.ts';
import { Project } from '../project.ts';
import { Roster } from '../roster.ts';
import { seededTokenId } from '../tokenIds.ts';
import { SeededDetails } from './details.ts';
import { seedOrganizationLimits } from './limits.ts';
import { ORGANIZATION_NAMES } from './organizationNames.ts';
import { seedOrganizationMembers, seedPeople } from './people.ts';
import { projectIdea } from './projectNames.ts';
import { Random } from './random.ts';
import type { SeedSettings } from './seedSettings.ts';

/** Every organization with its project rows; what is inside a project waits until someone asks. */
export function seedPlatform(settings: SeedSettings): SeededState {
  const names = ORGANIZATION_NAMES.slice(0, settings.organizations);
  const entries = names.map((name, index) => seedEntry(settings, name, index));
  const [first] = entries;
  if (!first) throw new Error('there are no organizations');
  return { entries, administrator: seedAdministrator(settings, first.organization) };
}

/** The user who may create and delete organizations; belongs to the first. */
function seedAdministrator({ seed, tokenMark }: SeedSettings, organization: Organization): OAuthUser {
  const random = new Random(seed, 'system administrator');
  const person = { id: random.uuid(), email: 'root@platform.example', name: 'Root Placeholder' };
  const token = seededTokenId(tokenMark, 'OAuth', 'system-administrator', random.characters(8));
  return { token, person, organization, isSystemAdministrator: true };
}

function seedEntry(settings: SeedSettings, name: string, index: number): SeededEntry {
  const { seed, tokenMark, epoch, projects: count } = settings;
  const random = new Random(seed, 'organization', index);
  const label = `org${String(index + 1).padStart(2, '0')}`;
  const token = seededTokenId(tokenMark, 'Organization', `${label}-all-projects`, random.characters(8));
  const people = seedPeople(seed, index);
  const organization = new Organization(random.uuid(), name, {
    limits: seedOrganizationLimits(new Random(seed, 'limits', index), index, epoch),
    roster: new Roster(seedOrganizationMembers(people)),
    policies: index % 2 === 0 ? { chatSharing: 'organization', externalExecution: 'none' } : null,
  });
  const projects = Array.from({ length: count }, (_, place) =>
    seedProject(settings, { owner: organization, people, organization: index, project: place }),
  );
  for (const project of projects) organization.add(project);
  const userToken = seededTokenId(tokenMark, 'OAuth', `${label}-some-projects`, random.characters(8));
  const user = { token: userToken, person: firstOf(people), organization, isSystemAdministrator: false };
  return { organization, token, people, projects, user };
}

interface Plot {
  readonly owner: Organization;
  readonly people: readonly Person[];
  readonly organization: number;
  readonly project: number;
}

function seedProject(settings: SeedSettings, { owner, people, organization, project }: Plot): Project {
  const { name, description } = projectIdea(organization, project);
  const row = {
    id: new Random(settings.seed, 'project', organization, project).uuid(),
    name,
    description: project % 12 === 11 ? '' : description,
    // One in eight; the 7th is the first, which the curated list has a finished or replaced project for.
    isHidden: project % 8 === 6,
  };
  return new Project(owner, row, () => new SeededDetails(settings, { organization, project }, people));
}

function firstOf(people: readonly Person[]): Person {
  const [first] = people;
  if (!first) throw new Error('there are no people');
  return first;
}
