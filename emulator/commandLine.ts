import { parseArgs } from 'node:util';
import { type EmulatorOptions, optionEntries } from './options.ts';

/** The port of the program; an emulator within another program takes any free one. */
const USUAL_PORT = 4010;

type Given = Readonly<Record<string, string | boolean | undefined>>;

/** What the command line asks for; null when it is the help. Throws a plain sentence about the first mistake. */
export function readCommandLine(args: readonly string[]): EmulatorOptions | null {
  const flags = Object.fromEntries(
    optionEntries().map(([, { flag, value }]) => [flag, { type: value === null ? 'boolean' : 'string' } as const]),
  );
  const options = { ...flags, help: { type: 'boolean' } as const };
  const values: Given = parseArgs({ args: [...args], options }).values;
  if (values.help) return null;
  const given = optionEntries().flatMap(([name, option]) => {
    const text = values[option.flag];
    if (text === undefined) return [];
    const value = option.read(typeof text === 'string' ? text : undefined, `--${option.flag}`);
    option.check(value, `--${option.flag}`);
    return [[name, value]];
  });
  return { port: USUAL_PORT, ...Object.fromEntries(given) };
}

/** The help: a line for each option, with what it is at first. */
export function help(): string {
  const rows = optionEntries().map(([name, { flag, value, initial, does }]) => {
    const usual = name === 'port' ? USUAL_PORT : initial;
    const isSaid = value === null || usual === null || name === 'epoch';
    return [`--${flag}${value === null ? '' : ` ${value}`}`, isSaid ? does : `${does} (${usual})`] as const;
  });
  const all = [...rows, ['--help', 'this text'] as const];
  const width = Math.max(...all.map(([left]) => left.length));
  const lines = all.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`);
  return `Emulator of the Globant Enterprise AI REST API, with invented data. Every token is fake.

Usage: node emulator/main.ts [options]

${lines.join('\n')}

<status:id> is how a refusal is told: an HTTP status and an error id, "text" or "empty", such as 401:6.`;
}
