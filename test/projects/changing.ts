import { onTestFinished } from 'vitest';
import type { FacadeOptions } from '../support/facade.ts';
import { startManaged } from '../support/managing.ts';

export const READ = 'GET /v1/organization/project/{id}';
export const UPDATE = 'PUT /v1/organization/project/{id}';
export const ABSENT = '00000000-0000-4000-8000-000000000000';

/** A facade, and the first of its projects, named and described. */
export async function changing(options: FacadeOptions = {}) {
  const facade = await startManaged(options);
  onTestFinished(() => facade.close());
  const { projectId: id, token, emulator } = facade;
  const update = (input: object) =>
    facade.mutate('updateProject', { id, ...input }, { selection: 'project { name description } changed isConfirmed' });
  /** The project as the platform has it. */
  const listed = async (): Promise<{ name: string; description: string }> => {
    const answer = await fetch(`${emulator.url}/v1/organization/project/${id}`, {
      headers: { authorization: `Bearer ${token}` },
    });
    const { projectName, projectDescription } = (await answer.json()) as Record<string, string | null>;
    return { name: projectName ?? '', description: projectDescription ?? '' };
  };
  await update({ name: 'Before', description: 'Of old' });
  emulator.resetCalls();
  /** Calls that changed something since the last reset, in no order. */
  const writes = () =>
    Object.fromEntries(Object.entries(facade.upstream()).filter(([route]) => !route.startsWith('GET ')));
  /** The events since the preparation. */
  const events = () => facade.events().slice(1);
  return { ...facade, id, update, listed, writes, events };
}
