import type { Emulator } from '../../emulator/emulator.ts';
import type { Setting } from './examples.ts';
import { idOf } from './managing.ts';

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
