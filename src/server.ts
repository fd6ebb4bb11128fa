import type { ServerResponse } from 'node:http';
import type { Writable } from 'node:stream';
import type { Logger } from 'pino';
import { callerOf } from './access/callers.ts';
import { JwtVerifier } from './access/jwtVerifier.ts';
import { Refusal } from './access/refusal.ts';
import { RouterProof } from './access/routerProof.ts';
import { createCaches } from './cache/index.ts';
import { RouterCaches } from './cache/routerCaches.ts';
import type { Config } from './config.ts';
import { TokenIntrospection } from './credentials/tokenIntrospection.ts';
import { apiSchema } from './graphql/apiSchema.ts';
import { GraphqlServer } from './graphql/graphqlServer.ts';
import { createSubgraph } from './graphql/schema.ts';
import { openTrustedDocuments } from './graphql/trusted/trustedDocuments.ts';
import {
  addHealth,
  addMetrics,
  createHttpApp,
  GRAPHQL_PATH,
  HTTP_TIMES,
  type HttpTimes,
  sendFast,
} from './http/app.ts';
import { allowOrigins } from './http/cors.ts';
import { addExplorer } from './http/explorer/index.ts';
import { HealthServer } from './http/healthServer.ts';
import { takeLoopbackHostsOnly } from './http/loopbackHosts.ts';
import { createMetricsServer } from './http/metricsServer.ts';
import { PlatformState } from './http/platformState.ts';
import { Readiness } from './http/readiness.ts';
import { routerGate } from './http/routerGate.ts';
import { addSchemaFile } from './http/schemaFile.ts';
import { boundWriting } from './http/slowReaders.ts';
import { DEFAULT_LIMITS, type QueryLimits } from './limits/limits.ts';
import { openAuditFile } from './observability/auditFile.ts';
import { auditStream } from './observability/auditLog.ts';
import { createMetrics } from './observability/metrics.ts';
import { openTracing } from './observability/tracing.ts';
import { proxyAgent } from './platform/client/proxy.ts';
import { Platform } from './platform/platform.ts';
import { connectRedis } from './redis.ts';
import { contextFactory } from './request/contextFactory.ts';
import { Gate, LARGE_ANSWER } from './request/gate.ts';
import { openStore } from './store/open.ts';

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

