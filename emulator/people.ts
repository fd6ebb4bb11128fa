/** Somebody who may belong to organizations and projects. */
export interface Person {
  readonly id: string;
  /** In lower case: addresses are compared in any casing (platform-api.md section 2.13). */
  readonly email: string;
  /** Not known of everybody (section 2.10, `userName?`). */
  readonly name: string | null;
}

type RoleType = 'backend' | 'frontend';

/** Platform-api.md section 2.13; it goes out as it is. */
export interface Role {
  readonly id: string;
  readonly name: string;
  readonly externalId: string | null;
  readonly type: RoleType;
  readonly origin: string | null;
}

export interface Member {
  readonly person: Person;
  readonly roles: readonly Role[];
}

const ADMINISTRATOR = system('6d5c4b3a-2918-4706-95f4-e3d2c1b0a9aa', 'Project administrator', 'backend');
const MEMBER = system('7e6d5c4b-3a29-4817-86e5-f4d3c2b1a0bb', 'Project member', 'backend');
const STATION_USER = system('8f7e6d5c-4b3a-4928-97d6-a5e4d3c2b1cc', 'Station user', 'frontend');
const PILOT_TESTER: Role = {
  id: '9a8f7e6d-5c4b-4a39-88c7-b6f5e4d3c2dd',
  name: 'Pilot tester',
  externalId: 'invented-directory-group-42',
  type: 'frontend',
  origin: null,
};

/** The roles that a project has for its members. */
export const PROJECT_ROLES = { ADMINISTRATOR, MEMBER, STATION_USER, PILOT_TESTER } as const;

/** The roles that an organization has; all of them are of the back end (section 2.13). */
export const ORGANIZATION_ROLES = {
  ADMINISTRATOR: system('1a2b3c4d-5e6f-4a71-8b82-9c93d0a4e1ee', 'Organization administrator', 'backend'),
  MEMBER: system('2b3c4d5e-6f70-4b82-9c93-0da4e1b5f2ff', 'Organization member', 'backend'),
} as const;

function system(id: string, name: string, type: RoleType): Role {
  return { id, name, externalId: '', type, origin: 'system' };
}

/** A member for tests and people, with the id that no list shows and the removal of a member needs. */
export interface MemberSummary {
  readonly id: string;
  readonly email: string;
  readonly roles: string[];
}

export function memberSummary({ person, roles }: Member): MemberSummary {
  return { id: person.id, email: person.email, roles: roles.map(({ name }) => name) };
}
