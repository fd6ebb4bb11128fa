import { MAX_USAGE_PROJECTS, USAGE_KINDS } from '../../findings/examine.ts';
import { FINDING_KINDS } from '../../findings/finding.ts';
import type { Demands, ProjectSet } from '../estimator.ts';
import type { Cost, SelectedField } from '../parentScope.ts';
import { identified, inside } from '../parentScopes.ts';
import { pageSize } from './pages.ts';

export const ORGANIZATION_COSTS: Readonly<Record<string, Cost>> = {
  'Query.organization': (_field, _place, { demands }) => identified(demands),
  'Organization.projects': (field, { count }, { demands }) => inside(listed(field, count, demands, pageSize(field))),
  'Organization.tokenFindings': (field, { count }, { demands }) => {
    const kinds = kindsOf(field);
    const takesExports = [...USAGE_KINDS].some((kind) => kinds.has(kind));
    const first = pageSize(field, takesExports ? MAX_USAGE_PROJECTS : undefined);
    // Listed also for a page that is then refused.
    const projects = listed(field, count, demands, first);
    if (first === 0) return null;
    if (field.names().has('nodes')) examine(field, projects, kinds, takesExports, demands);
    return inside(projects);
  },
};

/** A list longer than that of all kinds repeats some, and may be all of a request: it is taken for all of them. */
function kindsOf(field: SelectedField): ReadonlySet<unknown> {
  const asked = field.args()?.kinds;
  const isShort = Array.isArray(asked) && asked.length <= FINDING_KINDS.length;
  return new Set<unknown>(isShort ? asked : FINDING_KINDS);
}

/** A page of projects. Of several objects that are one organization, or that no credential opens, none costs its own list. */
function listed(field: SelectedField, count: number, demands: Demands, first: number): ProjectSet {
  const organizations = Math.min(count, demands.caller.tokens);
  demands.projectLists(organizations, field.path);
  return { ids: null, key: field.key, size: organizations * first, isListed: true };
}

/** What looking for these kinds reads of each project (`examineProject`). */
function examine(
  field: SelectedField,
  projects: ProjectSet,
  kinds: ReadonlySet<unknown>,
  takesExports: boolean,
  demands: Demands,
): void {
  const takesTokens = [...kinds].some((kind) => kind !== 'NO_USAGE_LIMIT');
  if (takesTokens) demands.tokenLists(projects, field.path);
  if (takesExports) demands.usage(projects, `of ${field.args()?.unusedDays} days`, field.path);
  if (kinds.has('NO_USAGE_LIMIT')) demands.usageLimits(projects, field.path);
}