const MEGABYTE = 1024 * 1024;

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
  const { auditLog, auditTimeoutMs } = config;
  const audit = auditLog === null ? auditStream(output, auditTimeoutMs) : await openAuditFile(auditLog, auditTimeoutMs);
  const redis = config.redisUrl ? connectRedis(config.redisUrl, log) : null;
  const { stateFile: file, idSecret, formerIdSecret, baseUrl } = config;
  const store = openStore({ redis, file, idSecret, formerIdSecret, platform: baseUrl, log });
  const metrics = createMetrics(config.metricsOperations);
  const tracing = await openTracing(config.traces, config.serviceName, config.baseUrl, log, config.proxy);
  const routerCaches = config.routerCaches && new RouterCaches(config.routerCaches, log);
  const caches = { ...createCaches(config.cache, redis, log), routers: routerCaches };
  const platform = new Platform(
    {
      baseUrl: config.baseUrl,
      attemptTimeoutMs: config.upstreamTimeoutMs,
      deadlineMs: config.upstreamDeadlineMs,
      maxCalls: config.upstreamMaxCalls,
      proxy: config.proxy,
    },
    caches,
    undefined,
    metrics.reads,
  );
  const platformState = new PlatformState(platform, log);
  metrics.watch(() => ({
    load: platform.load,
    isPlatformUp: platformState.isUp,
    isRedisUp: redis?.isUp ?? null,
  }));
  const introspection = new TokenIntrospection(config.idSecret, config.baseUrl, caches);
  const proxy = config.proxy ? proxyAgent(config.proxy, {}, config.jwt?.jwksTimeoutMs ?? 0) : undefined;
  const verifier = config.jwt && new JwtVerifier(config.jwt, log, proxy);
  void verifier?.refreshKeys();
  const readiness = new Readiness(platformState, config.readinessFollowsPlatform, verifier);
  const limits = limitsOf(config);
  const graphql = new GraphqlServer({
    introspection: config.introspection,
    compileQueries: config.compileQueries,
    log,
    metrics,
    limits,
    budget: { calls: config.upstreamCallBudget, objects: config.maxAnswerObjects },
    redis,
    cacheControl: config.cacheControl,
    subgraph: config,
    trusted: openTrustedDocuments(config, { schema, introspection: config.introspection, limits, log }),
  });
  await graphql.start();

  const { app, connections, abandoned } = await createHttpApp(log, metrics, times);
  if (config.authMode === 'open') takeLoopbackHostsOnly(app);
  if (config.allowsOrigin) await allowOrigins(app, config.allowsOrigin);
  if (config.explorer !== 'off') addExplorer(app, config.explorer, log);
  if (config.introspection) addSchemaFile(app, () => apiSchema(schema));
  addHealth(app, readiness);
  const { metricsPort } = config;
  const metricsServer = metricsPort === null ? null : createMetricsServer(metrics, config.host, metricsPort);
  const health = config.healthPort === null ? null : new HealthServer(readiness, config.host, config.healthPort);
  if (!metricsServer) addMetrics(app, metrics);
  const queue = new Gate(metrics.countShed);
  const services = { config, platform, metrics, log, introspection, audit, store, gate: queue, routerCaches };
  const createContext = contextFactory(services);
  const gate = routerGate(config.routerProof && new RouterProof(config.routerProof), metrics.countUnproven);
  const holdLarge = (bytes: number, answer: ServerResponse) => {
    queue.hold(bytes, answer);
    boundWriting(answer, times.write + (bytes / MEGABYTE) * times.writeMegabyte);
  };
  app.route({
    ...gate,
    onRequest: [
      (request, _reply, done) => {
        request.trace = tracing.begin(request.headers);
        done();
      },
      ...(gate.onRequest ? [gate.onRequest] : []),
    ],
    method: ['GET', 'POST'],
    url: GRAPHQL_PATH,
    handler: async (request, reply) => {
      const identified = callerOf(request.headers, verifier);
      // A promise costs what a small request is to save.
      const caller = identified instanceof Promise ? await identified : identified;
      if (caller instanceof Refusal) metrics.countRefusedCaller(caller.reason);
      const answer = await graphql.answer(request, createContext(request, reply, caller));
      if (reply.raw.destroyed) abandoned(request, reply);
      else if (answer.text.length > LARGE_ANSWER) holdLarge(answer.text.length, reply.raw);
      if (answer.kind === 'fast') return sendFast(reply, answer, connections.isDraining);
      for (const [name, value] of answer.headers) reply.header(name, value);
      reply.status(answer.status);
      return answer.text;
    },
  });

  return {
    listen: async () => {
      await metricsServer?.listen();
      await health?.listen();
      return app.listen({ host: config.host, port: config.port });
    },
    checkPlatform: async () => {
      await platformState.check();
    },
    reload: async () => {
      await Promise.all([verifier?.refreshKeys(), audit.reopen()]);
    },
    close: async () => {
      readiness.drain();
      await health?.refresh();
      const cut = await connections.drain({
        delayMs: config.shutdownDelayMs,
        quietMs: times.quiet,
        limitMs: config.upstreamDeadlineMs + ANSWER_MS,
      });
      if (cut > 0) log.warn({ connections: cut }, 'connections were cut that did not finish in time');
      await app.close();
      await metricsServer?.close();
      await health?.close();
      await graphql.stop();
      await platform.close();
      await proxy?.close();
      await store.close();
      await audit.close();
      await redis?.close();
      await tracing.close();
    },
  };
}

function limitsOf({ maxQueryDepth, maxQueryTokens }: Config): QueryLimits {
  // A line without a token is a comment, or blank.
  return { ...DEFAULT_LIMITS, depth: maxQueryDepth, tokens: maxQueryTokens, lines: maxQueryTokens };
}
