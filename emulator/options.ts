import { ANSWERS } from './answerOptions.ts';
import { instant, type Option, optionalNumber, text, toggle, wholeNumber } from './optionKinds.ts';
import { SEED_EPOCH } from './timestamps.ts';

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

/** Every option. Names of settings are the keys; names of the command line are their flags. */
export const OPTIONS = { ...DATA, ...ANSWERS };

type Options = typeof OPTIONS;

type OptionName = keyof Options;

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
