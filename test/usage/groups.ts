import type { Emulator, EmulatorOptions, SeededOrganization } from '../../emulator/emulator.ts';
import { type Facade, type Request, startFacade } from '../support/facade.ts';
import { type Exported, exportOfProject, figuresOf } from './platform.ts';

export const EPOCH = Date.UTC(2026, 0, 12);
export const instant = (ms: number) => new Date(ms).toISOString();
/** A window of all requests that are seeded. */
export const ALWAYS = { from: instant(0), to: instant(EPOCH) };

/** What the usage of an organization by day is made of. */
export const DAILY = ['total-requests-per-day', 'total-cost-per-day'].map((end) => `GET /v1/analytics/requests/${end}`);

const PAGE = `query ($first: Int! = 100, $after: String, $window: UsageWindow, $groupBy: UsageGrouping!, $projectIds: [ID!], $orderBy: UsageGroupOrder, $id: ID) {
  organization(id: $id) { usage(first: $first, after: $after, window: $window, groupBy: $groupBy, projectIds: $projectIds, orderBy: $orderBy) {
    nodes { project { id name } apiToken { name hint } tokenName attribution answeredBy day requests failures cost averageDurationMs
      percentile95DurationMs lastUsedAt perDay { day requests failures cost } complete coveredSince }
    totalCount from to requests failures cost complete incompleteProjectCount unreadableProjectCount unreadableCount
    unreadableProjects { code message project { id name } } pageInfo { hasNextPage endCursor } } } }`;

// biome-ignore lint/suspicious/noExplicitAny: what was selected of a group.
export type Group = any;

/** A facade in front of an emulator, asked for the usage of its first organization. */
export interface UsageFacade extends Facade {
  readonly organization: SeededOrganization;
  readonly other: SeededOrganization;
  ask(variables: Record<string, unknown>, request?: Request): ReturnType<Facade['query']>;
  /** The page that came back without an error. */
  page(variables: Record<string, unknown>): Promise<Group>;
}

export async function startUsage(
  emulator: EmulatorOptions,
  env: Record<string, string> = { GEAI_BORROW_PROJECT_TOKENS: 'true' },
  sharedEmulator?: Emulator,
): Promise<UsageFacade> {
  const shared = sharedEmulator ? { sharedEmulator } : {};
  const facade = await startFacade({ emulator: { organizations: 2, epoch: EPOCH, ...emulator }, env, ...shared });
  const [organization, other] = facade.emulator.seeded.organizations as [SeededOrganization, SeededOrganization];
  await facade.query('{ viewer { scopes } }', { token: organization.token, tokens: [other.token] });
  const ask: UsageFacade['ask'] = (variables, request = { token: organization.token }) =>
    facade.query(PAGE, { ...request, variables: { window: ALWAYS, ...variables } });
  const page = async (variables: Record<string, unknown>) => {
    const { data, errors } = await ask(variables);
    if (errors) throw new Error(JSON.stringify(errors));
    return data.organization.usage;
  };
  return { ...facade, organization, other, ask, page };
}

/** What the projects of an organization exported, each request with its project. */
export async function exportsOf(url: string, { projects }: SeededOrganization) {
  const all = await Promise.all(
    projects.map(async (project) => (await exportOfProject(url, project)).map((one) => ({ ...one, project }))),
  );
  return all.flat();
}

/** A request with the project that exported it. */
export type ExportedOf = Awaited<ReturnType<typeof exportsOf>>[number];

export function isWithin({ from, to }: { readonly from: string; readonly to: string }) {
  return ({ startTimestamp }: Exported) => `${startTimestamp}Z` >= from && `${startTimestamp}Z` < to;
}

/** The groups that the graph must show, by `keyOf` their requests. */
export function expectedGroups(requests: readonly ExportedOf[], keyOf: (one: ExportedOf) => string) {
  return [...Map.groupBy(requests, keyOf)].map(([key, own]) => ({ key, ...figuresOf(own) })).sort(byKey);
}

/** The groups that the graph shows, as `expectedGroups` has them. */
export function shownGroups(groups: readonly Group[], keyOf: (group: Group) => string) {
  return groups
    .map((group) => {
      const { requests, failures, cost, averageDurationMs, percentile95DurationMs, lastUsedAt, perDay } = group;
      const sums = { requests, failures, cost, averageDurationMs, percentile95DurationMs, lastUsedAt, perDay };
      return { key: keyOf(group), ...sums };
    })
    .sort(byKey);
}

function byKey(a: { readonly key: string }, b: { readonly key: string }): number {
  return a.key < b.key ? -1 : 1;
}
