import type { FastifyInstance } from 'fastify';
import type { Machine } from './exchange.ts';
import { parseFaults } from './faultParser.ts';
import { checkLatency } from './options.ts';
import type { SeededPlatform } from './seed/seeded.ts';
import { ROUTE_NAMES } from './server.ts';

const LOOPBACK = new Set(['127.0.0.1', '::1', '::ffff:127.0.0.1']);

/** Steers a running emulator from another process of this machine; its own calls are not counted. */
export function addControlRoutes(app: FastifyInstance, machine: Machine, seeded: SeededPlatform): void {
  const routes = async (control: FastifyInstance) => {
    control.addHook('onRequest', async (request, reply) => {
      if (LOOPBACK.has(request.socket.remoteAddress ?? '')) return;
      await reply.code(403).send({ message: 'the control endpoint answers this machine only' });
    });
    control.setErrorHandler((error, _request, reply) => {
      reply.code(400).send({ message: error instanceof Error ? error.message : String(error) });
    });
    control.setNotFoundHandler((_request, reply) => {
      reply
        .code(404)
        .send({ message: 'there is calls (GET, DELETE), faults (PUT, DELETE), latency (PUT) and seed (GET)' });
    });
    addTrafficRoutes(control, machine);
    addFaultRoutes(control, machine);
    control.get('/seed', async () => seeded);
  };
  app.register(routes, { prefix: '/__control' });
}

function addTrafficRoutes(control: FastifyInstance, { traffic }: Machine): void {
  control.get('/calls', async () => ({ calls: traffic.counts(), maxInFlight: traffic.maxInFlight() }));
  control.delete('/calls', async () => {
    traffic.reset();
    return {};
  });
}

function addFaultRoutes(control: FastifyInstance, machine: Machine): void {
  control.put('/faults', async ({ body }) => {
    const faults = parseFaults(parseJson(body));
    machine.faults.replace(faults, ROUTE_NAMES);
    return { faults };
  });
  control.delete('/faults', async () => {
    machine.faults.replace([], ROUTE_NAMES);
    return {};
  });
  control.put('/latency', async ({ body }) => {
    machine.latencyMs = latencyIn(parseJson(body));
    return { ms: machine.latencyMs };
  });
}

function parseJson(body: unknown): unknown {
  if (typeof body !== 'string') throw new Error('expected a JSON body');
  return JSON.parse(body);
}

function latencyIn(value: unknown): number {
  const ms = typeof value === 'object' && value !== null && 'ms' in value ? value.ms : undefined;
  if (typeof ms !== 'number') throw new Error('expected { "ms": number }');
  checkLatency(ms);
  return ms;
}
