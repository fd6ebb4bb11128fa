import { type Cell, compare, median, ratio } from './compare.ts';
import { HELP, readOptions } from './options.ts';
import { stopAll } from './processes.ts';
import { CALLERS, openRange } from './range.ts';

const PROJECTS = 200;

async function bench(): Promise<void> {
  const options = readOptions(process.argv.slice(2));
  if (!options) {
    console.log(HELP);
    return;
  }
  const range = await openRange({ organizations: CALLERS, projects: PROJECTS, servers: options.servers });
  const cells = await compare(range, options, (text) => console.error(`measuring ${text}`));
  await range.close();
  for (const cell of cells) console.log(line(cell, cells));
}

function line(cell: Cell, cells: readonly Cell[]): string {
  const { operation, server, latency, callers, runs, calls } = cell;
  const reference = cells.find(
    (one) =>
      one.server === 'handwritten' && one.operation === operation && one.latency === latency && one.callers === callers,
  );
  const figures = [
    `${median(runs.map(({ cpuMs }) => cpuMs)).toFixed(3)} ms CPU`,
    reference ? `${ratio(cell, reference, ({ cpuMs }) => cpuMs).toFixed(2)} F` : '',
    `p50 ${median(runs.map(({ p50 }) => p50)).toFixed(2)}`,
    `p99 ${median(runs.map(({ p99 }) => p99)).toFixed(2)}`,
    `calls ${calls.toFixed(2)}`,
  ];
  return `${operation.name.padEnd(24)} ${server.padEnd(12)} ${latency} ms ×${callers}\t${figures.join('\t')}`;
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void stopAll().finally(() => process.exit(130)));
}
bench()
  .catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  })
  .finally(stopAll);
