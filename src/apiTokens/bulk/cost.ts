import { inputOf, pageSize, readProject, readToken } from '../../cost/arguments.ts';
import { named, type ProjectSet } from '../../cost/estimator.ts';
import {
  type Circumstances,
  type Cost,
  inside,
  type ParentScope,
  type SelectedField,
  type Times,
} from '../../cost/parentScope.ts';
import { FIRST_BACKOFF_MS } from '../../mutations/backoff.ts';
import type { Extent } from '../../mutations/mutation.ts';
import { isJsonObject } from '../../values/json.ts';
import { MAX_IDS, MAX_PARALLEL_CALLS, MAX_PROJECTS, MAX_TOKENS } from './action.ts';

/** Projects and largest number of tokens of a run. The organization may be unknown. */
interface Selected {
  readonly projects: ProjectSet;
  readonly tokens: number;
  readonly isOrganizationKnown: boolean;
}

/**
 * Cost of a run. The input bounds it (`src/apiTokens/bulk/action.ts`): the first in an operation is exempt from the budget.
 */
export function bulkCost(field: SelectedField, { estimator, ids }: Circumstances, calls: number): ParentScope | null {
  const selected = selectedBy(field, ids);
  if (!selected) return null;
  const { projects, tokens, isOrganizationKnown } = selected;
  estimator.startOver();
  estimator.manager(projects, field.path, isOrganizationKnown);
  // The projects of the organization, and the tokens of each.
  const scanning = 1 + projects.size;
  estimator.counter.add(field.path, scanning + calls);
  estimator.counter.exemptOnce(field.path);
  return tokens > 0 ? inside(projects) : null;
}

/** Bounds of a run. Zero if the input selects nothing. */
export function bulkExtent(field: SelectedField, { ids }: Circumstances): Extent {
  const found = selectedBy(field, ids);
  return { projects: found?.projects.size ?? 0, objects: found?.tokens ?? 0 };
}

/** Cost of the returned projects. */
export const reportCost: Cost = (field, { projects }) => {
  const first = pageSize(field, MAX_PROJECTS);
  if (!projects || first === 0) return null;
  return inside(projects.ids ? projects : { ...projects, size: Math.min(first, projects.size) });
};

/** Number of calls that change the tokens and verify them (`verifyChanges`). */
export function changeCalls({ projects, objects: tokens }: Extent, { verifyTimeoutMs }: Times): number {
  const lists = projects + Math.ceil(tokens / (MAX_PARALLEL_CALLS - 1));
  // Each token is polled once. Then each shortest delay can be followed by the poll of one batch.
  const furtherPolls = Math.ceil(verifyTimeoutMs / FIRST_BACKOFF_MS) + 1;
  return 2 * tokens + lists + furtherPolls * MAX_PARALLEL_CALLS;
}

function selectedBy(field: SelectedField, ids: Circumstances['ids']): Selected | null {
  const input = inputOf(field);
  if (Array.isArray(input.ids)) {
    const handles = [...new Set(input.ids.slice(0, MAX_IDS))].map((id) => readToken(id, ids));
    const projects = named([...new Set(handles.flatMap((handle) => handle?.projectId ?? []))]);
    return { projects, tokens: handles.length, isOrganizationKnown: false };
  }
  if (!isJsonObject(input.filter)) return null;
  const { organizationId, projectIds } = input.filter;
  const isOrganizationKnown = organizationId != null;
  if (!Array.isArray(projectIds)) {
    const projects = { ids: null, key: field.key, size: MAX_PROJECTS, isListed: false };
    return isOrganizationKnown ? { projects, tokens: MAX_TOKENS, isOrganizationKnown } : null;
  }
  const known = projectIds.slice(0, MAX_PROJECTS).flatMap((id) => readProject(id) ?? []);
  return { projects: named([...new Set(known)]), tokens: MAX_TOKENS, isOrganizationKnown };
}
