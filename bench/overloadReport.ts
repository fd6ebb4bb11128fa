import { cpus } from 'node:os';
import type { BesideFigures, Seen } from './beside.ts';
import type { OutageFigures, OverloadFigures } from './overload.ts';
import type { SlowFigures } from './slowReaders.ts';

export interface LoadFigures {
  readonly overload: readonly OverloadFigures[];
  readonly hundred: readonly BesideFigures[];
  readonly projects: readonly BesideFigures[];
  readonly hanging: readonly BesideFigures[];
  readonly readers: readonly SlowFigures[];
  readonly outage: readonly OutageFigures[];
}

/** What was measured, as Markdown. */
export function overloadReport({ overload, hundred, projects, hanging, readers, outage }: LoadFigures): string {
  return `# Results of the bench of overload

${new Date().toISOString().slice(0, 16).replace('T', ' ')} UTC, \`npm run bench:load\`; Node ${process.versions.node}, ${cpus().length} cores, which the server shares with the
platform and the callers. The platform answers after 20 ms. Ratios are within one run; answers were checked. \`baseline\` is the facade without
gate and bulkheads, where it was measured.

## Three times the capacity

20 projects with tokens and assistants, 16 callers. Capacity is what the server answers once its code is compiled, 98 of 100 at least. Usual is
nine tenths of it. Both loads last for twelve seconds. They begin with nothing remembered and no connection open, and what is remembered ends after
five seconds. Shed is answered with 503. The callers' own event loop is late by what the table says: that is part of all times, and so is waiting
for one of the cores. The heap is read after a full collection.

${table(
  [
    'server',
    'capacity, 1/s',
    'usual p50 / p99, ms',
    'admitted p50 / p99, ms',
    'p50, p99 by usual',
    'answered by usual',
    'admitted',
    'shed',
    'failed',
    'shed p50 / p99, ms',
    'health p99, ms',
    'callers delayed p99, ms',
    'MB before, peak, after',
    'MB of heap before, after',
    'recovery, ms',
  ],
  overload.map(({ name, capacity, usual, over, healthMs, residentMb, heapMb, recoveryMs }) => [
    name,
    capacity.toFixed(0),
    `${ms(usual.p50)} / ${ms(usual.p99)}`,
    `${ms(over.p50)} / ${ms(over.p99)}`,
    `${(over.p50 / usual.p50).toFixed(1)}, ${(over.p99 / usual.p99).toFixed(1)}`,
    (over.answered / usual.answered).toFixed(2),
    `${over.answered}`,
    `${over.shed}`,
    `${over.failed}`,
    `${ms(over.shedP50)} / ${ms(over.shedP99)}`,
    ms(healthMs),
    `${ms(usual.callersP99)}, ${ms(over.callersP99)}`,
    megabytes(residentMb),
    heapMb ? megabytes(heapMb) : '–',
    ms(recoveryMs),
  ]),
)}

## A small query beside others

One project by id, every 20 ms from a thread of its own, alone and then beside others, 16 s each. The server remembers it for five seconds and
then reads it again, so that each has the same share of both. \`whole\` is the time at the caller. \`own\` leaves out what the
platform took for the small query's calls, as a relay between server and platform saw it: the platform writes large answers in one stretch. Waiting
for one of the two cores is part of both, and so is the delay of the caller's own thread, which the table gives. A turn is what the server's
thread does between two looks at its sockets, by its CPU time: no core is waited for.

${table(
  [
    'beside',
    'server',
    'own p99 alone, beside, ms',
    'ratio',
    'whole p99 alone, beside, ms',
    'ratio',
    'longest turn alone, beside, ms',
    'turns above 8 ms',
    'caller delayed p99 alone, beside, ms',
    'failed alone, beside',
    'peak MB',
    'the others',
  ],
  [
    ...hundred.map((one) => besideRow('100 large answers at once', one)),
    ...projects.map((one) => besideRow('10,000 projects, one after the other', one)),
    ...hanging.map((one) => besideRow('a family that hangs', one)),
  ],
)}

## Slow readers

They ask for all of 10,000 projects at once, and read a byte a second. Large answers on their way are bounded; the rest wait for five seconds and are shed.

${table(
  ['server', 'readers', 'all ended after, s', 'MB before, peak, after', 'MB of heap before, after'],
  readers.map(({ name, readers: count, seconds, residentMb, heapMb }) => [
    name,
    `${count}`,
    Number.isFinite(seconds) ? seconds.toFixed(0) : 'never',
    megabytes(residentMb),
    megabytes(heapMb),
  ]),
)}

## An outage

Status 503 for three seconds, 200 requests a second, nothing remembered.

${table(
  ['server', 'platform calls per call asked for'],
  outage.map(({ name, ratio }) => [name, ratio.toFixed(2)]),
)}
`;
}

function besideRow(others: string, { name, alone, beside, peakMb, note }: BesideFigures): string[] {
  const both = (of: (seen: Seen) => number) => `${tenths(of(alone))}, ${tenths(of(beside))}`;
  const ratio = (of: (seen: Seen) => number) => tenths(of(beside) / of(alone));
  return [
    ...[others, name, both(({ ownP99 }) => ownP99), ratio(({ ownP99 }) => ownP99)],
    ...[both(({ p99 }) => p99), ratio(({ p99 }) => p99), both(({ turns }) => turns.longestMs)],
    ...[`${beside.turns.above8}`, both(({ lateMs }) => lateMs)],
    ...[`${listed(alone.failures)}, ${listed(beside.failures)}`, peakMb.toFixed(0), note],
  ];
}

function megabytes(values: readonly number[]): string {
  return values.map((mb) => mb.toFixed(0)).join(', ');
}

function ms(value: number): string {
  return Number.isFinite(value) ? value.toFixed(0) : '–';
}

/** How often there was what. */
function listed(failures: readonly string[]): string {
  const counts = [...Map.groupBy(failures, (code) => code)].map(([code, all]) => `${all.length} × ${code}`);
  return counts.length > 0 ? counts.join(' and ') : '0';
}

function tenths(value: number): string {
  return Number.isFinite(value) ? value.toFixed(1) : '–';
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
