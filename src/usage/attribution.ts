import type { ApiTokenRecord } from '../platform/resources/apiTokens.ts';
import { Secret } from '../values/secret.ts';
import type { HashLabel, UsagePass } from './exportPass.ts';
import { type UsageFigures, UsageTotals } from './usageTotals.ts';

/**
 * Method of assigning requests to a token. The export prints a token's name or its value: which is unknown
 * (platform-api.md 2.4).
 */
export type TokenAttribution = 'BY_VALUE' | 'BY_NAME' | 'AMBIGUOUS_NAME' | 'NONE' | 'IMPOSSIBLE';

export interface TokenUsage extends UsageFigures {
  readonly attribution: TokenAttribution;
}

/** Usage of one token of a project, given all tokens of the project. */
export function usageOfToken(
  token: ApiTokenRecord,
  siblings: readonly ApiTokenRecord[],
  usage: UsagePass,
  hashLabel: HashLabel,
): TokenUsage {
  const byValue = usage.byToken.get(hashLabel(token.secret));
  const byName = usage.byToken.get(hashLabel(nameOf(token)));
  const total = new UsageTotals();
  if (byValue) total.merge(byValue);
  // A token that is named like its own value would count twice.
  if (byName && byName !== byValue) total.merge(byName);
  return { ...total.figures(), attribution: attributionOf() };

  function attributionOf(): TokenAttribution {
    if (byName) return siblings.filter(({ name }) => name === token.name).length > 1 ? 'AMBIGUOUS_NAME' : 'BY_NAME';
    if (byValue) return 'BY_VALUE';
    return token.secret.form !== 'whole' && hasStranger(siblings, usage, hashLabel) ? 'IMPOSSIBLE' : 'NONE';
  }
}

/** The token behind what an export prints; null when none of them is, or several may be. */
export function tokenBehind(label: Secret, tokens: readonly ApiTokenRecord[]): ApiTokenRecord | null {
  const byValue = tokens.find(({ secret }) => secret.equals(label));
  if (byValue) return byValue;
  const [only, ...others] = tokens.filter((token) => nameOf(token).equals(label));
  return only && others.length === 0 ? only : null;
}

/** True if a request has none of these names: its token may be one whose value the platform masks. */
function hasStranger(tokens: readonly ApiTokenRecord[], { byToken }: UsagePass, hashLabel: HashLabel): boolean {
  const names = new Set(tokens.map((token) => hashLabel(nameOf(token))));
  return byToken.keys().some((label) => label !== null && !names.has(label));
}

/** As a secret, to be compared with something that may be one. */
function nameOf({ name }: ApiTokenRecord): Secret {
  return new Secret(name);
}
