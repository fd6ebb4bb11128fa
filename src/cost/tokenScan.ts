import { readProject } from './arguments.ts';
import { named } from './estimator.ts';
import { type Circumstances, NOWHERE, type ParentScope, type SelectedField } from './parentScope.ts';

/** Projects whose tokens one field reads, at most, whatever the budget. */
const MAX_PROJECTS = 1_000;

/**
 * Projects of one organization whose tokens one field reads, at most. Half of the budget is left for the selection
 * below.
 */
export function maxScannedProjects(callBudget: number): number {
  return Math.max(1, Math.min(MAX_PROJECTS, Math.floor(callBudget / 2)));
}

/**
 * Cost of the tokens of all projects of `organizations` organizations, or of those that the caller named: null when they are too
 * many. `projectIds` is as the caller sent it.
 */
export function tokenScanCost(
  { path }: SelectedField,
  organizations: number,
  projectIds: unknown,
  { estimator, maxProjects }: Circumstances,
): ParentScope | null {
  if (!Array.isArray(projectIds)) {
    estimator.tokenScans(organizations, maxProjects, path);
    return NOWHERE;
  }
  if (projectIds.length > maxProjects) return null;
  const projects = named([...new Set(projectIds.flatMap((id) => readProject(id) ?? []))]);
  estimator.projectLists(organizations, path);
  estimator.tokenLists(projects, path, true);
  return NOWHERE;
}
