import type { Demands, Depth, ProjectSet } from './estimator.ts';
import { NOWHERE, type Place, type SelectedField } from './parentScope.ts';

/** Where the tokens are known, and what they belong to. */
export function identified(demands: Demands): Place {
  demands.identify();
  return NOWHERE;
}

/** In projects. */
export function inside(projects: ProjectSet): Place {
  return { count: projects.size, projects, assistants: null };
}

/** Among the tokens of projects, listed for it. */
export function withTokenLists(projects: ProjectSet, field: SelectedField, demands: Demands): Place {
  demands.tokenLists(projects, field.path);
  return inside(projects);
}

/** How deep assistants are read for these fields. */
export function depthOf(names: ReadonlySet<string>): Depth {
  return names.has('revisions') || names.has('unreadableRevisionCount') ? 'full' : 'summary';
}
