import { readFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { type Cell, median, ratio } from './compare.ts';
import type { ServerName } from './servers.ts';
import { type Results, type Verdict, verdictsOf } from './verdicts.ts';

const PACKAGES = ['undici', 'graphql', '@apollo/server', '@apollo/datasource-rest', 'fastify', 'graphql-jit'];
const MEGABYTE = 1024 * 1024;

/** Everything that was measured, as Markdown. */
export function reportOf(results: Results, command: string): string {
  const { cells, scaling, memory } = results;
  return `# Results of the bench

${machine(command)}

F is the hand-written server, R the typical one (\`bench/handwritten.ts\`, \`bench/typical.ts\`). CPU is that of the server's process
tree per operation. Ratios are medians over the repetitions, each within one. Every body was compared with the checked one. In the
setting of 16 in flight each caller has the token of another organization, so that nobody's read serves another. The table of
aims takes the worse of 1 and 16 in flight. The facade has \`CACHE=off\`, where it is not called remembering.

## Aims

${verdictTable(verdictsOf(results))}

Round trips are the calls that waited for each other, as the platform saw them. A nested read takes two when the tokens of the projects
are presented, and three when they are borrowed, of F as well: the projects, then their tokens, then what those tokens open.

## Operations

${cellTable(cells)}

## The flat list by size of the organization

${table(
  ['projects', 'pages', 'facade, CPU ms', 'F, CPU ms', 'facade per project, µs', 'facade / F'],
  scaling.map(({ projects, pages, facadeMs, handwrittenMs }) => [
    `${projects}`,
    `${pages}`,
    facadeMs.toFixed(2),
    handwrittenMs.toFixed(2),
    ((facadeMs / projects) * 1000).toFixed(2),
    (facadeMs / handwrittenMs).toFixed(2),
  ]),
)}

## Memory

${table(
  ['figure', 'MB'],
  [
    ['facade, resident under load', megabytes(memory.facade)],
    ['R, resident under the same load', megabytes(memory.typical)],
    [
      `heap without garbage, over ${memory.soak.operations} operations: after the first fifth, after the last`,
      between(memory.soak.heapBefore, memory.soak.heapAfter),
    ],
    ['resident, the same', between(memory.soak.residentBefore, memory.soak.residentAfter)],
    [
      `heap without garbage, over ${memory.documents.operations} documents: after the third fifth, after the last`,
      between(memory.documents.heapBefore, memory.documents.heapAfter),
    ],
    ['resident, the same', between(memory.documents.residentBefore, memory.documents.residentAfter)],
  ],
)}
`;
}

/** Figures beside their bounds. */
export function verdictTable(verdicts: readonly Verdict[]): string {
  return table(['figure', 'measured', 'accepted', 'aim', 'reached'], verdicts.map(verdictRow));
}

/** The cells of one run, for the terminal and the report. */
export function cellTable(cells: readonly Cell[]): string {
  const rivals = ['F', ...(cells.some(({ server }) => server === 'baseline') ? ['baseline'] : [])];
  const ratios = rivals.map((rival) => `/ ${rival}`);
  const heads = ['operation', 'server', 'latency, ms', 'in flight', 'calls', 'CPU ms', ...ratios, 'p50 ms', 'p99 ms'];
  return table(
    heads,
    cells.map((cell) => cellRow(cell, cells, ratios.length > 1)),
  );
}

function cellRow(cell: Cell, cells: readonly Cell[], hasBaseline: boolean): string[] {
  const { operation, server, latency, callers, runs, calls } = cell;
  const versus = (rival: ServerName) => {
    const other = cells.find(
      (one) =>
        one.server === rival && one.operation === operation && one.latency === latency && one.callers === callers,
    );
    return other ? ratio(cell, other, ({ cpuMs }) => cpuMs).toFixed(2) : '';
  };
  const settings = [operation.name, server, `${latency}`, `${callers}`, `${Number(calls.toFixed(2))}`];
  return [
    ...settings,
    median(runs.map(({ cpuMs }) => cpuMs)).toFixed(3),
    versus('handwritten'),
    ...(hasBaseline ? [versus('baseline')] : []),
    median(runs.map(({ p50 }) => p50)).toFixed(2),
    median(runs.map(({ p99 }) => p99)).toFixed(2),
  ];
}

function verdictRow({ figure, value, unit, accepted, aim }: Verdict): string[] {
  const measured = `${Number(value.toFixed(2))} ${unit}`.trim();
  return [
    figure,
    measured,
    accepted === null ? '–' : `≤ ${accepted}`,
    aim === null ? '–' : `≤ ${aim}`,
    reached({ value, accepted, aim }),
  ];
}

function reached({ value, accepted, aim }: Pick<Verdict, 'value' | 'accepted' | 'aim'>): string {
  if (aim !== null && value <= aim) return 'aim';
  if (accepted === null) return 'no';
  return value <= accepted ? 'accepted' : '**no**';
}

function machine(command: string): string {
  const [cpu] = cpus();
  const packages = PACKAGES.map((name) => `${name} ${versionOf(name)}`).join(', ');
  const date = new Date().toISOString().slice(0, 16).replace('T', ' ');
  return `${date} UTC, \`${command}\`. ${cpu?.model}, ${cpus().length} cores, ${Math.round(totalmem() / 1024 / MEGABYTE)} GB; Node ${process.versions.node}; ${packages}.`;
}

function versionOf(name: string): string {
  const manifest: unknown = JSON.parse(
    readFileSync(new URL(`../node_modules/${name}/package.json`, import.meta.url), 'utf8'),
  );
  return typeof manifest === 'object' && manifest !== null && 'version' in manifest ? String(manifest.version) : '?';
}

function megabytes(bytes: number): string {
  return (bytes / MEGABYTE).toFixed(1);
}

function between(before: number, after: number): string {
  return `${megabytes(before)} → ${megabytes(after)}`;
}

function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(heads), line(heads.map(() => '---')), ...rows.map(line)].join('\n');
}
