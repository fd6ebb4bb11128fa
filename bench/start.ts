import { median } from './compare.ts';
import { startServer } from './servers.ts';

/** Milliseconds from the spawn of the facade to its first 200 at /health/ready: the median of several starts. */
export async function measureStart(platformUrl: string, starts: number, say: (text: string) => void): Promise<number> {
  say('start');
  const times: number[] = [];
  for (let start = 0; start < starts; start += 1) {
    const server = await startServer('facade', platformUrl);
    times.push(server.readyMs);
    await server.stop();
  }
  return median(times);
}
