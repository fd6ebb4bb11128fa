import { choice, instant, type Option, optionalNumber, text, toggle, wholeNumber } from './optionKinds.ts';
import { refusal } from './refusals.ts';
import { SEED_EPOCH } from './timestamps.ts';
import { TOKEN_MASK_NAMES } from './tokenIds.ts';

const DELAY = [0, 600_000] as const;
/** The years 2000 to 2099. */
const INSTANTS = [Date.UTC(2000, 0), Date.UTC(2100, 0) - 1] as const;
/** Long enough not to occur in a random token by accident, short enough for the room in a seeded one. */
const TOKEN_MARK = /^[A-Za-z0-9_-]{4,8}$/;

/** What is emulated: how much of it, and how quickly it answers. */
const DATA = {
  port: wholeNumber([0, 65_535], 0, { flag: 'port', does: 'port on 127.0.0.1; 0 is any free one' }),
  organizations: wholeNumber([1, 20], 2, { flag: 'organizations', does: 'organizations, 1 to 20' }),
  projects: wholeNumber([1, 10_000], 12, { flag: 'projects', does: 'projects per organization, 1 to 10000' }),
  seed: wholeNumber([0, 4_294_967_295], 1, { flag: 'seed', does: 'another number, other data' }),
  requestsPerProject: optionalNumber([0, 100_000], {
    flag: 'requests',
    does: 'requests in the export of every project, 0 to 100000 (6 to 24)',
  }),
  epoch: instant(INSTANTS, SEED_EPOCH, {
    flag: 'epoch',
    does: 'dates the data backwards from this instant, or from "now" (a fixed day)',
  }),
  tokenMark: text<string>(TOKEN_MARK, '4 to 8 letters, digits, "-" or "_"', 'EMULATOR', {
    flag: 'token-mark',
    value: '<text>',
    does: 'what the random part of every token begins with, 4 to 8 characters',
  }),
  latencyMs: wholeNumber(DELAY, 0, { flag: 'latency', does: 'milliseconds added to every answer' }),
  // Section 1.6, "how fast a block takes effect"; section 5, trap 13.
  statusDelayMs: wholeNumber(DELAY, 0, {
    flag: 'status-delay',
    does: 'milliseconds that a token works on, or not yet, after its status changed',
  }),
  listDelayMs: wholeNumber(DELAY, 0, {
    flag: 'list-delay',
    does: 'milliseconds that token lists miss a change or a new token',
  }),
  control: toggle(false, {
    flag: 'control',
    does: 'opens /__control to change faults, delays and data, and to read call counts',
  }),
};

