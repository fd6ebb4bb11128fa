import type { Writable } from 'node:stream';
import { HeaderMap } from '@apollo/server';
import type { FastifyRequest } from 'fastify';
import type { GraphQLFormattedError } from 'graphql';
import type { Logger } from 'pino';
import { createMemories } from './cache/index.ts';
import type { Config } from './config.ts';
import { Identities } from './credentials/tokenIntrospection.ts';
import { createGraphqlServer } from './graphql/apolloServer.ts';
import { EXPLAIN } from './graphql/costPlugin.ts';
import {
  addHealth,
  allowExplorer,
  createHttpApp,
  GRAPHQL_PATH,
  HTTP_TIMES,
  type HttpTimes,
  sendJson,
} from './http/app.ts';
import { Readiness } from './http/readiness.ts';
import { DEFAULT_LIMITS, type QueryLimits } from './limits/limits.ts';
import { checkLines } from './limits/lines.ts';
import { openAuditFile } from './observability/auditFile.ts';
import { auditStream } from './observability/auditLog.ts';
import { createMetrics } from './observability/metrics.ts';
import { Platform } from './platform/platform.ts';
import { connectRedis } from './redis.ts';
import { contextFactory } from './request/context.ts';
import { openState } from './store/open.ts';

/** A facade that can be started and stopped. */
export interface Server {
  /** Opens the port. Answers with the address that it is reached at. */
  listen(): Promise<string>;
  /** Goes on in a new file where the audit log was moved away. */
  reopenAuditLog(): Promise<void>;
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
  const { auditLog, auditTimeoutMs } = config;
  const audit = auditLog === null ? auditStream(output, auditTimeoutMs) : await openAuditFile(auditLog, auditTimeoutMs);
  const redis = config.redisUrl ? connectRedis(config.redisUrl, log) : null;
  const { stateFile: file, idSecret, baseUrl } = config;
  const state = openState({ redis, file, idSecret, platform: baseUrl, log });
  const metrics = createMetrics();
  const memories = createMemories(config.cache, redis, log);
  const platform = new Platform(
    {
      baseUrl: config.baseUrl,
      attemptTimeoutMs: config.upstreamTimeoutMs,
      deadlineMs: config.upstreamDeadlineMs,
    },
    memories,
  );
  const identities = new Identities(config.idSecret, config.baseUrl, memories);
  const readiness = new Readiness(platform);
  const limits = limitsOf(config);
  const { engine, shortcut } = createGraphqlServer({
    introspection: config.explorer,
    log,
    metrics,
    limits,
    budget: { calls: config.upstreamCallBudget, objects: config.maxAnswerObjects },
    redis,
  });
  await engine.start();

  const { app, connections } = await createHttpApp(log, metrics, times);
  if (config.explorer) await allowExplorer(app);
  addHealth(app, readiness, metrics);
  const createContext = contextFactory({ config, platform, metrics, log, identities, audit, state });
  app.route({
    method: ['GET', 'POST'],
    url: GRAPHQL_PATH,
    handler: async (request, reply) => {
      const context = createContext(request, reply);
      const known = await shortcut(request, context);
      if (known !== null) return sendJson(reply, known, connections.isDraining);
      const answer = await engine.executeHTTPGraphQLRequest({
        httpGraphQLRequest: {
          method: request.method,
          headers: headersOf(request),
          search: searchOf(request.url),
          body: request.body,
        },
        context: async () => {
          checkLines(request.body, limits.lines);
          return context;
        },
      });
      for (const [name, value] of answer.headers) reply.header(name, value);
      const { status = 200, body } = answer;
      reply.status(status);
      if (body.kind !== 'complete') throw new Error('incremental delivery is not offered');
      return status < 400 ? body.string : withRequestId(body.string, request.id);
    },
  });

  return {
    listen: () => app.listen({ host: config.host, port: config.port }),
    reopenAuditLog: () => audit.reopen(),
    close: async () => {
      readiness.drain();
      const cut = await connections.drain({
        delayMs: config.shutdownDelayMs,
        quietMs: times.quiet,
        limitMs: config.upstreamDeadlineMs + ANSWER_MS,
      });
      if (cut > 0) log.warn({ connections: cut }, 'connections were cut that did not finish in time');
      await app.close();
      await engine.stop();
      await platform.close();
      await state.close();
      await audit.close();
      await redis?.close();
    },
  };
}

function limitsOf({ maxQueryDepth, maxQueryTokens }: Config): QueryLimits {
  // A line without a token is a comment, or blank.
  return { ...DEFAULT_LIMITS, depth: maxQueryDepth, tokens: maxQueryTokens, lines: maxQueryTokens };
}

/** Adds the request id to the errors of requests that were refused before anything was executed. */
function withRequestId(text: string, requestId: string): string {
  const { errors = [], ...rest }: { errors?: GraphQLFormattedError[] } = JSON.parse(text);
  const named = errors.map((error) => ({ ...error, extensions: { ...error.extensions, requestId } }));
  return JSON.stringify({ ...rest, errors: named });
}

/** What the engine reads of a request's headers: the forms of body and answer, and those that no link or form can send. */
const READ_HEADERS = ['accept', 'content-type', 'apollo-require-preflight', 'x-apollo-operation-name', EXPLAIN];

function headersOf({ headers }: FastifyRequest): HeaderMap {
  const read = new HeaderMap();
  for (const name of READ_HEADERS) {
    const value = headers[name];
    if (value !== undefined) read.set(name, String(value));
  }
  return read;
}

/** The query of a URL, with its question mark; empty when it has none. */
function searchOf(url: string): string {
  const start = url.indexOf('?');
  return start < 0 ? '' : url.slice(start);
}
