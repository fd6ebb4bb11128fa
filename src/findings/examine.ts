import { codeOf, foreseen } from '../errors.ts';
import type { Loaders } from '../loaders/index.ts';
import { projectLimit } from '../loaders/usageLimits.ts';
import { PlatformError } from '../platform/client/errors.ts';
import { type ApiTokenList, type ApiTokenRecord, listApiTokens } from '../platform/resources/apiTokens.ts';
import type { ProjectRecord } from '../platform/resources/projects.ts';
import { exportRequests } from '../platform/resources/requests.ts';
import { usageOfToken } from '../usage/attribution.ts';
import type { TimeWindow } from '../usage/window.ts';
import { toResult } from '../values/result.ts';
import { certain, FINDING_KINDS, type Finding, type FindingKind, unknown } from './finding.ts';
import { duplicateNames, missingDescriptions, noActiveToken, oldTokens, type TokenRule } from './tokenRules.ts';
import { type UsageRule, unusedTokens, usedThoughBlocked } from './usageRules.ts';

/** Kinds and thresholds of the search. */
export interface Examination {
  readonly kinds: ReadonlySet<FindingKind>;
  readonly olderThanDays: number;
  /** Window in which tokens are expected to be used. */
  readonly window: TimeWindow;
}

const USAGE_RULES = new Map<FindingKind, UsageRule>([
  ['UNUSED', unusedTokens],
  ['BLOCKED_BUT_USED', usedThoughBlocked],
]);

/** Kinds that read the export of each project. */
export const USAGE_KINDS: ReadonlySet<FindingKind> = new Set(USAGE_RULES.keys());

/** Number of projects whose exports are read for a page: 20 with 20 calls each. */
export const MAX_USAGE_PROJECTS = 20;

/** Findings of one project. Unreadable data is a finding of its own. Throws errors that are not the platform's. */
export async function examineProject(
  project: ProjectRecord,
  { kinds, olderThanDays, window }: Examination,
  loaders: Loaders,
): Promise<Finding[]> {
  const tokenRules = new Map<FindingKind, TokenRule>([
    ['DUPLICATE_NAME', duplicateNames],
    ['NO_DESCRIPTION', missingDescriptions],
    ['OLD', oldTokens(window.to, olderThanDays)],
    ['NO_ACTIVE_TOKEN', noActiveToken],
  ]);
  const wanted = (some: Iterable<FindingKind>) => [...some].filter((kind) => kinds.has(kind));
  const parts = await Promise.all([
    readOrUnknown(wanted(tokenRules.keys()), async (asked) => {
      const { records, unreadableCount } = await tokensOf(project, loaders);
      const found = asked.flatMap((kind) => tokenRules.get(kind)?.(records) ?? []);
      return inDoubt(found, asked, unreadableCount);
    }),
    readOrUnknown(wanted(USAGE_KINDS), (asked) => usageFindings(project, asked, window, loaders)),
    readOrUnknown(wanted(['NO_USAGE_LIMIT']), async ([kind]) => {
      const limit = await projectLimit.read(loaders, project, {});
      if (!kind || (limit && limit.status !== 'UNRECOGNIZED')) return [];
      if (limit)
        return [unknown(kind, null, { text: 'The project has a limit of a status that this version does not know.' })];
      return [certain(kind, null, { text: 'The project has no usage limit in force.' })];
    }),
  ]);
  return inOrder(parts.flat());
}

async function usageFindings(
  project: ProjectRecord,
  kinds: readonly FindingKind[],
  window: TimeWindow,
  loaders: Loaders,
): Promise<Finding[]> {
  const { usage, hashLabel } = loaders.requests;
  // Without access to the export, the list of tokens is not needed.
  const pass = await usage(project.id, window);
  if (!pass) throw new PlatformError('NOT_FOUND', exportRequests);
  const { records, unreadableCount } = await tokensOf(project, loaders);
  const usageOf = (token: ApiTokenRecord) => usageOfToken(token, records, pass, hashLabel);
  const found = kinds.flatMap((kind) => USAGE_RULES.get(kind)?.(records, usageOf, pass) ?? []);
  return inDoubt(found, kinds, unreadableCount);
}

/** Tokens, oldest first. Throws if a project that was just listed is gone: its tokens are unknown. */
async function tokensOf(project: ProjectRecord, { apiTokens }: Loaders): Promise<ApiTokenList> {
  const tokens = await apiTokens.ofProject(project);
  if (!tokens) throw new PlatformError('NOT_FOUND', listApiTokens);
  const { records, unreadableCount } = tokens;
  return { records: records.toSorted((a, b) => (a.createdAt ?? '').localeCompare(b.createdAt ?? '')), unreadableCount };
}

/** Findings about unreadable tokens are unknown, and so are those that need all tokens. */
function inDoubt(found: readonly Finding[], kinds: readonly FindingKind[], unreadableCount: number): Finding[] {
  if (unreadableCount === 0) return [...found];
  const text = `Tokens of the project that could not be read: ${unreadableCount}.`;
  const errorCode = codeOf(new PlatformError('BAD_RESPONSE', listApiTokens));
  const doubts = kinds.map((kind) => unknown(kind, null, { text, errorCode }));
  return [...found.filter(({ token }) => token !== null), ...doubts];
}

async function readOrUnknown(
  kinds: readonly FindingKind[],
  read: (kinds: readonly FindingKind[]) => Promise<Finding[]>,
): Promise<Finding[]> {
  if (kinds.length === 0) return [];
  const found = await toResult(() => read(kinds));
  if (!(found instanceof Error)) return found;
  const failure = foreseen(found);
  if (failure === null) throw found;
  const { code: errorCode, message } = failure;
  return kinds.map((kind) => unknown(kind, null, { text: `This could not be read. ${message}`, errorCode }));
}

function inOrder(findings: readonly Finding[]): Finding[] {
  return findings.toSorted((a, b) => FINDING_KINDS.indexOf(a.kind) - FINDING_KINDS.indexOf(b.kind));
}
