import type { ApiTokenRecord } from '../platform/resources/apiTokens.ts';
import { DAY_MS } from '../usage/window.ts';
import { certain, type Finding, unknown } from './finding.ts';

/** Findings of one kind, from the tokens of one project. */
export type TokenRule = (tokens: readonly ApiTokenRecord[]) => Finding[];

export const duplicateNames: TokenRule = (tokens) => {
  const kept = tokens.filter(isKept);
  const byName = Map.groupBy(kept, ({ name }) => name);
  return kept.flatMap((token) => {
    const tokensOfSameName = byName.get(token.name)?.length ?? 0;
    const text = `${tokensOfSameName} tokens of the project have this name.`;
    return tokensOfSameName > 1 ? [certain('DUPLICATE_NAME', token, { text, tokensOfSameName })] : [];
  });
};

export const missingDescriptions: TokenRule = (tokens) =>
  tokens
    .filter((token) => isKept(token) && token.description === null)
    .map((token) => certain('NO_DESCRIPTION', token, { text: 'The token has no description.' }));

/** `now` in milliseconds since 1970. */
export const oldTokens =
  (now: number, olderThanDays: number): TokenRule =>
  (tokens) =>
    tokens.filter(isKept).flatMap((token) => {
      const { createdAt } = token;
      if (createdAt === null) {
        return [
          unknown('OLD', token, { text: 'The platform does not return the creation time of the token.', createdAt }),
        ];
      }
      const days = Math.floor((now - Date.parse(createdAt)) / DAY_MS);
      const isOld = now - Date.parse(createdAt) > olderThanDays * DAY_MS;
      return isOld ? [certain('OLD', token, { text: `The token is ${days} days old.`, createdAt })] : [];
    });

export const noActiveToken: TokenRule = (tokens) => {
  if (tokens.some(({ status }) => status === 'ACTIVE')) return [];
  if (tokens.some(({ status }) => status === 'UNRECOGNIZED')) {
    const text = 'No token is known to be active, and some have a status that this version does not know.';
    return [unknown('NO_ACTIVE_TOKEN', null, { text })];
  }
  return [
    certain('NO_ACTIVE_TOKEN', null, { text: `None of the project's ${tokens.length} listed tokens is active.` }),
  ];
};

/** True if the token can be in use, now or later. Revoked is final. */
function isKept({ status }: ApiTokenRecord): boolean {
  return status !== 'REVOKED';
}
