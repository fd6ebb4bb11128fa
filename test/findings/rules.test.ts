import { expect, test } from 'vitest';
import type { Finding } from '../../src/findings/finding.ts';
import { duplicateNames, missingDescriptions, noActiveToken, oldTokens } from '../../src/findings/tokenRules.ts';
import { unusedTokens, usedThoughBlocked } from '../../src/findings/usageRules.ts';
import type { TokenUsage } from '../../src/usage/attribution.ts';
import { DAY, token } from '../usage/records.ts';

const brief = (findings: readonly Finding[]) =>
  findings.map(({ certainty, token: one }) => [certainty, one?.secret.reveal() ?? null]);

const [a, b] = [token('CI', 'a'), token('CI', 'b')];
const revoked = token('CI', 'c', { status: 'REVOKED' });

test('names are duplicates among tokens that are not revoked', () => {
  expect(duplicateNames([a, revoked, token('Other', 'd')])).toEqual([]);
  expect(brief(duplicateNames([a, b, revoked]))).toEqual([
    ['CERTAIN', 'a'],
    ['CERTAIN', 'b'],
  ]);
  expect(duplicateNames([a, b])[0]?.evidence.tokensOfSameName).toBe(2);
});

test('a description is missed of what is not revoked', () => {
  const bare = { description: null };
  expect(
    brief(missingDescriptions([a, token('x', 'd', bare), token('y', 'e', { ...bare, status: 'REVOKED' })])),
  ).toEqual([['CERTAIN', 'd']]);
});

test('a token is old after its days, and unknown without a time', () => {
  const aged = (value: string, days: number) =>
    token(value, value, { createdAt: new Date(DAY - days * 86_400_000).toISOString() });
  const tokens = [aged('a', 90), aged('b', 90.001), aged('c', 1), token('d', 'd', { createdAt: null })];

  expect(brief(oldTokens(DAY, 90)(tokens))).toEqual([
    ['CERTAIN', 'b'],
    ['UNKNOWN', 'd'],
  ]);
});

test('a project without an active token is found, one with a strange status is unknown', () => {
  expect(noActiveToken([a, revoked])).toEqual([]);
  expect(brief(noActiveToken([]))).toEqual([['CERTAIN', null]]);
  expect(brief(noActiveToken([revoked, token('x', 'd', { status: 'BLOCKED' })]))).toEqual([['CERTAIN', null]]);
  expect(brief(noActiveToken([token('x', 'd', { status: 'UNRECOGNIZED' })]))).toEqual([['UNKNOWN', null]]);
});

function usage(requests: number, attribution: TokenUsage['attribution']): TokenUsage {
  const lastUsedAt = requests > 0 ? '2026-01-11T00:00:00.000Z' : null;
  const rest = { failures: 0, cost: 0, averageDurationMs: null, percentile95DurationMs: null };
  return { ...rest, requests, attribution, lastUsedAt } as unknown as TokenUsage;
}

const pass = (isComplete: boolean) => ({
  byToken: new Map(),
  byAssistant: new Map(),
  window: { from: DAY - 86_400_000, to: DAY },
  isComplete,
  coveredSince: null,
});

test.each<[string, number, TokenUsage['attribution'], boolean, string[], string[]]>([
  ['used by value', 2, 'BY_VALUE', true, [], ['CERTAIN']],
  ['used by value, as far as was read', 2, 'BY_VALUE', false, [], ['CERTAIN']],
  ['used under a name of several', 2, 'AMBIGUOUS_NAME', true, ['UNKNOWN'], ['UNKNOWN']],
  ['not used', 0, 'NONE', true, ['CERTAIN'], []],
  ['not used, as far as was read', 0, 'NONE', false, ['UNKNOWN'], ['UNKNOWN']],
  ['not to be told', 0, 'IMPOSSIBLE', true, ['UNKNOWN'], ['UNKNOWN']],
])('a token that is %s', (_case, requests, attribution, isComplete, ifActive, ifBlocked) => {
  const of = () => usage(requests, attribution);
  const certainties = (findings: readonly Finding[]) => findings.map(({ certainty }) => certainty);

  expect(certainties(unusedTokens([a], of, pass(isComplete)))).toEqual(ifActive);
  expect(usedThoughBlocked([a], of, pass(isComplete))).toEqual([]);
  const blocked = token('CI', 'a', { status: 'BLOCKED' });
  expect(certainties(usedThoughBlocked([blocked], of, pass(isComplete)))).toEqual(ifBlocked);
  expect(unusedTokens([blocked], of, pass(isComplete))).toEqual([]);
});

test('a token made within the window is not called unused', () => {
  const young = token('CI', 'a', { createdAt: new Date(DAY - 1).toISOString() });
  expect(unusedTokens([young], () => usage(0, 'NONE'), pass(true))).toEqual([]);
});

test('a token of an unknown age may be younger than the window: its lack of use is unknown', () => {
  const ageless = token('CI', 'a', { createdAt: null });
  expect(unusedTokens([ageless], () => usage(0, 'NONE'), pass(true))).toMatchObject([
    { certainty: 'UNKNOWN', evidence: { text: expect.stringContaining('creation time'), createdAt: null } },
  ]);
  expect(unusedTokens([ageless], () => usage(2, 'BY_VALUE'), pass(true))).toEqual([]);
});
