import type { ApiTokenRecord } from '../platform/resources/apiTokens.ts';
import type { TokenUsage } from '../usage/attribution.ts';
import type { UsagePass } from '../usage/exportPass.ts';
import { certain, type Evidence, type Finding, type FindingKind, unknown } from './finding.ts';

/** Findings of one kind, from the tokens of one project and their requests in a window. */
export type UsageRule = (
  tokens: readonly ApiTokenRecord[],
  usageOf: (token: ApiTokenRecord) => TokenUsage,
  pass: UsagePass,
) => Finding[];

/** Active tokens without a request. Tokens younger than the window are left out; a token of unknown age may be one. */
export const unusedTokens: UsageRule = (tokens, usageOf, pass) =>
  tokens.flatMap((token) => {
    const isYoung = token.createdAt !== null && Date.parse(token.createdAt) > pass.window.from;
    if (token.status !== 'ACTIVE' || isYoung) return [];
    const usage = usageOf(token);
    const facts = factsOf(usage, token.createdAt);
    if (usage.requests > 0) {
      if (usage.attribution !== 'AMBIGUOUS_NAME') return [];
      return [
        unknown('UNUSED', token, { ...facts, text: 'Another token has the same name: the requests may be its own.' }),
      ];
    }
    const doubt = doubtOf(usage, pass) ?? (token.createdAt === null ? OF_UNKNOWN_AGE : null);
    if (doubt !== null) return [unknown('UNUSED', token, { ...facts, text: doubt })];
    return [certain('UNUSED', token, { ...facts, text: 'No request was made with the token in the window.' })];
  });

const OF_UNKNOWN_AGE =
  'The platform does not return the creation time of the token: it may be younger than the window.';

/** Blocked tokens that made requests. */
export const usedThoughBlocked: UsageRule = (tokens, usageOf, pass) =>
  tokens
    .filter(({ status }) => status === 'BLOCKED')
    .flatMap((token) => {
      const usage = usageOf(token);
      const facts = factsOf(usage);
      const kind: FindingKind = 'BLOCKED_BUT_USED';
      if (usage.requests === 0) {
        const doubt = doubtOf(usage, pass);
        return doubt === null ? [] : [unknown(kind, token, { ...facts, text: doubt })];
      }
      if (usage.attribution === 'AMBIGUOUS_NAME') {
        const text = 'Another token has the same name: the requests may be its own.';
        return [unknown(kind, token, { ...facts, text })];
      }
      const text = `${usage.requests} requests in the window, the last at ${usage.lastUsedAt}. The platform does not return the time of blocking.`;
      return [certain(kind, token, { ...facts, text })];
    });

/** Reason why a request may have been missed. Null if none was. */
function doubtOf({ attribution }: TokenUsage, { isComplete }: UsagePass): string | null {
  if (attribution === 'IMPOSSIBLE') return 'The platform masks token values, and some requests have no known name.';
  return isComplete ? null : 'Not every request of the window could be counted.';
}

function factsOf({ requests, lastUsedAt }: TokenUsage, createdAt?: string | null): Omit<Evidence, 'text'> {
  return { requests, lastUsedAt, ...(createdAt === undefined ? {} : { createdAt }) };
}
