import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { type Arena, openArena } from './arena.ts';
import { besideHanging, besideLarge, besideNobody } from './beside.ts';
import { startEmulated } from './emulated.ts';
import { outage, overload } from './overload.ts';
import { overloadReport } from './overloadReport.ts';
import { runBench } from './processes.ts';
import { openRelay, type Relay } from './relay.ts';
import { COLLECTABLE, type ServerName, startServer, TIMED } from './servers.ts';

const PARTS = ['overload', 'hundred', 'projects', 'hanging', 'readers', 'outage'] as const;

const HELP = `Measures the facade under overload and beside heavy callers, and a typical server with it. Takes some minutes.

Usage: npm run bench:load -- [options]

  --only <parts>       ${PARTS.join(', ')} (all); several with commas
  --baseline <folder>  another checkout of the facade, with its node_modules, measured in the same run
  --help               this text

Writes bench/load-results.md after a run of all parts.`;

async function bench(args: readonly string[]): Promise<void> {
  const say = (text: string) => console.error(`${new Date().toISOString().slice(11, 19)} ${text}`);
  const options = {
    baseline: { type: 'string' },
    only: { type: 'string', default: PARTS.join(',') },
    help: { type: 'boolean', default: false },
  } as const;
  const { baseline, only, help } = parseArgs({ args: [...args], options }).values;
  if (help) return console.log(HELP);
  const parts = only.split(',');
  const unknown = parts.find((part) => !PARTS.some((known) => known === part));
  if (unknown !== undefined) throw new Error(`--only knows ${PARTS.join(', ')}, not "${unknown}"`);
  const names: ServerName[] = ['facade', ...(baseline === undefined ? [] : ['baseline' as const]), 'typical'];
  // A typical server takes minutes for a hundred of them.
  const ours = names.filter((name) => name !== 'typical');
  const folderOf = (name: ServerName) => (name === 'baseline' ? (baseline ?? '.') : '.');
  const [small, large] = [await startEmulated(16, 200), await startEmulated(2, 10_000)];
  const measured = async <T>(
    part: (typeof PARTS)[number],
    platform: typeof small,
    measure: (arena: Arena, relay: Relay) => Promise<T>,
    who = names,
    flags = COLLECTABLE,
  ) => {
    const figures: T[] = [];
    if (!parts.includes(part)) return figures;
    const reference = await startServer('facade', platform.url);
    // Of the small caller.
    const mark = platform.organizations[1]?.token ?? '';
    const relay = await openRelay({ platformUrl: platform.url, mark });
    // What is measured without the relay goes straight to the platform.
    const asSeen = flags === TIMED ? { ...platform, url: relay.url } : platform;
    for (const name of who) {
      say(`${part}: ${name}`);
      const arena = await openArena(
        name,
        asSeen,
        folderOf(name),
        reference,
        part === 'outage' ? 'off' : 'memory',
        flags,
      );
      figures.push(await measure(arena, relay));
      await arena.server.stop();
    }
    await Promise.all([reference.stop(), relay.close()]);
    return figures;
  };
  const report = overloadReport({
    overload: await measured('overload', small, overload),
    hundred: await measured('hundred', large, (arena, relay) => besideLarge(arena, relay, 100), ours, TIMED),
    projects: await measured('projects', large, (arena, relay) => besideLarge(arena, relay, 1), names, TIMED),
    hanging: await measured('hanging', small, besideHanging, names, TIMED),
    readers: await measured('readers', large, (arena) => besideNobody(arena, 200), ours),
    outage: await measured('outage', small, outage),
  });
  console.log(report);
  if (parts.length === PARTS.length) writeFileSync(new URL('load-results.md', import.meta.url), report);
}

await runBench(bench);
