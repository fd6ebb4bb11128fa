import { writeFileSync } from 'node:fs';
import { startEmulated } from './emulated.ts';
import { besideHanging, besideLarge, openArena, outage, overload } from './overload.ts';
import { overloadReport } from './overloadReport.ts';
import { stopAll } from './processes.ts';
import { type ServerName, startServer } from './servers.ts';

/**
 * `npm run bench:load [-- --baseline <folder>]`: overload and isolation, beside a typical server. Takes some minutes. A baseline is
 * another checkout of the facade.
 */
async function bench(args: readonly string[]): Promise<void> {
  const say = (text: string) => console.error(`${new Date().toISOString().slice(11, 19)} ${text}`);
  const baseline = args[0] === '--baseline' ? args[1] : undefined;
  const names: ServerName[] = ['facade', ...(baseline === undefined ? [] : ['baseline' as const]), 'typical'];
  // A typical server takes minutes for a hundred of them.
  const ours = names.filter((name) => name !== 'typical');
  const folderOf = (name: ServerName) => (name === 'baseline' ? (baseline ?? '.') : '.');
  const [small, large] = [await startEmulated(16, 200), await startEmulated(2, 10_000)];
  const measured = async <T>(
    what: string,
    platform: typeof small,
    measure: (arena: Awaited<ReturnType<typeof openArena>>) => Promise<T>,
    who = names,
  ) => {
    const figures: T[] = [];
    const reference = await startServer('facade', platform.url);
    for (const name of who) {
      say(`${what}: ${name}`);
      const arena = await openArena(name, platform, folderOf(name), reference, what === 'outage' ? 'off' : 'memory');
      figures.push(await measure(arena));
      await arena.server.stop();
    }
    await reference.stop();
    return figures;
  };
  const report = overloadReport({
    overload: await measured('three times the capacity', small, overload),
    hundred: await measured('beside 100 large answers at once', large, (arena) => besideLarge(arena, 100, 1), ours),
    projects: await measured('beside 10,000 projects', large, (arena) => besideLarge(arena, 1, 20)),
    hanging: await measured('beside a family that hangs', small, besideHanging),
    outage: await measured('outage', small, outage),
  });
  console.log(report);
  writeFileSync(new URL('load-results.md', import.meta.url), report);
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void stopAll().finally(() => process.exit(130)));
}
bench(process.argv.slice(2))
  .catch((error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  })
  .finally(async () => {
    await stopAll();
    process.exit();
  });
