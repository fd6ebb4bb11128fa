import { pageSize } from '../cost/arguments.ts';
import type { CostEstimator, ProjectSet } from '../cost/estimator.ts';
import { type Cost, inside, listedProjects, type SelectedField } from '../cost/parentScope.ts';
import { usageCost } from '../loaders/requests.ts';
import { projectLimit } from '../loaders/usageLimits.ts';
import { MAX_USAGE_PROJECTS, USAGE_KINDS } from './examine.ts';
import { FINDING_KINDS } from './finding.ts';

/** Cost of a page of findings: reads of each project for the selected kinds (`examineProject`). */
export const findingsCost: Cost = (field, { count }, { estimator }) => {
  const kinds = kindsOf(field);
  const takesExports = [...USAGE_KINDS].some((kind) => kinds.has(kind));
  const first = pageSize(field, takesExports ? MAX_USAGE_PROJECTS : undefined);
  // Projects are listed also for a page that is then refused.
  const projects = listedProjects(field, count, estimator, first);
  if (first === 0) return null;
  if (readsFindings((step) => field.names(step))) examine(field, projects, kinds, takesExports, estimator);
  return inside(projects);
};

/** True if the selection below the page reads findings: those, or the cursor of one. */
export function readsFindings(namesOf: (step?: string) => ReadonlySet<string>): boolean {
  const names = namesOf();
  return names.has('nodes') || names.has('edges') || namesOf('pageInfo').has('startCursor');
}

/** Returns the selected kinds. A longer list repeats some, and may fill a request: it counts as all kinds. */
function kindsOf(field: SelectedField): ReadonlySet<unknown> {
  const asked = field.args()?.kinds;
  const isShort = Array.isArray(asked) && asked.length <= FINDING_KINDS.length;
  return new Set<unknown>(isShort ? asked : FINDING_KINDS);
}

function examine(
  field: SelectedField,
  projects: ProjectSet,
  kinds: ReadonlySet<unknown>,
  takesExports: boolean,
  estimator: CostEstimator,
): void {
  const takesTokens = [...kinds].some((kind) => kind !== 'NO_USAGE_LIMIT');
  if (takesTokens) estimator.tokenLists(projects, field.path);
  if (takesExports) usageCost(projects, `of ${field.args()?.unusedDays} days`, field.path, estimator);
  if (kinds.has('NO_USAGE_LIMIT')) projectLimit.cost(projects, { path: field.path, args: {} }, estimator);
}
