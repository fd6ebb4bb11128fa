import { FREE_FIELDS } from '../../../resolvers/projectRef.ts';
import { MAX_PAGE_SIZE } from '../../request/pagination.ts';
import type { Demands, ProjectSet } from '../estimator.ts';
import type { Place, SelectedField } from '../parentScope.ts';
import { inside } from '../parentScopes.ts';

/** The page that a connection gives at most. A size that is refused gives none. */
export function pageSize(field: SelectedField, most = MAX_PAGE_SIZE): number {
  const first = field.args()?.first;
  return typeof first === 'number' && first >= 1 && first <= most ? first : 0;
}

/** A link to a project reads its record only for what is not known without (`linkedProject`). */
export function linked(field: SelectedField, projects: ProjectSet, demands: Demands): Place {
  const readsRecord = [...field.names()].some((name) => !FREE_FIELDS.has(name));
  if (readsRecord) demands.records(projects, field.path);
  return inside(projects);
}