/** Answers that platform-api.md leaves open: section 6 where there is a topic, else the questions of section 8. */
const ANSWERS = {
  unknownToken: refusal('401:6', {
    flag: 'unknown-token',
    does: 'answer to an unknown, blocked or revoked token',
    topic: 'unknown, blocked or revoked token',
  }),
  wrongScope: refusal('403:7', {
    flag: 'wrong-scope',
    does: 'answer to a token of another scope',
    topic: 'right token, wrong scope',
  }),
  strict400: toggle(false, {
    flag: 'strict-400',
    does: 'every business error is HTTP 400',
    topic: 'business errors',
  }),
  hideRevokedTokens: toggle(false, {
    flag: 'hide-revoked-tokens',
    does: 'token lists leave revoked tokens out',
    topic: 'token list after revoke',
  }),
  organizationTokenProject: choice(['absent', 'empty', 'nil'], {
    flag: 'organization-token-project',
    does: 'project that validate shows for an organization token',
    topic: 'validate with organization token',
  }),
  validateNames: toggle(true, {
    flag: 'no-validate-names',
    does: 'validate tells ids alone',
    topic: 'validate with organization token',
  }),
  projectDescription: choice(['erased', 'kept', 'nullErases'], {
    flag: 'project-description',
    does: 'description of a project that an update sends as null or not at all; nullErases keeps what is not sent',
  }),
  deletedProject: choice(['object', 'empty'], {
    flag: 'deleted-project',
    does: 'answer to the deletion of a project: {}, or no body',
  }),
  limitListKey: choice(['usageLimits', 'limits'], {
    flag: 'limit-list-key',
    does: 'member that holds a list of usage limits',
    topic: 'usage-limit list key',
  }),
  membershipShape: choice(['current', 'older'], {
    flag: 'membership-shape',
    does: 'members of memberships: organizations and projects, or organizationsMemberships and projectsMemberships',
    topic: 'memberships shape',
  }),
  membershipCallers: choice(['older', 'newer'], {
    flag: 'membership-callers',
    does: 'who may ask for memberships: organization tokens and users, or system administrators alone',
  }),
  accessControlProjectTokens: toggle(false, {
    flag: 'access-control-project-tokens',
    does: 'access control takes project tokens',
  }),
  memberTotals: toggle(false, { flag: 'member-totals', does: 'lists of members and roles tell count and pages' }),
  missingRole: refusal('403:403', {
    flag: 'missing-role',
    does: 'answer to a user without the role that a call takes',
  }),
  createdStatus: choice([201, 200], {
    flag: 'created-status',
    does: 'HTTP status of a new organization or invitation',
  }),
  secondLimit: refusal('400:409', {
    flag: 'second-limit',
    does: 'answer to a second active limit',
    topic: 'second active limit',
  }),
  absentLimit: choice(['notFound', 'empty'], {
    flag: 'absent-limit',
    does: 'answer of latest and active without a limit: 404, or 200 {}',
    topic: '`latest`/`active` without a limit',
  }),
  deletedLimit: choice(['limit', 'status'], {
    flag: 'deleted-limit',
    does: 'answer to the deletion of a limit: the limit, or {"status":"deleted"}',
  }),
  nullMembers: toggle(false, {
    flag: 'null-members',
    does: 'null members are sent, not left out',
    topic: 'null members',
  }),
  validateUsers: refusal<'accepted'>('accepted', {
    flag: 'validate-users',
    does: "answer of validate to a user's OAuth token",
  }),
  oauthEverywhere: toggle(true, {
    flag: 'oauth-stated-only',
    does: 'OAuth is out of scope where section 1.4 says "?"',
  }),
  maskTokenIds: toggle(false, { flag: 'mask-token-ids', does: 'token lists mask the values of tokens' }),
  maskCreatedTokenIds: toggle(false, { flag: 'mask-created-ids', does: 'answers to creations mask them too' }),
  tokenMask: choice(TOKEN_MASK_NAMES, {
    flag: 'mask-form',
    does: 'how masked values look: default_*******AzY4, default_XXXX…AzY4, a part of the value, or another name',
  }),
  exportTokenAs: choice(['name', 'value'], {
    flag: 'export-token-as',
    does: 'what the request export shows of a token',
  }),
  maxExportCount: optionalNumber([1, 100_000], {
    flag: 'max-export-count',
    does: 'items of one page of the export at most, 1 to 100000 (any number)',
  }),
  invalidLimitStatus: choice([400, 200], {
    flag: 'invalid-limit-status',
    does: 'HTTP status of {"error":"Invalid renewal status"}',
  }),
};

/** Every option. Names of settings are the keys; names of the command line are their flags. */
export const OPTIONS = { ...DATA, ...ANSWERS };

type Options = typeof OPTIONS;

export type OptionName = keyof Options;

/** How an emulator behaves; what is left out is as `OPTIONS` says at first. */
export type EmulatorOptions = { [Name in OptionName]?: Options[Name]['initial'] };

export type EmulatorSettings = Required<EmulatorOptions>;

/** Options that differ from what they are at first by how a refusal is told. */
export type RefusalOption = 'unknownToken' | 'wrongScope' | 'secondLimit' | 'validateUsers' | 'missingRole';

/** Fills in what is at first; throws a plain sentence about the first option that is unknown or cannot be. */
export function settingsFrom(options: EmulatorOptions): EmulatorSettings {
  const unknown = Object.keys(options).find((name) => !Object.hasOwn(OPTIONS, name));
  if (unknown !== undefined) throw new RangeError(`there is no option "${unknown}"`);
  const entries = optionEntries().map(([name, option]) => {
    const value = options[name] ?? option.initial;
    option.check(value, name);
    return [name, value];
  });
  return Object.fromEntries(entries);
}

/** The number, if it is in range. Delays change while the emulator runs, so they are checked apart too. */
export function checkedDelay(name: 'latencyMs' | 'statusDelayMs' | 'listDelayMs', value: number): number {
  OPTIONS[name].check(value, name);
  return value;
}

/** The options without what each holds, for those who treat them all alike. */
export function optionEntries(): [OptionName, Option<unknown>][] {
  return Object.entries(OPTIONS) as [OptionName, Option<unknown>][];
}
