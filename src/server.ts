import type { Writable } from 'node:stream';
import type { Logger } from 'pino';
import type { Config } from './config.ts';
import { apiSchema } from './graphql/apiSchema.ts';
import { openGraphql } from './graphql/openGraphql.ts';
import { createSubgraph } from './graphql/schema.ts';
import { createHttpApp, HTTP_TIMES, type HttpApp, type HttpTimes } from './http/app.ts';
import { addExplorer } from './http/explorer/index.ts';
import { FrontDoor } from './http/frontDoor.ts';
import { addOperations } from './http/operations.ts';
import { Probes } from './http/probes.ts';
import { addSchemaFile } from './http/schemaFile.ts';
import { closeServices, openServices, type Services } from './request/services.ts';

/** A facade that can be started and stopped. */
export interface Server {
  /** Opens the port. Answers with the address that it is reached at. */
  listen(): Promise<string>;
  /** Asks whether the platform answers. The log says so if it does not. */
  checkPlatform(): Promise<void>;
  /** Reads the issuer's keys again, and goes on in a new file where the audit log was moved away. */
  reload(): Promise<void>;
  /** Stops taking requests, lets those under way finish, and closes the connections to the platform. */
  close(): Promise<void>;
}

/** Added to the longest that a request waits upstream, so that its answer gets out. Milliseconds. */
const ANSWER_MS = 1_000;
/** For closing what the requests used. Milliseconds. */
const CLOSE_MS = 2_000;

/** After this long the server is closed, or something does not let it. Milliseconds. */
export function closeLimitMs({ shutdownDelayMs, upstreamDeadlineMs }: Config): number {
  return shutdownDelayMs + upstreamDeadlineMs + ANSWER_MS + CLOSE_MS;
}

/** Builds the facade, without opening a port. Audit events go to `output` unless the configuration names a file. */
export async function createServer(
  config: Config,
  log: Logger,
  output: Writable = process.stdout,
  times: HttpTimes = HTTP_TIMES,
): Promise<Server> {
  // First, so that names which clash end the start before anything is opened.
  const schema = createSubgraph(config);
  const services = await openServices(config, log, output);
  const frontDoor = new FrontDoor(config, log);
  const graphql = await openGraphql(schema, services);
  const http = createHttpApp(log, services.metrics, times);
  const probes = new Probes(services, frontDoor.verifier);
  const { app } = http;
  await frontDoor.guard(app);
  if (config.explorer !== 'off') addExplorer(app, config.explorer, log);
  if (config.introspection) addSchemaFile(app, () => apiSchema(schema));
  probes.addTo(app);
  addOperations(http, graphql, frontDoor, services, times);
  return {
    listen: async () => {
      await probes.listen();
      return app.listen({ host: config.host, port: config.port });
    },
    checkPlatform: () => probes.checkPlatform(),
    reload: async () => {
      await Promise.all([frontDoor.refreshKeys(), services.audit.reopen()]);
    },
    close: async () => {
      await probes.drain();
      await drain(http, services, times);
      await app.close();
      await probes.close();
      await graphql.stop();
      await frontDoor.close();
      await closeServices(services);
    },
  };
}

/** Lets requests under way finish. The log says how many could not. */
async function drain({ connections }: HttpApp, { config, log }: Services, { quiet }: HttpTimes): Promise<void> {
  const limitMs = config.upstreamDeadlineMs + ANSWER_MS;
  const cut = await connections.drain({ delayMs: config.shutdownDelayMs, quietMs: quiet, limitMs });
  if (cut > 0) log.warn({ connections: cut }, 'connections were cut that did not finish in time');
}
