import { FREE_FIELDS } from '../../resolvers/linkedProject.ts';
import { MAX_PAGE_SIZE } from '../pagination.ts';
import type { Demands, Depth, ProjectSet } from './demands.ts';
import { NOWHERE, type Place, type SelectedField } from './place.ts';

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
  return names.has('revisions') ? 'full' : 'summary';
}

/** The page that a connection gives at most. A size that is refused gives none. */
export function pageSize(field: SelectedField): number {
  const first = field.args()?.first;
  return typeof first === 'number' && first >= 1 && first <= MAX_PAGE_SIZE ? first : 0;
}

/** A link to a project reads its record only for what is not known without (`linkedProject`). */
export function linked(field: SelectedField, projects: ProjectSet, demands: Demands): Place {
  const readsRecord = [...field.names()].some((name) => !FREE_FIELDS.has(name));
  if (readsRecord) demands.records(projects, field.path);
  return inside(projects);
}
