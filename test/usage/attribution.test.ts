import { expect, test } from 'vitest';
import { tokenBehind, usageOfToken } from '../../src/usage/attribution.ts';
import { readUsage } from '../../src/usage/exportPass.ts';
import { groupsByToken } from '../../src/usage/groups.ts';
import { Secret } from '../../src/values/secret.ts';
import { DAY, exportOf, request, token } from './records.ts';

const VALUE = 'ci_Q7rT2mX9vK4pL8sW1nB6hJ3dF5gY0zC-aE_uI-oAzY4';
const hashLabel = (label: Secret) => `hash of ${label.reveal()}`;
const passOf = (labels: readonly (string | null)[]) => {
  const requests = labels.map((label) => request(1, { tokenLabel: label === null ? null : new Secret(label) }));
  return readUsage(exportOf(requests).read, { from: 0, to: DAY }, hashLabel);
};
const usageOf = async (labels: readonly (string | null)[], tokens: ReturnType<typeof token>[]) => {
  const pass = await passOf(labels);
  const { requests: count, attribution } = usageOfToken(tokens[0]!, tokens, pass, hashLabel);
  return [count, attribution];
};

test.each<[string, (string | null)[], ReturnType<typeof token>[], unknown[]]>([
  ['by value', [VALUE, VALUE, 'Other'], [token('CI', VALUE)], [2, 'BY_VALUE']],
  ['by a name of its own', ['CI', 'Other'], [token('CI', VALUE), token('Default', 'x'.repeat(40))], [1, 'BY_NAME']],
  ['by a name of several', ['CI', 'CI'], [token('CI', VALUE), token('CI', 'y'.repeat(40))], [2, 'AMBIGUOUS_NAME']],
  [
    'by value, though the name is not its own',
    [VALUE],
    [token('CI', VALUE), token('CI', 'y'.repeat(40))],
    [1, 'BY_VALUE'],
  ],
  ['by value and by name', [VALUE, 'CI'], [token('CI', VALUE)], [2, 'BY_NAME']],
  ['named like its value', [VALUE], [token(VALUE, VALUE)], [1, 'BY_NAME']],
  ['not used', ['Other', null], [token('CI', VALUE)], [0, 'NONE']],
  ['masked, and all names known', ['Default'], [token('CI', 'ci_***AzY4'), token('Default', 'd_***abcd')], [0, 'NONE']],
  ['masked, and values exported', [VALUE], [token('CI', 'ci_***AzY4')], [0, 'IMPOSSIBLE']],
])('a token that is %s', async (_case, labels, tokens, expected) => {
  expect(await usageOf(labels, tokens)).toEqual(expected);
});

test('behind a request is the token of that value, or the only one of that name', () => {
  const [ci, other, twin] = [token('CI', VALUE), token('Default', 'x'.repeat(40)), token('Default', 'y'.repeat(40))];
  const find = (label: string) => tokenBehind(new Secret(label), [ci, other, twin]);

  expect(find(VALUE)).toBe(ci);
  expect(find('CI')).toBe(ci);
  expect(find('Default')).toBeNull();
  expect(find('y'.repeat(40))).toBe(twin);
  expect(find('Gone')).toBeNull();
});

test.each([
  ['value first', [VALUE, 'CI', null, 'Default', 'Gone', null]],
  ['name first', [null, 'Gone', 'CI', VALUE, null, 'Default']],
])('groups by token hold each request once, and a token by its less certain label, %s', async (_case, labels) => {
  const tokens = [token('CI', VALUE), token('Default', 'x'.repeat(40)), token('Default', 'y'.repeat(40))];
  const pass = await passOf(labels);

  const groups = groupsByToken({ id: 'p', organizationId: 'o' }, pass, tokens, hashLabel);
  const told = groups.map(({ tokenName, attribution, token, requests }) => [tokenName, attribution, token, requests]);
  expect(told).toHaveLength(3);
  expect(told).toEqual(
    expect.arrayContaining([
      ['CI', 'BY_NAME', tokens[0], 2],
      ['Default', 'AMBIGUOUS_NAME', null, 1],
      [null, null, null, 3],
    ]),
  );
});
