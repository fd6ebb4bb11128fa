import type { Traffic } from './emulated.ts';
import type { Measured } from './load.ts';
import { OPERATIONS, type Operation } from './operations.ts';
import type { Options } from './options.ts';
import { CALLERS, type Prepared, prepare, type Range, type Target } from './range.ts';
import { JWT_OPERATIONS, OBSERVED_OPERATIONS, type ServerName } from './servers.ts';

/** Where a figure was measured: latency of the platform in milliseconds, and callers at once. */
export interface Setting {
  readonly latency: number;
  readonly callers: number;
}

export const SETTINGS: readonly Setting[] = [
  { latency: 0, callers: 1 },
  { latency: 0, callers: CALLERS },
  { latency: 20, callers: 1 },
  { latency: 20, callers: CALLERS },
];

/** One server, one operation, one setting: a figure for each repetition. */
export interface Cell extends Setting {
  readonly operation: Operation;
  readonly server: ServerName;
  readonly runs: readonly Measured[];
  /** Platform calls per operation. */
  readonly calls: number;
  /** Of its platform calls, how many had to wait for another, and the first. Means something only where the platform takes its time. */
  readonly roundTrips: number;
}

/** Operations for which these are measured as well. */
const MEASURED: Partial<Record<ServerName, ReadonlySet<string>>> = {
  remembering: new Set(['flat', 'nested']),
  jwt: new Set(JWT_OPERATIONS),
  silent: new Set(OBSERVED_OPERATIONS),
  sampled: new Set(OBSERVED_OPERATIONS),
  traced: new Set(OBSERVED_OPERATIONS),
};
const MIN_OPERATIONS = 5;
const WARM_UP_MS = 8_000;
const WAKE_UP_MS = 400;

/** Measures operation by operation; within one, the servers take turns, so that a slow moment of the machine hits all. */
export async function compare(range: Range, options: Options, say: (text: string) => void): Promise<Cell[]> {
  const cells: Cell[] = [];
  for (const operation of OPERATIONS.filter(({ name }) => !options.only || options.only.includes(name))) {
    say(operation.name);
    await range.emulated.setLatency(0);
    const prepared = await prepare(range, operation);
    const targets = range.targets.filter(({ name }) => MEASURED[name]?.has(operation.name) ?? true);
    for (const target of targets) await warmUp(target, operation, prepared, options);
    for (const setting of SETTINGS)
      cells.push(...(await measure(range, targets, operation, prepared, setting, options)));
  }
  await range.emulated.setLatency(0);
  return cells;
}

async function warmUp({ name, gun }: Target, { warmUp: count }: Operation, prepared: Prepared, options: Options) {
  const enough = options.quick ? count / 4 : count;
  const end = performance.now() + WARM_UP_MS;
  await gun.fire(prepared.get(name) ?? [], (operations) => operations >= enough || performance.now() >= end);
}

async function measure(
  { emulated }: Range,
  targets: readonly Target[],
  operation: Operation,
  prepared: Prepared,
  setting: Setting,
  { repetitions, quick }: Options,
): Promise<Cell[]> {
  await emulated.setLatency(setting.latency);
  const rows = targets.map(({ name }) => ({ name, runs: [] as Measured[], traffic: [] as Traffic[] }));
  for (let repetition = 0; repetition < repetitions; repetition += 1) {
    for (const [index, { name, gun }] of targets.entries()) {
      const shots = (prepared.get(name) ?? []).slice(0, setting.callers);
      // Whoever stood idle while others had their turn has given back memory and compiled code, and gets a moment to wake up.
      await gun.fire(shots, untilLater(quick ? 50 : WAKE_UP_MS));
      await emulated.resetCalls();
      const run = await gun.fire(shots, untilLater(quick ? 150 : 700));
      rows[index]?.runs.push(run);
      const { calls, roundTrips } = await emulated.traffic();
      rows[index]?.traffic.push({ calls: calls / run.operations, roundTrips: roundTrips / run.operations });
    }
  }
  return rows.map(({ name, runs, traffic }) => ({
    ...setting,
    operation,
    server: name,
    runs,
    calls: Math.max(...traffic.map(({ calls }) => calls)),
    roundTrips: median(traffic.map(({ roundTrips }) => roundTrips)),
  }));
}

function untilLater(milliseconds: number): (operations: number) => boolean {
  const end = performance.now() + milliseconds;
  return (operations) => operations >= MIN_OPERATIONS && performance.now() >= end;
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const [low, high] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]];
  return ((low ?? Number.NaN) + (high ?? Number.NaN)) / 2;
}

/** Median over the repetitions of how a figure of one server relates to that of another in the same repetition. */
export function ratio(cell: Cell, to: Cell, figure: (run: Measured) => number): number {
  return median(cell.runs.flatMap((run, index) => (to.runs[index] ? [figure(run) / figure(to.runs[index])] : [])));
}
