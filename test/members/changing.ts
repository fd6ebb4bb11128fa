import { onTestFinished } from 'vitest';
import type { FacadeOptions } from '../support/facade.ts';
import { startManaged } from '../support/managing.ts';

export const LIST = 'GET /v2/accessControl/projects/members';
export const INVITE = 'POST /v2/accessControl/projects/members';
export const REMOVE = 'DELETE /v2/accessControl/projects/{project}/members/{user}';
export const ABSENT = '00000000-0000-4000-8000-000000000000';

/** A facade, and the people of the second of its projects, which are fewer than a page. */
export async function changingMembers(options: FacadeOptions = {}) {
  const facade = await startManaged(options);
  onTestFinished(() => facade.close());
  const { emulator } = facade;
  const [, project] = emulator.seeded.organizations[0]!.projects;
  const projectId = project!.id;
  const [somebody, other] = project!.members.slice(1);
  const writes = () =>
    Object.fromEntries(Object.entries(facade.upstream()).filter(([route]) => !route.startsWith('GET ')));
  return {
    ...facade,
    projectId,
    somebody: somebody!,
    other: other!,
    writes,
    addresses: () => emulator.members(projectId).map(({ email }) => email),
    invitations: () => emulator.invitations(projectId),
  };
}
