import { describe, expect, test } from 'vitest';
import { help, readCommandLine } from '../../emulator/commandLine.ts';
import { type EmulatorOptions, OPTIONS, optionEntries, settingsFrom } from '../../emulator/options.ts';
import { refusal, running } from './support/running.ts';

const VALIDATE = 'GET /v1/accessControl/apitoken/validate';

/** The rows of platform-api.md section 6 that are marked as switchable. */
const SWITCHABLE = [
  'unknown, blocked or revoked token',
  'right token, wrong scope',
  'business errors',
  'token list after revoke',
  'validate with organization token',
  'usage-limit list key',
  'memberships shape',
  'second active limit',
  '`latest`/`active` without a limit',
  'null members',
];

test('every answer that the reference marks as switchable has an option', () => {
  const topics = new Set(optionEntries().flatMap(([, { topic }]) => topic ?? []));

  expect(topics).toEqual(new Set(SWITCHABLE));
});

describe.each(optionEntries().map(([name, option]) => [option.flag, name, option] as const))(
  '--%s',
  (flag, name, option) => {
    test('is in the help, with what it does', () => {
      expect(help()).toMatch(new RegExp(`^ {2}--${flag}( <[^>]+>)? {2,}\\S`, 'm'));
      expect(help()).toContain(option.does);
    });

    test('is read into its setting, and left alone it is as usual', () => {
      const words = option.value === null ? [`--${flag}`] : [`--${flag}`, sampleOf(option.value)];
      const given = readCommandLine(words);

      expect(Object.keys(given ?? {}).sort()).toEqual(
        ['port', name].filter((each, i, all) => all.indexOf(each) === i).sort(),
      );
      expect(settingsFrom(given ?? {})[name]).not.toEqual(settingsFrom({})[name]);
      expect(settingsFrom({})[name]).toEqual(option.initial);
    });
  },
);

/** A value that is not the usual one. */
function sampleOf(value: string): string {
  const samples: Record<string, string> = {
    '<n>': '3',
    '<ms>': '1700000000000',
    '<text>': 'CANARY',
    '<status:id>': '418:empty',
  };
  return samples[value] ?? value.slice(1, -1).split('|').at(-1)!;
}

test.each<[string[], RegExp]>([
  [['--port', 'abc'], /^--port must be a whole number, not "abc"$/],
  [['--projects', '10001'], /^--projects must be a whole number from 1 to 10000, not 10001$/],
  [['--limit-list-key', 'limit'], /^--limit-list-key must be one of: usageLimits, limits; not "limit"$/],
  [['--unknown-token', '401'], /^--unknown-token must be an HTTP status and an error id, .*, not "401"$/],
  [['--validate-users', 'refused'], /^--validate-users must be "accepted", or an HTTP status/],
  [['--token-mark', 'a b'], /^--token-mark must be 4 to 8 letters/],
  [['--nonsense'], /--nonsense/],
  [['--latency'], /--latency/],
  [['--strict-400=yes'], /--strict-400/],
  [['stray'], /stray/],
])('%o is refused in plain words', (words, message) => {
  expect(() => readCommandLine(words)).toThrow(message);
});

test.each<[object, RegExp]>([
  [{ nonsense: 1 }, /there is no option "nonsense"/],
  [{ limitListKey: 'limit' }, /limitListKey must be one of/],
  [{ wrongScope: '99:7' }, /wrongScope must be an HTTP status/],
  [{ wrongScope: '403:words' }, /wrongScope must be an HTTP status/],
])('an emulator does not start with %o', async (options, message) => {
  await expect(running(options as EmulatorOptions)).rejects.toThrow(message);
});

test('the help asks for nothing else', () => {
  expect(readCommandLine(['--help', '--strict-400'])).toBeNull();
});

describe.each(['unknownToken', 'wrongScope', 'secondLimit', 'validateUsers', 'missingRole'] as const)(
  '%s',
  (option) => {
    const INPUT = {
      subscriptionType: 'Daily',
      usageUnit: 'Cost',
      softLimit: 1,
      hardLimit: 2,
      renewalStatus: 'Renewable',
    };
    const provoke = async (options: EmulatorOptions) => {
      const { call, acme, user, organizationToken } = await running({ membershipCallers: 'newer', ...options });
      const limits = `POST /v2/usageLimits/organizations/${acme.id}/limits`;
      const calls = {
        unknownToken: () => call(VALIDATE, { token: 'unknown' }),
        wrongScope: () => call('GET /v1/organization/assistants', { token: organizationToken }),
        secondLimit: () => call(limits, { token: organizationToken, body: INPUT }),
        missingRole: () => call(`GET /v2/accessControl/memberships?email=${user.email}`, { token: user.token }),
        validateUsers: () => call(VALIDATE, { token: user.token, headers: { ProjectId: user.projectId } }),
      };
      // Of two in a row, one is the second.
      await calls.secondLimit();
      return calls[option]();
    };

    test.each([
      ['401:5', refusal(401, 5)],
      ['400:6', refusal(400, 6)],
      ['200:6', refusal(200, 6)],
      ['403:text', { status: 403, body: expect.stringContaining('UPSTREAM-TEXT') }],
      ['401:empty', { status: 401, body: '' }],
    ] as const)('is told as %s', async (form, answer) => {
      expect(await provoke({ [option]: form })).toMatchObject(answer);
      expect(await provoke({ [option]: form, strict400: true })).toMatchObject(answer);
    });

    test('is told as usual unless it is switched', async () => {
      const usual = {
        unknownToken: refusal(401, 6),
        wrongScope: refusal(403, 7),
        secondLimit: refusal(400, 409),
        validateUsers: { status: 200 },
        missingRole: refusal(403, 403),
      };

      expect(await provoke({})).toMatchObject(usual[option]);
      expect(OPTIONS[option].initial).toBe(settingsFrom({})[option]);
    });
  },
);
