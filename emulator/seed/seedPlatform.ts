import { Organization } from '../organization.ts';
import type { OAuthUser, SeededEntry } from '../platform.ts';
import { Project } from '../project.ts';
import { seededTokenId } from '../tokenIds.ts';
import { SeededDetails } from './details.ts';
import { seedOrganizationLimits } from './limits.ts';
import { ORGANIZATION_NAMES } from './organizationNames.ts';
import { projectIdea } from './projectNames.ts';
import { Random } from './random.ts';
import type { SeedSettings } from './seedSettings.ts';

const PROJECTS_PER_USER = 3;

/** Every organization with its project rows; what is inside a project waits until someone asks. */
export function seedPlatform(settings: SeedSettings): SeededEntry[] {
  return ORGANIZATION_NAMES.slice(0, settings.organizations).map((name, index) => seedEntry(settings, name, index));
}

function seedEntry(settings: SeedSettings, name: string, index: number): SeededEntry {
  const { seed, tokenMark, epoch, projects: count } = settings;
  const random = new Random(seed, 'organization', index);
  const label = `org${String(index + 1).padStart(2, '0')}`;
  const token = seededTokenId(tokenMark, 'Organization', `${label}-all-projects`, random.characters(8));
  const limits = seedOrganizationLimits(new Random(seed, 'limits', index), index, epoch);
  const organization = new Organization(random.uuid(), name, token, limits);
  const projects = Array.from({ length: count }, (_, place) => seedProject(settings, organization, index, place));
  for (const project of projects) organization.add(project);
  const visible = projects.filter(({ isHidden }) => !isHidden).slice(0, PROJECTS_PER_USER);
  const user: OAuthUser = {
    token: seededTokenId(tokenMark, 'OAuth', `${label}-some-projects`, random.characters(8)),
    email: `ana@${name.toLowerCase().replace(/[^a-z]+/g, '-')}.example`,
    organization,
    projectIds: new Set(visible.map(({ id }) => id)),
  };
  return { organization, projects, user };
}

function seedProject(settings: SeedSettings, owner: Organization, organization: number, project: number): Project {
  const { name, description } = projectIdea(organization, project);
  const row = {
    id: new Random(settings.seed, 'project', organization, project).uuid(),
    name,
    description: project % 12 === 11 ? '' : description,
    // One in eight; the 7th is the first, which the curated list has a finished or replaced project for.
    isHidden: project % 8 === 6,
  };
  return new Project(owner, row, () => new SeededDetails(settings, { organization, project }));
}
