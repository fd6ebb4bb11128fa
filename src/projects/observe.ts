import type { Work } from '../mutations/mutation.ts';
import { observeChange, type Watched } from '../mutations/observeChange.ts';
import type { Lost, Made } from '../mutations/sendOnce.ts';
import type { ProjectRecord } from '../platform/resources/projects.ts';
import { presentProject, stateOf, type TargetProject } from './target.ts';

/** Reads the project until it is as wanted; null stands for one that is gone. Throws `OUTCOME_UNKNOWN` if a lost answer stays unsettled. */
export function observe(
  work: Work<TargetProject>,
  sent: Made<void> | Lost,
  isAsWanted: (project: ProjectRecord | null) => boolean,
): Promise<Watched<ProjectRecord | null>> {
  const { manager, project } = work.target;
  return observeChange(work, sent, {
    read: (withinMs) => presentProject(work.context, manager, project.id, withinMs),
    isAsWanted,
    stateOf,
    advice: 'Read the project before retrying.',
  });
}
