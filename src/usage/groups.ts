import type { ApiTokenRecord } from '../platform/resources/apiTokens.ts';
import { Secret } from '../values/secret.ts';
import type { TokenAttribution } from './attribution.ts';
import type { HashLabel, UsagePass } from './exportPass.ts';
import { addSums, type DaySums, figuresOf, type UsageFigures, type UsageTotals } from './usageTotals.ts';

/** A project by id, with its organization where that is known. */
interface ProjectKey {
  readonly id: string;
  readonly organizationId: string | null;
}

/** Requests of one token, assistant or day. Null where the grouping does not name it. */
export interface UsageOfGroup extends UsageFigures {
  readonly project: ProjectKey | null;
  readonly token: ApiTokenRecord | null;
  readonly tokenName: string | null;
  readonly attribution: Extract<TokenAttribution, 'BY_VALUE' | 'BY_NAME' | 'AMBIGUOUS_NAME'> | null;
  readonly answeredBy: string | null;
  readonly day: string | null;
  readonly complete: boolean;
  readonly coveredSince: string | null;
}

type TokenOfGroup = Pick<UsageOfGroup, 'token' | 'tokenName' | 'attribution'>;

const NO_TOKEN: TokenOfGroup = { token: null, tokenName: null, attribution: null };

/** Groups of a pass by token: every request is in one of them. Requests of no listed token are in a group without one. */
export function groupsByToken(
  project: ProjectKey,
  pass: UsagePass,
  tokens: readonly ApiTokenRecord[],
  hashLabel: HashLabel,
): UsageOfGroup[] {
  const byValue = new Map(tokens.map((token) => [hashLabel(token.secret), token]));
  const byName = Map.groupBy(tokens, ({ name }) => hashLabel(new Secret(name)));
  const found = new Map<unknown, { readonly of: TokenOfGroup; readonly totals: UsageTotals[] }>();
  for (const [label, totals] of pass.byToken) {
    const of = label === null ? NO_TOKEN : tokenOf(byValue.get(label), byName.get(label));
    const key = of.token ?? of.tokenName;
    const known = found.get(key);
    if (!known) found.set(key, { of, totals: [totals] });
    else found.set(key, { of: of.attribution === 'BY_NAME' ? of : known.of, totals: [...known.totals, totals] });
  }
  return [...found.values()].map(({ of, totals }) => groupOf(project, pass, totals, of));
}

/** Token of what an export prints, given the token of that value and those of that name. */
function tokenOf(ofValue: ApiTokenRecord | undefined, [only, ...others]: readonly ApiTokenRecord[] = []): TokenOfGroup {
  if (ofValue) return { token: ofValue, tokenName: ofValue.name, attribution: 'BY_VALUE' };
  if (!only) return NO_TOKEN;
  if (others.length > 0) return { token: null, tokenName: only.name, attribution: 'AMBIGUOUS_NAME' };
  return { token: only, tokenName: only.name, attribution: 'BY_NAME' };
}

/**
 * Groups of a pass by assistant: every request is in one of them. Requests without an assistant are in a group without one.
 */
export function groupsByAssistant(project: ProjectKey, pass: UsagePass): UsageOfGroup[] {
  return [...pass.byAssistant].map(([answeredBy, totals]) => groupOf(project, pass, [totals], { answeredBy }));
}

/** A group for each day, out of the sums of one project or more. */
export function groupsByDay(days: readonly DaySums[]): UsageOfGroup[] {
  return [...Map.groupBy(days, ({ day }) => day)].map(([day, parts]) => {
    const sums = { day, ...addSums(parts) };
    return { ...NO_KEY, ...UNTIMED, ...sums, perDay: [sums], complete: true, coveredSince: null };
  });
}

const NO_KEY = { project: null, ...NO_TOKEN, answeredBy: null, day: null };

/** Figures that sums of a day lack. */
const UNTIMED = { averageDurationMs: null, percentile95DurationMs: null, lastUsedAt: null };

function groupOf(
  project: ProjectKey,
  { isComplete, coveredSince }: UsagePass,
  totals: readonly UsageTotals[],
  key: Partial<UsageOfGroup>,
): UsageOfGroup {
  return { ...NO_KEY, project, ...key, ...figuresOf(totals), complete: isComplete, coveredSince };
}
