import { writeFileSync } from 'node:fs';
import { compare } from './compare.ts';
import { measureEqualCallers } from './equalCallers.ts';
import { measureMemory } from './memory.ts';
import { HELP, type Options, readOptions } from './options.ts';
import { runBench } from './processes.ts';
import { CALLERS, openRange } from './range.ts';
import { cellTable, reportOf, verdictTable } from './report.ts';
import { measureScaling } from './scaling.ts';
import { SERVERS } from './servers.ts';
import { measureStart } from './start.ts';
import { besideVerdicts } from './verdicts.ts';

const PROJECTS = 200;
const RESULTS = new URL('results.md', import.meta.url);

/** `npm run bench`: starts everything, measures, prints, writes the results, and leaves nothing running. */
async function bench(args: readonly string[]): Promise<void> {
  const options = readOptions(args);
  if (!options) {
    console.log(HELP);
    return;
  }
  const say = (text: string) => console.error(`${new Date().toISOString().slice(11, 19)} ${text}`);
  const { servers, baseline } = options;
  const range = await openRange({ organizations: CALLERS, projects: PROJECTS, servers, baseline });
  const cells = await compare(range, options, say);
  if (!isWhole(options)) {
    console.log(cellTable(cells));
    const beside = besideVerdicts(cells);
    if (beside.length > 0) console.log(`\n${verdictTable(beside)}`);
    return;
  }
  const equalCallers = await measureEqualCallers(range, say);
  const startMs = await measureStart(range.emulated.url, options.quick ? 2 : 7, say);
  await range.close();
  const scaling = await measureScaling(options, say);
  const memory = await measureMemory(options, say);
  const report = reportOf({ cells, equalCallers, startMs, scaling, memory }, ['npm run bench --', ...args].join(' '));
  console.log(report);
  // A quick look must not stand as a result.
  if (!options.quick) writeFileSync(RESULTS, report);
}

function isWhole({ only, servers, baseline }: Options): boolean {
  return only === null && baseline === null && servers.length === SERVERS.length;
}

await runBench(bench);
