import { outcomeUnknown } from '../errors.ts';
import { pollUntil } from '../mutations/backoff.ts';
import type { Work } from '../mutations/mutation.ts';
import type { Lost, Made } from '../mutations/sendOnce.ts';
import type { ProjectRecord } from '../platform/resources/projects.ts';
import { toResult } from '../values/result.ts';
import { presentProject, stateOf, type TargetProject } from './target.ts';

/** Observation after a change. */
interface ObservedProject {
  /** Project as last read. Null if it is gone, or could not be read. */
  readonly project: ProjectRecord | null;
  readonly isConfirmed: boolean;
}

type Wanted = (project: ProjectRecord | null) => boolean;

/**
 * Polls the project until it is as wanted, at most `VERIFY_TIMEOUT_MS`. A lost answer is settled by reading, never by sending
 * again. Throws `OUTCOME_UNKNOWN` if it is not.
 */
export async function observe(
  work: Work<TargetProject>,
  sent: Made<void> | Lost,
  isAsWanted: Wanted,
): Promise<ObservedProject> {
  const seen = await lastSeen(work, isAsWanted);
  const isConfirmed = seen !== null && isAsWanted(seen.project);
  const outcome = isConfirmed ? 'CONFIRMED' : seen === null ? 'NOT_CHECKED' : 'PENDING';
  const project = seen?.project ?? null;
  work.audit.note({ after: stateOf(project), verification: { outcome } });
  if (sent.kind === 'lost' && !isConfirmed) {
    throw outcomeUnknown(
      'The change was sent, but the answer of the platform was lost: it may or may not have been made. Read the project before retrying.',
      sent.error,
    );
  }
  work.audit.note({ changed: true });
  return { project, isConfirmed };
}

async function lastSeen(
  { context, target }: Work<TargetProject>,
  isAsWanted: Wanted,
): Promise<Pick<ObservedProject, 'project'> | null> {
  const { manager, project } = target;
  let seen: Pick<ObservedProject, 'project'> | null = null;
  await pollUntil(context.session, context.settings.verifyTimeoutMs, async (withinMs) => {
    const found = await toResult(() => presentProject(context, manager, project.id, withinMs));
    if (found instanceof Error) return false;
    seen = { project: found };
    return isAsWanted(found);
  });
  return seen;
}
