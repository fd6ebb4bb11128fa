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

/** Three times the load that the server can take. */
export async function overload(arena: Arena): Promise<OverloadFigures> {
  const { name, server, emulated } = arena;
  const shots = await arena.shots(emulated.organizations, operation('nested').prepare);
  await emulated.setLatency(LATENCY_MS);
  await storm(server, shots, 100, 3_000, isRight);
  let capacity = 40;
  for (let rate = 60; ; rate *= 1.25) {
    const tried = await storm(server, shots, rate, 1_500, isRight);
    if (tried.answered < tried.sent * 0.99 || tried.p50 > 400) break;
    capacity = rate;
  }
  const usual = await storm(server, shots, capacity * 0.9, 4_000, isRight);
  const heap = async () => (name === 'typical' ? null : (await heapCollected(server)) / 2 ** 20);
  const heapBefore = await heap();
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
  const heapAfter = await heap();
  const after = residentBytes(server.pid) / 2 ** 20;
  const residentMb = [before, peak / 2 ** 20, after] as const;
  const heapMb = heapBefore !== null && heapAfter !== null ? ([heapBefore, heapAfter] as const) : null;
  return { name, capacity, usual, over, healthMs: quantile(health, 0.99), residentMb, heapMb, recoveryMs };
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
