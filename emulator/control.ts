import type { FastifyInstance } from 'fastify';
import { consoleOf } from './console.ts';
import { addConsoleRoutes } from './consoleRoutes.ts';
import { parseJson } from './controlBody.ts';
import type { Machine } from './exchange.ts';
import { parseFaults } from './faultParser.ts';
import { checkedDelay } from './options.ts';
import type { SeededPlatform } from './seed/seeded.ts';
import { ROUTE_NAMES } from './server.ts';

const PATHS =
  'calls (GET, DELETE), faults (PUT, DELETE), latency, status-delay and list-delay (PUT), seed (GET), ' +
  'projects/<id> (DELETE), projects/<id>/tokens (GET, POST), tokens/<id> (PUT), ' +
  'projects/<id>/invitations (GET) and projects/<id>/members (GET, POST)';

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
      reply.code(404).send({ message: `there is ${PATHS}` });
    });
    addTrafficRoutes(control, machine);
    addFaultRoutes(control, machine);
    addDelayRoutes(control, machine);
    addConsoleRoutes(control, consoleOf(machine.platform));
    control.get('/seed', async () => seeded);
  };
  app.register(routes, { prefix: '/__control' });
}

function addTrafficRoutes(control: FastifyInstance, { traffic }: Machine): void {
  control.get('/calls', async () => ({
    calls: traffic.counts(),
    maxInFlight: traffic.maxInFlight(),
    roundTrips: traffic.roundTrips(),
  }));
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
}

function addDelayRoutes(control: FastifyInstance, machine: Machine): void {
  const { delays } = machine.platform;
  control.put('/latency', async ({ body }) => {
    machine.latencyMs = delayIn(body, 'latencyMs');
    return { ms: machine.latencyMs };
  });
  control.put('/status-delay', async ({ body }) => {
    delays.statusMs = delayIn(body, 'statusDelayMs');
    return { ms: delays.statusMs };
  });
  control.put('/list-delay', async ({ body }) => {
    delays.listMs = delayIn(body, 'listDelayMs');
    return { ms: delays.listMs };
  });
}

function delayIn(body: unknown, option: Parameters<typeof checkedDelay>[0]): number {
  const value = parseJson(body);
  const ms = typeof value === 'object' && value !== null && 'ms' in value ? value.ms : undefined;
  if (typeof ms !== 'number') throw new Error('expected { "ms": number }');
  return checkedDelay(option, ms);
}
