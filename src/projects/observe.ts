import type { Work } from '../mutations/mutation.ts';
import { observeChange } from '../mutations/observeChange.ts';
import type { Lost, Made } from '../mutations/sendOnce.ts';
import type { ProjectRecord } from '../platform/resources/projects.ts';
import { presentProject, stateOf, type TargetProject } from './target.ts';

/** Observation after a change. */
interface ObservedProject {
  /** Project as last read. Null if it is gone, or could not be read. */
  readonly project: ProjectRecord | null;
  readonly isConfirmed: boolean;
}

/** Reads the project until it is as wanted. Throws `OUTCOME_UNKNOWN` if a lost answer stays unsettled. */
export async function observe(
  work: Work<TargetProject>,
  sent: Made<void> | Lost,
  isAsWanted: (project: ProjectRecord | null) => boolean,
): Promise<ObservedProject> {
  const { manager, project } = work.target;
  const { seen, isConfirmed } = await observeChange(work, sent, {
    read: (withinMs) => presentProject(work.context, manager, project.id, withinMs),
    isAsWanted,
    stateOf,
    advice: 'Read the project before retrying.',
  });
  return { project: seen?.value ?? null, isConfirmed };
}
