import type { ProjectSet } from '../cost/estimator.ts';
import type { Circumstances, ParentScope, ScanBound, SelectedField } from '../cost/parentScope.ts';
import { scannedProjects } from '../cost/projectScan.ts';
import type { Endpoint } from '../platform/client/endpoint.ts';
import { PlatformError } from '../platform/client/errors.ts';
import { type Days, FIGURES } from '../platform/resources/analytics.ts';
import { PASS_MAX_PAGES } from '../usage/exportPass.ts';
import { groupsByAssistant, groupsByDay, groupsByToken, type UsageOfGroup } from '../usage/groups.ts';
import type { DaySums } from '../usage/usageTotals.ts';
import type { TimeWindow } from '../usage/window.ts';
import { Decimal } from '../values/decimal.ts';
import { isJsonObject } from '../values/json.ts';
import { type AnalyticsSubject, costOf, readFigure } from './analytics.ts';
import type { ProjectReference } from './apiTokens.ts';
import type { Loaders } from './index.ts';
import { type ProjectScan, type ScanSelection, scanProjects } from './projectScan.ts';
import { usageCost } from './requests.ts';

type UsageGrouping = 'TOKEN' | 'ASSISTANT' | 'DAY';

/** Projects whose exports one field reads, at most: an export and a list of tokens each. */
export function maxUsageProjects(scans: ScanBound): number {
  return scans.projects(PASS_MAX_PAGES + 1);
}

/** Usage of some projects, as far as it could be read. */
export interface UsageScan extends Omit<ProjectScan<unknown>, 'projects' | 'unreadableOrganizationCount'> {
  readonly groups: readonly UsageOfGroup[];
  /** Number of projects that were read, but not to the end of their requests. */
  readonly incompleteProjectCount: number;
  /** Number of tokens that could not be decoded. */
  readonly unreadableCount: number;
}

interface Part {
  readonly groups: readonly UsageOfGroup[];
  readonly isComplete: boolean;
  readonly unreadableCount: number;
}

const NO_USAGE: Part = { groups: [], isComplete: true, unreadableCount: 0 };

/** Usage of the projects of an organization by token or assistant: a pass over the export of each (`scanProjects`). */
export async function scanUsage(
  loaders: Loaders,
  organizationId: string,
  selection: ScanSelection,
  groupBy: Exclude<UsageGrouping, 'DAY'>,
  window: TimeWindow,
): Promise<UsageScan> {
  const read = async (project: ProjectReference): Promise<Part | null> => {
    const pass = await loaders.requests.usage(project.id, window);
    if (!pass) return null;
    const { isComplete } = pass;
    if (groupBy === 'ASSISTANT') return { ...NO_USAGE, groups: groupsByAssistant(project, pass), isComplete };
    const tokens = await loaders.apiTokens.ofProject(project);
    if (!tokens) return null;
    const { records, unreadableCount } = tokens;
    return { groups: groupsByToken(project, pass, records, loaders.requests.hashLabel), isComplete, unreadableCount };
  };
  const { projects, ...rest } = await scanProjects(loaders, [organizationId], selection, read, NO_USAGE);
  const parts = projects.map(({ value }) => value);
  return {
    ...rest,
    groups: parts.flatMap(({ groups }) => groups),
    incompleteProjectCount: parts.filter(({ isComplete }) => !isComplete).length,
    unreadableCount: parts.reduce((sum, part) => sum + part.unreadableCount, 0),
  };
}

/** Usage of an organization by day, out of the platform's own figures: two calls, or two for each project that is named. */
export async function scanDays(
  loaders: Loaders,
  organizationId: string,
  selection: ScanSelection,
  days: Days,
): Promise<UsageScan> {
  const whole = { incompleteProjectCount: 0, unreadableCount: 0 };
  if (selection.projectIds === null) {
    const found = await daysOf({ project: null, organizationId, days }, loaders);
    return { ...whole, groups: groupsByDay(found ?? []), unreadableProjects: [], unreadableProjectCount: 0 };
  }
  const read = (project: ProjectReference) => daysOf({ project, organizationId, days }, loaders);
  const { projects, ...rest } = await scanProjects(loaders, [organizationId], selection, read, []);
  return { ...whole, ...rest, groups: groupsByDay(projects.flatMap(({ value }) => value)) };
}

const DAILY = [FIGURES.requestsPerDay, FIGURES.costPerDay];

/** Sums of each day; null when there is no such project. A day without a number is no sum: it fails all. */
async function daysOf(subject: AnalyticsSubject, loaders: Loaders): Promise<DaySums[] | null> {
  const { requestsPerDay, costPerDay } = FIGURES;
  const [requests, costs] = await Promise.all([
    readFigure(requestsPerDay, subject, loaders),
    readFigure(costPerDay, subject, loaders),
  ]);
  if (!requests || !costs) return null;
  return [
    ...requests.map((row) => ({
      day: row.day,
      requests: known(row.requests, requestsPerDay.ofOrganization),
      failures: known(row.failures, requestsPerDay.ofOrganization),
      cost: Decimal.ZERO,
    })),
    ...costs.map((row) => ({
      day: row.day,
      requests: 0,
      failures: 0,
      cost: known(row.cost, costPerDay.ofOrganization),
    })),
  ];
}

function known<T>(value: T | null, endpoint: Endpoint): T {
  if (value === null) throw new PlatformError('BAD_RESPONSE', endpoint);
  return value;
}

/** Cost of `scanUsage` and `scanDays` for `organizations` organizations. False when the caller named too many projects. */
export function usageScanCost(
  field: SelectedField,
  scope: ParentScope,
  organizations: number,
  circumstances: Circumstances,
): boolean {
  const { estimator, scans } = circumstances;
  const maxProjects = maxUsageProjects(scans);
  const { groupBy, projectIds, window: asked } = field.args() ?? {};
  const window = estimator.keyOf(isJsonObject(asked) ? { window: asked } : {});
  const daily = (projects: ProjectSet | null) => {
    for (const figure of DAILY) costOf(figure)(field, { ...scope, projects, window }, circumstances);
    return true;
  };
  if (groupBy === 'DAY' && !Array.isArray(projectIds)) return daily(null);
  const projects = scannedProjects(field, `usage ${window}`, { organizations, projectIds, maxProjects }, circumstances);
  if (!projects) return false;
  if (groupBy === 'DAY') return daily(projects);
  usageCost(projects, window, field.path, estimator);
  if (groupBy === 'TOKEN') estimator.tokenLists(projects, field.path, true);
  return true;
}
