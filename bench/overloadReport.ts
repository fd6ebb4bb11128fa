import { cpus } from 'node:os';
import type { BesideFigures } from './beside.ts';
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

20 projects with tokens and assistants, 16 callers. Usual is nine tenths of the capacity. Shed is answered with 503 at once. The
callers' own event loop is late by what the table says: that is part of all times. The heap is read after a full collection.

${table(
  [
    'server',
    'capacity, 1/s',
    'usual p50 / p99, ms',
    'admitted p50 / p99, ms',
    'p99 by usual',
    'admitted',
    'shed',
    'failed',
    'shed p99, ms',
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
    (over.p99 / usual.p99).toFixed(1),
    `${over.answered}`,
    `${over.shed}`,
    `${over.failed}`,
    ms(over.shedP99),
    ms(healthMs),
    `${ms(usual.callersP99)}, ${ms(over.callersP99)}`,
    megabytes(residentMb),
    heapMb ? megabytes(heapMb) : '–',
    ms(recoveryMs),
  ]),
)}

## A small query beside others

One project by id, every 20 ms.

${table(
  ['beside', 'server', 'p99 alone, ms', 'p99 beside, ms', 'ratio', 'peak MB', 'the others'],
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

function besideRow(beside: string, { name, alone, beside: loaded, peakMb, note }: BesideFigures): string[] {
  return [beside, name, ms(alone), ms(loaded), (loaded / alone).toFixed(1), peakMb.toFixed(0), note];
}

function megabytes(values: readonly number[]): string {
  return values.map((mb) => mb.toFixed(0)).join(', ');
}

function ms(value: number): string {
  return Number.isFinite(value) ? value.toFixed(0) : '–';
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
