import { setTimeout as pause } from 'node:timers/promises';
import type { SeededOrganization } from '../emulator/emulator.ts';
import { type Arena, isRight, LATENCY_MS, operation, send, setFaults } from './arena.ts';
import type { Shot } from './load.ts';
import { flatQuestion } from './operations.ts';
import type { ServerName } from './servers.ts';
import { type SlowFigures, slowReaders } from './slowReaders.ts';
import { beside, peakOf, quantile } from './storm.ts';

export interface BesideFigures {
  readonly name: ServerName;
  readonly alone: number;
  readonly beside: number;
  readonly peakMb: number;
  readonly note: string;
}

const WARM_UP = 5;
/** As long alone as beside: what is remembered ends every few seconds, and is read again. */
const HANGING_MS = 12_000;

/** A small query alone, and beside large answers for another caller. `atOnce` of them are asked for together. */
export async function besideLarge(arena: Arena, atOnce: number, rounds: number): Promise<BesideFigures> {
  const [big, other] = arena.emulated.organizations as [SeededOrganization, SeededOrganization];
  const [large] = (await arena.shots([big], ({ projects }, ask) => flatQuestion(projects, ask))) as [Shot];
  const [small] = (await arena.shots([other], operation('project').prepare)) as [Shot];
  await arena.emulated.setLatency(LATENCY_MS);
  await beside(arena.server, small, 20, () => pause(2_000));
  const alone = quantile(await beside(arena.server, small, 20, () => pause(3_000)), 0.99);
  const outcomes: Record<number, number> = {};
  const askLarge = async () => {
    const { statusCode, body } = await send(arena.server, large);
    const bytes = Buffer.from(await body.arrayBuffer());
    if (statusCode === 200 && !isRight(bytes)) throw new Error(bytes.toString('utf8', 0, 300));
    outcomes[statusCode] = (outcomes[statusCode] ?? 0) + 1;
  };
  // Until the query is compiled, as the small one is by now.
  for (let time = 0; time < WARM_UP; time += 1) await askLarge();
  const load = async () => {
    for (let round = 0; round < rounds; round += 1) await Promise.all(Array.from({ length: atOnce }, askLarge));
  };
  const { result, peak } = await peakOf(arena.server, () => beside(arena.server, small, 20, load));
  const note = Object.entries(outcomes)
    .map(([status, count]) => `${count} × ${status}`)
    .join(', ');
  return { name: arena.name, alone, beside: quantile(result, 0.99), peakMb: peak / 2 ** 20, note };
}

/** A small query alone, and beside assistants that hang, asked for five times a second. */
export async function besideHanging(arena: Arena): Promise<BesideFigures> {
  const [hanging, other] = arena.emulated.organizations as [SeededOrganization, SeededOrganization];
  const [nested] = (await arena.shots([hanging], operation('nested').prepare)) as [Shot];
  const [small] = (await arena.shots([other], operation('project').prepare)) as [Shot];
  await arena.emulated.setLatency(LATENCY_MS);
  await beside(arena.server, small, 20, () => pause(1_000));
  const alone = quantile(await beside(arena.server, small, 20, () => pause(HANGING_MS)), 0.99);
  await setFaults(arena, [{ route: 'GET /v1/organization/assistants', kind: 'hang' }]);
  const load = async () => {
    for (let index = 0; index < 60; index += 1) {
      void send(arena.server, nested)
        .then(({ body }) => body.dump())
        .catch(() => undefined);
      await pause(200);
    }
  };
  const { result, peak } = await peakOf(arena.server, () => beside(arena.server, small, 20, load));
  await setFaults(arena, []);
  return {
    name: arena.name,
    alone,
    beside: quantile(result, 0.99),
    peakMb: peak / 2 ** 20,
    note: '60 nested queries in 12 s',
  };
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
