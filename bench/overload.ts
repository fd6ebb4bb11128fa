import { setTimeout as pause } from 'node:timers/promises';
import { request } from 'undici';
import type { SeededOrganization } from '../emulator/emulator.ts';
import type { Emulated } from './emulated.ts';
import { type Shot, shotAt } from './load.ts';
import { flatQuestion, OPERATIONS, type Question } from './operations.ts';
import type { Running } from './processes.ts';
import { residentBytes } from './processTree.ts';
import { askWith } from './range.ts';
import { type ServerName, startServer } from './servers.ts';
import { beside, freePort, peakOf, quantile, type Storm, storm } from './storm.ts';

/** A server with a platform of its own. */
export interface Arena {
  readonly name: ServerName;
  readonly server: Running;
  readonly emulated: Emulated;
  /** Address of health. */
  readonly health: string;
  shots(organizations: readonly SeededOrganization[], prepare: Prepare): Promise<Shot[]>;
}

type Prepare = (organization: SeededOrganization, ask: ReturnType<typeof askWith>) => Promise<Question> | Question;

export const LATENCY_MS = 20;

export async function openArena(
  name: ServerName,
  emulated: Emulated,
  folder: string,
  /** A facade that makes the questions: cursors and ids are opaque. */
  reference: Running,
  cache: 'memory' | 'off' = 'memory',
): Promise<Arena> {
  const [port, healthPort] = [await freePort(), await freePort()];
  const hasHealth = name === 'facade';
  const more = { PORT: `${port}`, CACHE: cache, ...(hasHealth && { HEALTH_PORT: `${healthPort}` }) };
  const started = await startServer(name, emulated.url, [], folder, more);
  const server = name === 'typical' ? started : { ...started, url: `http://127.0.0.1:${port}` };
  const health = hasHealth ? `http://127.0.0.1:${healthPort}/health/live` : `${server.url}/health/live`;
  return {
    ...{ name, server, emulated, health },
    shots: (organizations, prepare) =>
      Promise.all(
        organizations.map(async (organization) => {
          const ask = askWith(reference.url, organization.token);
          return shotAt(name, await prepare(organization, ask), organization.token);
        }),
      ),
  };
}

const operation = (name: string) => {
  const found = OPERATIONS.find((one) => one.name === name);
  if (!found) throw new Error(`no operation ${name}`);
  return found;
};

const isRight = (body: Buffer) => !body.subarray(0, 12).includes('errors');

export interface BesideFigures {
  readonly name: ServerName;
  readonly alone: number;
  readonly beside: number;
  readonly peakMb: number;
  readonly note: string;
}

const send = ({ url }: Running, { path, method, headers, body }: Shot) =>
  request(url + path, { method, headers, body, headersTimeout: 0, bodyTimeout: 0 });

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
  await askLarge();
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
  const alone = quantile(await beside(arena.server, small, 20, () => pause(3_000)), 0.99);
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

export interface OverloadFigures {
  readonly name: ServerName;
  /** Operations a second at capacity. */
  readonly capacity: number;
  readonly usual: Storm;
  readonly over: Storm;
  readonly healthMs: number;
  readonly residentMb: readonly [before: number, peak: number, after: number];
  readonly recoveryMs: number;
}

/** Three times the load that the server can take. */
export async function overload(arena: Arena): Promise<OverloadFigures> {
  const { server, emulated } = arena;
  const shots = await arena.shots(emulated.organizations, operation('nested').prepare);
  await emulated.setLatency(LATENCY_MS);
  await storm(server, shots, 100, 3_000, isRight);
  let capacity = 0;
  for (let rate = 150; ; rate *= 1.25) {
    const tried = await storm(server, shots, rate, 1_500, isRight);
    if (tried.answered < tried.sent * 0.99 || tried.p50 > 400) break;
    capacity = rate;
  }
  const usual = await storm(server, shots, capacity * 0.9, 4_000, isRight);
  const before = residentBytes(server.pid) / 2 ** 20;
  const health: number[] = [];
  const timer = setInterval(async () => {
    const at = performance.now();
    const answer = await request(arena.health, { headersTimeout: 0 }).catch(() => null);
    await answer?.body.dump();
    health.push(performance.now() - at);
  }, 50);
  const { result: over, peak } = await peakOf(server, () => storm(server, shots, capacity * 3, 5_000, isRight));
  clearInterval(timer);
  const recoveryMs = await recovery(server, shots[0] as Shot, Math.max(usual.p99, 100));
  await pause(3_000);
  const after = residentBytes(server.pid) / 2 ** 20;
  const residentMb = [before, peak / 2 ** 20, after] as const;
  return { name: arena.name, capacity, usual, over, healthMs: quantile(health, 0.99), residentMb, recoveryMs };
}

/** Milliseconds until answers take as long as usual again. */
async function recovery(server: Running, shot: Shot, usualMs: number): Promise<number> {
  const start = performance.now();
  for (;;) {
    const at = performance.now();
    const { statusCode, body } = await send(server, shot);
    await body.dump();
    const now = performance.now();
    if (statusCode === 200 && now - at <= usualMs) return now - start;
    if (now - start > 30_000) return Number.POSITIVE_INFINITY;
  }
}

export interface OutageFigures {
  readonly name: ServerName;
  /** Calls of the platform in an outage, by those of as many operations before it. */
  readonly ratio: number;
}

/** Calls that an outage of three seconds costs the platform, by those that callers asked for. */
export async function outage(arena: Arena): Promise<OutageFigures> {
  const { server, emulated } = arena;
  const shots = await arena.shots(emulated.organizations, operation('project').prepare);
  await emulated.setLatency(1);
  await storm(server, shots, 50, 500, () => true);
  await setFaults(arena, [{ route: 'GET /v1/organization/project/{id}', kind: 'status', status: 503 }]);
  await emulated.resetCalls();
  const { sent } = await storm(server, shots, 200, 3_000, () => true);
  const { calls } = await emulated.traffic();
  await setFaults(arena, []);
  return { name: arena.name, ratio: calls / sent };
}

async function setFaults({ emulated }: Arena, faults: readonly object[]): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  const { statusCode, body } = await request(`${emulated.url}/__control/faults`, {
    ...{ method: 'PUT', headers, body: JSON.stringify(faults) },
  });
  await body.dump();
  if (statusCode !== 200) throw new Error('the emulator refused the faults');
}
