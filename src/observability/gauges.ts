import { Gauge, type Registry } from 'prom-client';
import { VERSION } from '../values/version.ts';

/** Present state of the process, read when metrics are asked for. */
export interface ProcessState {
  readonly load: { readonly inFlight: number; readonly waiting: number };
  /** Null until the platform was asked. */
  readonly isPlatformUp: boolean | null;
  /** Null without Redis. */
  readonly isRedisUp: boolean | null;
  /** Number of the facade's own tokens that the platform refuses. Null without such tokens. */
  readonly refusedOwnTokens: number | null;
}

/** Adds gauges of the state of the process. Gauges of an unknown state have no value. */
export function addGauges(registry: Registry, state: () => ProcessState): void {
  const build = new Gauge({
    name: 'geai_graph_build_info',
    help: 'Always 1. The labels say what runs.',
    labelNames: ['version', 'node'],
    registers: [registry],
  });
  build.set({ version: VERSION, node: process.versions.node }, 1);
  const gauge = (name: string, help: string, read: (state: ProcessState) => number | null) =>
    new Gauge({
      name: `geai_graph_${name}`,
      help,
      registers: [registry],
      collect() {
        const value = read(state());
        if (value === null) this.remove();
        else this.set(value);
      },
    });
  gauge('upstream_calls_in_flight', 'Platform calls under way.', ({ load }) => load.inFlight);
  gauge('upstream_calls_waiting', 'Platform calls that wait for room in their request.', ({ load }) => load.waiting);
  gauge('platform_up', '1 if the platform answers.', ({ isPlatformUp }) => flag(isPlatformUp));
  gauge('redis_up', '1 if Redis is connected and takes writes in time. Absent without Redis.', ({ isRedisUp }) =>
    flag(isRedisUp),
  );
  gauge(
    'own_tokens_refused',
    'Tokens of GEAI_TOKENS that the platform refuses. Absent without them.',
    ({ refusedOwnTokens }) => refusedOwnTokens,
  );
}

function flag(value: boolean | null): number | null {
  return value === null ? null : Number(value);
}
