import { setTimeout as pause } from 'node:timers/promises';
import type { SeededOrganization } from '../emulator/emulator.ts';
import { type Arena, isRight, LATENCY_MS, operation, send, setFaults } from './arena.ts';
import type { Shot } from './load.ts';
import { flatQuestion } from './operations.ts';
import { outside, type Relay } from './relay.ts';
import type { ServerName } from './servers.ts';
import { type SlowFigures, slowReaders } from './slowReaders.ts';
import { beside, peakOf, quantile } from './storm.ts';
import { type TurnFigures, turnsOf } from './turns.ts';

/** One state of the server, as a small caller sees it. */
export interface Seen {
  readonly p99: number;
  /** The same without the time that the platform took. */
  readonly ownP99: number;
  /** Delay of the caller's own event loop. */
  readonly lateMs: number;
  readonly turns: TurnFigures;
  /** Codes of requests that failed, each once for each time. */
  readonly failures: readonly string[];
}

export interface BesideFigures {
  readonly name: ServerName;
  readonly alone: Seen;
  readonly beside: Seen;
  readonly peakMb: number;
  readonly note: string;
}

const WARM_UP = 5;
const WARM_UP_MS = 2_000;
/** Alone and beside: what is remembered ends every five seconds, and is read again as often in both. */
const BESIDE_MS = 16_000;
const EVERY_MS = 20;

/** A small query alone, and beside large answers for another caller. `atOnce` of them are asked for together. */
export async function besideLarge(arena: Arena, relay: Relay, atOnce: number): Promise<BesideFigures> {
  const [big] = arena.emulated.organizations as [SeededOrganization];
  const [large] = (await arena.shots([big], ({ projects }, ask) => flatQuestion(projects, ask))) as [Shot];
  const outcomes = new Map<number, number>();
  const askLarge = async () => {
    const { statusCode, body } = await send(arena.server, large);
    const bytes = Buffer.from(await body.arrayBuffer());
    if (statusCode === 200 && !isRight(bytes)) throw new Error(bytes.toString('utf8', 0, 300));
    outcomes.set(statusCode, (outcomes.get(statusCode) ?? 0) + 1);
  };
  // Until the query is compiled, as the small one is by then.
  for (let time = 0; time < WARM_UP; time += 1) await askLarge();
  outcomes.clear();
  const figures = await compared(arena, relay, async () => {
    const end = performance.now() + BESIDE_MS;
    while (performance.now() < end) await Promise.all(Array.from({ length: atOnce }, askLarge));
  });
  return { ...figures, note: [...outcomes].map(([status, count]) => `${count} × ${status}`).join(', ') };
}

/** A small query alone, and beside assistants that hang, asked for five times a second. */
export async function besideHanging(arena: Arena, relay: Relay): Promise<BesideFigures> {
  const [hanging] = arena.emulated.organizations as [SeededOrganization];
  const [nested] = (await arena.shots([hanging], operation('nested').prepare)) as [Shot];
  let count = 0;
  const figures = await compared(arena, relay, async () => {
    await setFaults(arena, [{ route: 'GET /v1/organization/assistants', kind: 'hang' }]);
    for (const end = performance.now() + BESIDE_MS; performance.now() < end; count += 1) {
      void send(arena.server, nested)
        .then(({ body }) => body.dump())
        .catch(() => undefined);
      await pause(200);
    }
  });
  await setFaults(arena, []);
  return { ...figures, note: `${count} nested queries in ${BESIDE_MS / 1_000} s` };
}

/** The small query alone and beside the load, for the same time. */
async function compared(arena: Arena, relay: Relay, load: () => Promise<void>): Promise<Omit<BesideFigures, 'note'>> {
  const [, other] = arena.emulated.organizations as [SeededOrganization, SeededOrganization];
  const [small] = (await arena.shots([other], operation('project').prepare)) as [Shot];
  await arena.emulated.setLatency(LATENCY_MS);
  await beside(arena.server, small, EVERY_MS, () => pause(WARM_UP_MS));
  const alone = await seen(arena, relay, small, () => pause(BESIDE_MS));
  const { result, peak } = await peakOf(arena.server, () => seen(arena, relay, small, load));
  return { name: arena.name, alone, beside: result, peakMb: peak / 2 ** 20 };
}

async function seen({ server }: Arena, relay: Relay, small: Shot, during: () => Promise<unknown>): Promise<Seen> {
  await Promise.all([relay.spans(), turnsOf(server)]);
  const { spans, lateMs, failures } = await beside(server, small, EVERY_MS, during);
  const [calls, turns] = await Promise.all([relay.spans(), turnsOf(server)]);
  const whole = spans.map(({ start, end }) => end - start);
  const own = spans.map((span) => outside(span, calls));
  return { p99: quantile(whole, 0.99), ownP99: quantile(own, 0.99), lateMs, turns, failures };
}

/** Large answers for readers of a byte a second. */
export async function besideNobody(arena: Arena, readers: number): Promise<SlowFigures> {
  const [big] = arena.emulated.organizations as [SeededOrganization];
  const [large] = (await arena.shots([big], ({ projects }, ask) => flatQuestion(projects, ask))) as [Shot];
  await arena.emulated.setLatency(LATENCY_MS);
  const { body } = await send(arena.server, large);
  await body.dump();
  return slowReaders(arena.name, arena.server, large, readers);
}
