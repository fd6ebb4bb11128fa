import { readProject } from './arguments.ts';
import { named, type ProjectSet } from './estimator.ts';
import { type Circumstances, NOWHERE, type ParentScope, type ScanBound, type SelectedField } from './parentScope.ts';

/** Projects that one field looks through, at most, whatever the budget. */
const MAX_PROJECTS = 1_000;

/** Bound on the projects that one field looks through. Half of the budget is left for the selection below. */
export class ScanBudget implements ScanBound {
  readonly #callBudget: number;

  constructor(callBudget: number) {
    this.#callBudget = callBudget;
  }

  projects(callsEach: number): number {
    return Math.max(1, Math.min(MAX_PROJECTS, Math.floor(this.#callBudget / 2 / callsEach)));
  }
}

/** Projects that a field looks through. */
interface ScanScope {
  readonly organizations: number;
  /** As the caller sent them. Not a list: all projects of the organizations. */
  readonly projectIds: unknown;
  /** Projects of one organization, at most. */
  readonly maxProjects: number;
}

/** The projects that a field looks through for `what`, listed for it. Null when the caller named too many. */
export function scannedProjects(
  { path }: SelectedField,
  what: string,
  { organizations, projectIds, maxProjects }: ScanScope,
  { estimator }: Circumstances,
): ProjectSet | null {
  if (!Array.isArray(projectIds)) return estimator.scannedProjects(what, organizations, maxProjects, path);
  if (projectIds.length > maxProjects) return null;
  estimator.projectLists(organizations, path);
  return named([...new Set(projectIds.flatMap((id) => readProject(id) ?? []))]);
}

/**
 * Cost of the tokens of all projects of `organizations` organizations, or of those that the caller named: null when they are too
 * many. `projectIds` is as the caller sent it.
 */
export function tokenScanCost(
  field: SelectedField,
  organizations: number,
  projectIds: unknown,
  circumstances: Circumstances,
): ParentScope | null {
  const { estimator, scans } = circumstances;
  const maxProjects = scans.projects(1);
  const projects = scannedProjects(field, 'tokens', { organizations, projectIds, maxProjects }, circumstances);
  if (!projects) return null;
  estimator.tokenLists(projects, field.path, true);
  return NOWHERE;
}
