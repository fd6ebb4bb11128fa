import { checkBytes } from './load.ts';
import { OPERATIONS } from './operations.ts';
import { CALLERS, prepare, type Range } from './range.ts';

/** What callers of the same credential cost the platform when they ask the same at the same moment. */
export interface EqualCallers {
  readonly title: string;
  readonly callsOfOne: number;
  readonly callsOfAll: number;
}

/** Slow enough that the calls of all callers overlap. */
const LATENCY_MS = 20;

export async function measureEqualCallers(range: Range, say: (text: string) => void): Promise<EqualCallers[]> {
  say('equal callers');
  const found: EqualCallers[] = [];
  const { gun } = range.target('facade');
  for (const operation of OPERATIONS.filter(({ calls }) => calls > 0)) {
    await range.emulated.setLatency(0);
    const [first] = (await prepare(range, operation)).get('facade') ?? [];
    if (!first) continue;
    await range.emulated.setLatency(LATENCY_MS);
    await range.emulated.resetCalls();
    const ask = async () => checkBytes(await gun.bytesOf(first.shot), first.expected);
    await Promise.all(Array.from({ length: CALLERS }, ask));
    found.push({
      title: operation.title,
      callsOfOne: operation.calls,
      callsOfAll: (await range.emulated.traffic()).calls,
    });
  }
  await range.emulated.setLatency(0);
  return found;
}
