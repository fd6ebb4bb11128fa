import { setTimeout as pause } from 'node:timers/promises';
import { request } from 'undici';
import { type Arena, isRight, LATENCY_MS, operation, send, setFaults } from './arena.ts';
import { heapCollected } from './heap.ts';
import type { Shot } from './load.ts';
import type { Running } from './processes.ts';
import { residentBytes } from './processTree.ts';
import type { ServerName } from './servers.ts';
import { peakOf, quantile, type Storm, storm } from './storm.ts';

export interface OverloadFigures {
  readonly name: ServerName;
  /** Operations a second at capacity. */
  readonly capacity: number;
  readonly usual: Storm;
  readonly over: Storm;
  readonly healthMs: number;
  readonly residentMb: readonly [before: number, peak: number, after: number];
  /** Heap without garbage, before and after. Null where nobody can ask for it. */
  readonly heapMb: readonly [before: number, after: number] | null;
  readonly recoveryMs: number;
}

/** What is remembered ends after five seconds: in each of both loads it is read three times. */
const FOR_MS = 12_000;
/** After this nothing is remembered. */
const FORGOTTEN_MS = 5_500;

/** Three times the load that the server can take, and nine tenths of it, for as long and from the same state. */
export async function overload(arena: Arena): Promise<OverloadFigures> {
  const { name, server, emulated } = arena;
  const shots = await arena.shots(emulated.organizations, operation('nested').prepare);
  await emulated.setLatency(LATENCY_MS);
  const capacity = await capacityOf(server, shots);
  const load = async (perSecond: number) => {
    await pause(FORGOTTEN_MS);
    return storm(server, shots, perSecond, FOR_MS, isRight);
  };
  const usual = await load(capacity * 0.9);
  const heap = async () => (name === 'typical' ? null : (await heapCollected(server)) / 2 ** 20);
  const heapBefore = await heap();
  const before = residentBytes(server.pid) / 2 ** 20;
  const stopAsking = askForHealth(arena);
  const { result: over, peak } = await peakOf(server, () => load(capacity * 3));
  const health = stopAsking();
  const recoveryMs = await recovery(server, shots[0] as Shot, Math.max(usual.p99, 100));
  await pause(3_000);
  const heapAfter = await heap();
  const after = residentBytes(server.pid) / 2 ** 20;
  const residentMb = [before, peak / 2 ** 20, after] as const;
  const heapMb = heapBefore !== null && heapAfter !== null ? ([heapBefore, heapAfter] as const) : null;
  return { name, capacity, usual, over, healthMs: quantile(health, 0.99), residentMb, heapMb, recoveryMs };
}

/** Operations a second that a server answers, nearly all. A first search finds what it can until its code is compiled. */
async function capacityOf(server: Running, shots: readonly Shot[]): Promise<number> {
  const search = async (from: number, step: number, forMs: number) => {
    for (let rate = from; ; rate *= step) {
      const { answered, sent, p50 } = await storm(server, shots, rate, forMs, isRight);
      if (answered < sent * 0.98 || p50 > 400) return rate / step;
    }
  };
  const cold = await search(60, 1.25, 1_500);
  await storm(server, shots, cold * 0.9, 8_000, isRight);
  return search(cold * 0.9, 1.15, 3_000);
}

/** Asks for health 20 times a second. Returns what ends it, and tells the times of its answers. */
function askForHealth({ health }: Arena): () => readonly number[] {
  const times: number[] = [];
  const timer = setInterval(async () => {
    const at = performance.now();
    const answer = await request(health, { headersTimeout: 0 }).catch(() => null);
    await answer?.body.dump();
    times.push(performance.now() - at);
  }, 50);
  return () => {
    clearInterval(timer);
    return times;
  };
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
