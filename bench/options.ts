import { parseArgs } from 'node:util';
import { OPERATIONS } from './operations.ts';
import { SERVERS, type ServerName } from './servers.ts';

export const HELP = `Measures the facade against a hand-written server (F) and a typical one (R), over the emulator.

Usage: npm run bench -- [options]

  --only <operation>    ${OPERATIONS.map(({ name }) => name).join(', ')}; several with commas.
                        Leaves out start, memory, scaling and equal callers
  --servers <names>     ${SERVERS.join(', ')} (all)
  --baseline <folder>   another checkout of the facade, with its node_modules, measured in the same run.
                        Leaves out start, memory, scaling and equal callers
  --repetitions <n>     interleaved, 1 to 20 (3)
  --quick               one short repetition, and less of everything
  --soak                200,000 operations for the memory figure, instead of 20,000
  --help                this text

Writes bench/results.md after a run of everything.`;

export interface Options {
  readonly only: readonly string[] | null;
  readonly servers: readonly ServerName[];
  /** Folder of a second facade to compare with. Null: none. */
  readonly baseline: string | null;
  readonly repetitions: number;
  readonly quick: boolean;
  readonly soak: boolean;
}

/** Null when only the help was asked for. Throws a plain sentence about what cannot be read. */
export function readOptions(args: readonly string[]): Options | null {
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: { type: 'string' },
      servers: { type: 'string', default: SERVERS.join(',') },
      baseline: { type: 'string' },
      repetitions: { type: 'string' },
      quick: { type: 'boolean', default: false },
      soak: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return null;
  const { quick, soak } = values;
  const repetitions = Number(values.repetitions ?? (quick ? 1 : 3));
  if (!Number.isInteger(repetitions) || repetitions < 1 || repetitions > 20) {
    throw new Error(`--repetitions takes a whole number from 1 to 20, not "${values.repetitions}"`);
  }
  const names = OPERATIONS.map(({ name }) => name);
  const only = values.only === undefined ? null : choices('only', values.only, names);
  const servers = choices('servers', values.servers, SERVERS);
  return { only, servers, baseline: values.baseline ?? null, repetitions, quick, soak };
}

function choices<T extends string>(option: string, text: string, known: readonly T[]): T[] {
  return text.split(',').map((word) => {
    const found = known.find((name) => name === word.trim());
    if (found === undefined) throw new Error(`--${option} knows ${known.join(', ')}, not "${word}"`);
    return found;
  });
}
