import { type Member, ORGANIZATION_ROLES, type Person, PROJECT_ROLES, type Role } from '../people.ts';
import type { SeededPlace } from '../tokenIds.ts';
import { ORGANIZATION_NAMES } from './organizationNames.ts';
import { Random } from './random.ts';

/** The OAuth user of an organization belongs to its first projects, none of which is hidden. */
const PROJECTS_OF_USER = 3;

const FIRST_NAMES = ['Ana', 'Bruno', 'Chiara', 'Dmitri', 'Elif', 'Farah', 'Goran', 'Hana', 'Íñigo'] as const;
const LAST_NAMES = ['Placeholder', 'Sample', 'Mockley', 'Fixture', 'Beispiel'] as const;
const { ADMINISTRATOR, MEMBER, STATION_USER, PILOT_TESTER } = PROJECT_ROLES;

/** 45 people, more than two pages of 20. The first is the one behind the OAuth token. */
export function seedPeople(seed: number, organization: number): Person[] {
  const random = new Random(seed, 'people', organization);
  const domain = domainOf(organization);
  return LAST_NAMES.flatMap((last, round) =>
    FIRST_NAMES.map((first) => {
      const id = random.uuid();
      const isKnown = !random.oneIn(6);
      const local = first
        .toLowerCase()
        .normalize('NFD')
        .replace(/[^a-z]/g, '');
      const email = `${local}${round === 0 ? '' : `.${last.toLowerCase()}`}@${domain}`;
      return { id, email, name: isKnown ? `${first} ${last}` : null };
    }),
  );
}

/** Every one of them, the first of ten as administrator. */
export function seedOrganizationMembers(people: readonly Person[]): Member[] {
  const { ADMINISTRATOR: administrator, MEMBER: member } = ORGANIZATION_ROLES;
  return people.map((person, index) => ({ person, roles: [index % 10 === 0 ? administrator : member] }));
}

/** Two to twelve people, in the first project 26, which is more than a page of 20. */
export function seedProjectMembers(random: Random, { project }: SeededPlace, people: readonly Person[]): Member[] {
  const [user, ...others] = people;
  const count = random.integer(2, 12);
  const chosen = random.sample(others, project === 0 ? 25 : count);
  const members = chosen.map((person, index) => ({ person, roles: seedRoles(random, index) }));
  return user && project < PROJECTS_OF_USER ? [{ person: user, roles: [ADMINISTRATOR] }, ...members] : members;
}

/** The first is an administrator; a few only have roles of the front end. */
function seedRoles(random: Random, index: number): Role[] {
  if (index === 0) return [ADMINISTRATOR];
  if (random.oneIn(6)) return [random.pick([STATION_USER, PILOT_TESTER])];
  const role = random.oneIn(5) ? ADMINISTRATOR : MEMBER;
  return random.oneIn(4) ? [role, STATION_USER] : [role];
}

function domainOf(organization: number): string {
  const name = ORGANIZATION_NAMES[organization] ?? 'nowhere';
  return `${name.toLowerCase().replace(/[^a-z]+/g, '-')}.example`;
}
