import type { Emulator } from '../../emulator/emulator.ts';
import { idOf } from './managing.ts';

/** What examples are about: a project of the emulator and a token in it, the organization of both, and another one. */
export interface Setting {
  readonly organizationId: string;
  readonly otherOrganization: { readonly id: string; readonly name: string };
  readonly project: { readonly id: string; readonly name: string };
  readonly apiTokenId: string;
  /** A member of the project. */
  readonly member: { readonly id: string; readonly email: string };
  /** A name that nothing has yet. */
  readonly unusedName: () => string;
}

const NOWHERE = { id: '00000000-0000-4000-8000-000000000000', name: 'Nowhere' };

let names = 0;

function unusedName(): string {
  names += 1;
  return `N${names}`;
}

/** A project of an emulator, by its place, with a new token in it. */
export function settingIn(emulator: Emulator, { organization = 0, project = 0 } = {}): Setting {
  const { organizations } = emulator.seeded;
  const { id: organizationId, projects } = organizations[organization]!;
  const { id, name, members } = projects[project]!;
  return {
    organizationId,
    otherOrganization: organizations[organization === 0 ? 1 : 0] ?? NOWHERE,
    project: { id, name },
    member: members[0]!,
    apiTokenId: idOf(id, emulator.createToken(id, 'Example')),
    unusedName,
  };
}

type Example = (setting: Setting) => Readonly<Record<string, unknown>>;

const ofToken: Example = ({ apiTokenId: id }) => ({ id });
const ofTokens: Example = ({ apiTokenId }) => ({ ids: [apiTokenId] });
const ofFilter: Example = ({ organizationId }) => ({ filter: { organizationId } });
const ofPlan: Example = ({ apiTokenId }) => ({ ids: [apiTokenId], dryRun: false, planId: 'Of a dry run' });
const LIMIT = { period: 'MONTHLY', unit: 'COST', softLimit: 80, hardLimit: 100, isRenewable: true };

/** Inputs of every mutation, the only list of them: suites about every mutation read it. */
const INPUTS: Readonly<Record<string, readonly Example[]>> = {
  createApiToken: [
    ({ project, unusedName }) => ({ projectId: project.id, name: unusedName(), status: 'BLOCKED' }),
    ({ project, unusedName }) => ({ projectId: project.id, name: unusedName() }),
  ],
  blockApiToken: [ofToken],
  unblockApiToken: [ofToken],
  revokeApiToken: [ofToken],
  updateApiToken: [({ apiTokenId: id }) => ({ id, description: 'Other' })],
  rotateApiToken: [
    ({ apiTokenId: id }) => ({ id, oldToken: 'KEEP' }),
    ({ apiTokenId: id }) => ({ id, oldToken: 'BLOCK' }),
  ],
  blockApiTokens: [ofFilter, ofTokens, ofPlan],
  unblockApiTokens: [ofTokens, ofFilter, ofPlan],
  createProject: [
    ({ organizationId, unusedName }) => ({
      ...{ name: unusedName(), administratorUserEmail: 'ana@acme.example', organizationId },
    }),
  ],
  updateProject: [
    ({ project: { id }, unusedName }) => ({ id, description: unusedName() }),
    ({ project: { id }, unusedName }) => ({ id, name: unusedName(), expectedName: 'X' }),
  ],
  deleteProject: [({ project: { id, name } }) => ({ id, confirmName: name })],
  createOrganization: [({ unusedName }) => ({ name: unusedName(), administratorUserEmail: 'ana@acme.example' })],
  deleteOrganization: [({ otherOrganization: { id, name } }) => ({ id, confirmName: name })],
  inviteProjectMember: [
    ({ project }) => ({ projectId: project.id, email: 'new@acme.example', roles: ['Project member'] }),
  ],
  removeProjectMember: [({ project, member }) => ({ projectId: project.id, userId: member.id, email: member.email })],
  setUsageLimit: [
    ({ organizationId }) => ({ organizationId, ...LIMIT }),
    ({ project }) => ({ projectId: project.id, ...LIMIT }),
  ],

  cancelUsageLimit: [({ project }) => ({ projectId: project.id }), ({ organizationId }) => ({ organizationId })],
};

/** Where the emulator has requests. */
const WINDOW = { from: '2025-12-01T00:00:00Z', to: '2026-02-01T00:00:00Z' };

/** Values of arguments: of all that are required, and of some without which a list is empty. */
const ARGUMENTS: Readonly<Record<string, (setting: Setting) => unknown>> = {
  'Query.project(id)': ({ project }) => project.id,
  'Query.apiToken(id)': ({ apiTokenId }) => apiTokenId,
  'Query.assistant(id)': () => 'not read',
  'Query.identifyApiToken(sha256)': () => '0'.repeat(64),
  'Organization.usage(groupBy)': () => 'TOKEN',
  'Organization.usage(window)': () => WINDOW,
  'Organization.analytics(window)': () => WINDOW,
  'Organization.tokenFindings(kinds)': () => [
    'DUPLICATE_NAME',
    'NO_DESCRIPTION',
    'OLD',
    'NO_ACTIVE_TOKEN',
    'NO_USAGE_LIMIT',
  ],
  'Organization.projectMemberships(email)': ({ member }) => member.email,
};

/** Inputs of a mutation that are well-formed; the first one succeeds in a fresh emulator. */
export function inputsOf(mutation: string): readonly Example[] {
  const examples = INPUTS[mutation];
  if (!examples) throw new Error(`test/support/examples.ts has no input of \`${mutation}\`: add one that is valid.`);
  return examples;
}

/** Value of an argument, such as `Query.project(id)`. Undefined if it has none and needs none. */
export function argumentOf(where: string, setting: Setting, isRequired: boolean): unknown {
  const example = ARGUMENTS[where];
  if (!example && isRequired) {
    throw new Error(`test/support/examples.ts has no value of \`${where}\`: add one that is valid.`);
  }
  return example?.(setting);
}

/** Name of the type of a mutation's input. */
export const inputTypeOf = (mutation: string) => `${mutation[0]?.toUpperCase()}${mutation.slice(1)}Input`;
