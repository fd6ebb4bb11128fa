import type { CostEstimator, Depth, ProjectSet } from './estimator.ts';
import { NOWHERE, type ParentScope, type SelectedField } from './parentScope.ts';
import type { Part } from './reading.ts';

/** Scope of the presented tokens, introspected. */
export function identified(estimator: CostEstimator): ParentScope {
  estimator.identify();
  return NOWHERE;
}

export function inside(projects: ProjectSet): ParentScope {
  return { count: projects.size, projects, assistants: null };
}

/** Among the tokens of projects, listed for it. */
export function withTokenLists(projects: ProjectSet, field: SelectedField, estimator: CostEstimator): ParentScope {
  estimator.tokenLists(projects, field.path);
  return inside(projects);
}

/** A page of projects. Of several objects that are one organization, or that no credential opens, none costs its own list. */
export function listedProjects(
  field: SelectedField,
  count: number,
  estimator: CostEstimator,
  first: number,
): ProjectSet {
  const organizations = Math.min(count, estimator.caller.tokens);
  estimator.projectLists(organizations, field.path);
  return { ids: null, key: field.key, size: organizations * first, isListed: true };
}

/** Depth of reading assistants for these parts of them. */
export function depthOf(parts: ReadonlySet<Part>): Depth {
  return parts.has('revisions') ? 'full' : 'summary';
}
