import { randomUUID } from 'node:crypto';
import { HeaderMap } from '@apollo/server';
import cors from '@fastify/cors';
import helmet from '@fastify/helmet';
import { type FastifyInstance, type FastifyReply, type FastifyRequest, fastify } from 'fastify';
import type { Logger } from 'pino';
import type { Config } from './config.ts';
import type { RequestContext } from './context.ts';
import { Credentials } from './credentials/credentials.ts';
import { Identities } from './credentials/identities.ts';
import { type PresentedToken, readPresentedTokens } from './credentials/presented.ts';
import { createGraphqlServer } from './graphqlServer.ts';
import { createIds } from './ids.ts';
import { landingPage, SANDBOX_ORIGINS } from './landingPage.ts';
import { createLoaders } from './loaders/index.ts';
import { createMetrics, type Metrics } from './metrics.ts';
import { type AttemptReport, Platform, type PlatformSession } from './platform/client.ts';
import { routeOf } from './platform/operations.ts';
import { Readiness } from './readiness.ts';
import type { Secret } from './secret.ts';

/** A facade that can be started and stopped. */
export interface Server {
  /** Opens the port. Answers with the address that it is reached at. */
  listen(): Promise<string>;
  /** Stops taking requests, lets those under way finish, and closes the connections to the platform. */
  close(): Promise<void>;
}

/** Longer than the 15 s for which routers keep idle connections, so that they and not we close them. */
const KEEP_ALIVE_MS = 65_000;
const MAX_BODY_BYTES = 1024 * 1024;

/** A request id may be the caller's when it cannot be a token: those have an underscore, a dot, or more characters. */
const REQUEST_ID = /^[A-Za-z0-9-]{1,64}$/;

/** Builds the facade, without opening a port. */
export async function createServer(config: Config, log: Logger): Promise<Server> {
  const metrics = createMetrics();
  const platform = new Platform({
    baseUrl: config.baseUrl,
    attemptTimeoutMs: config.upstreamTimeoutMs,
    deadlineMs: config.upstreamDeadlineMs,
  });
  const readiness = new Readiness(platform);
  const graphql = createGraphqlServer({ introspection: config.explorer, log, metrics });
  await graphql.start();

  const app = createApp(log, metrics);
  await app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
    },
  });
  if (config.explorer) await allowExplorer(app);
  addHealth(app, readiness, metrics);
  const createContext = contextFactory(config, platform, metrics, log);
  app.route({
    method: ['GET', 'POST'],
    url: '/graphql',
    handler: async (request, reply) => {
      const answer = await graphql.executeHTTPGraphQLRequest({
        httpGraphQLRequest: {
          method: request.method,
          headers: headersOf(request),
          search: new URL(request.url, 'http://localhost').search,
          body: request.body,
        },
        context: async () => createContext(request, reply),
      });
      for (const [name, value] of answer.headers) reply.header(name, value);
      reply.status(answer.status ?? 200);
      if (answer.body.kind === 'complete') return answer.body.string;
      throw new Error('incremental delivery is not offered');
    },
  });

  return {
    listen: () => app.listen({ host: config.host, port: config.port }),
    close: async () => {
      readiness.drain();
      await app.close();
      await graphql.stop();
      await platform.close();
    },
  };
}

function createApp(log: Logger, metrics: Metrics): FastifyInstance {
  const app = fastify({
    bodyLimit: MAX_BODY_BYTES,
    keepAliveTimeout: KEEP_ALIVE_MS,
    forceCloseConnections: 'idle',
    // Requests that arrive while closing are answered, with `Connection: close`.
    return503OnClosing: false,
    requestIdHeader: false,
    genReqId: ({ headers }) => {
      const given = headers['x-request-id'];
      return typeof given === 'string' && REQUEST_ID.test(given) ? given : randomUUID();
    },
  });
  // JSON only: what a form or a script of another site can send without a preflight is refused.
  app.removeContentTypeParser('text/plain');
  app.addHook('onRequest', async (request, reply) => {
    reply.headers({ 'x-request-id': request.id, 'cache-control': 'no-store' });
  });
  app.addHook('onResponse', async (request, reply) => {
    const { url: route = 'none' } = request.routeOptions;
    metrics.countRequest(route, reply.statusCode, reply.elapsedTime);
    const milliseconds = Math.round(reply.elapsedTime);
    log.info(
      { requestId: request.id, method: request.method, route, status: reply.statusCode, milliseconds },
      'request',
    );
  });
  app.setNotFoundHandler((request, reply) =>
    reply.status(404).send(problem(request, 'There is nothing at this path.')),
  );
  app.setErrorHandler((error: Error & { statusCode?: number }, request, reply) => {
    const status = error.statusCode ?? 500;
    if (status >= 500) log.error({ requestId: request.id, err: error }, 'unforeseen failure');
    reply
      .status(status)
      .send(problem(request, status >= 500 ? 'Something went wrong on our side.' : error.message, status));
  });
  return app;
}

/** A failure outside GraphQL, in the form that GraphQL clients know. */
function problem(request: FastifyRequest, message: string, status = 404): object {
  const code = status >= 500 ? 'INTERNAL_SERVER_ERROR' : 'BAD_REQUEST';
  return { errors: [{ message, extensions: { code, retryable: false, requestId: request.id } }] };
}

/** The page at `/`, and what the Sandbox of Apollo's own site needs to reach this server from a browser. */
async function allowExplorer(app: FastifyInstance): Promise<void> {
  app.addHook('onRequest', async (request, reply) => {
    const { origin, 'access-control-request-private-network': asks } = request.headers;
    if (asks === 'true' && origin !== undefined && SANDBOX_ORIGINS.includes(origin)) {
      reply.header('access-control-allow-private-network', 'true');
    }
  });
  await app.register(cors, { origin: [...SANDBOX_ORIGINS], methods: ['GET', 'POST'] });
  app.get('/', async (_request, reply) => {
    const { html, contentSecurityPolicy } = landingPage();
    return reply
      .headers({ 'content-security-policy': contentSecurityPolicy, 'cross-origin-opener-policy': 'unsafe-none' })
      .type('text/html; charset=utf-8')
      .send(html);
  });
}

function addHealth(app: FastifyInstance, readiness: Readiness, metrics: Metrics): void {
  app.get('/health/live', async () => ({ live: true }));
  app.get('/health/ready', async (_request, reply) => {
    const result = await readiness.check();
    return reply.status(result.ready ? 200 : 503).send(result);
  });
  app.get('/metrics', async (_request, reply) => reply.type(metrics.contentType).send(await metrics.text()));
}

function headersOf(request: FastifyRequest): HeaderMap {
  const headers = new HeaderMap();
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(', ') : value);
  }
  return headers;
}

type CreateContext = (request: FastifyRequest, reply: FastifyReply) => RequestContext;

/** What makes the context of a request out of what lives as long as the process. */
function contextFactory(config: Config, platform: Platform, metrics: Metrics, log: Logger): CreateContext {
  const ids = createIds(config.idSecret);
  const identities = new Identities();
  const { borrowProjectTokens, keyring } = config;
  return (request, reply) => {
    const requestLog = log.child({ requestId: request.id });
    const session = platform.session((attempt) => report(attempt, metrics, requestLog));
    cancelWhenAbandoned(reply, session);
    const present = presenter(config, request);
    const credentials = new Credentials(present, identities, session);
    const loaders = createLoaders({ credentials, identities, session, ids, borrowProjectTokens });
    return {
      requestId: request.id,
      log: requestLog,
      ids,
      credentials,
      identities,
      session,
      loaders,
      borrowProjectTokens,
      isInUse: (token: Secret) => credentials.runsOn(token) || keyring.some((own) => own.equals(token)),
    };
  };
}

/** Where the tokens of a request come from. This is the place for further modes of authentication. */
function presenter({ authMode, keyring }: Config, { headers }: FastifyRequest): () => readonly PresentedToken[] {
  if (authMode === 'open') return () => keyring.map((secret) => ({ secret, oauthProjectId: null }));
  let presented: PresentedToken[] | undefined;
  return () => {
    presented ??= readPresentedTokens(headers);
    return presented;
  };
}

function cancelWhenAbandoned(reply: FastifyReply, session: PlatformSession): void {
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) session.cancel();
  });
}

function report(attempt: AttemptReport, metrics: Metrics, log: Logger): void {
  metrics.countAttempt(attempt);
  const { operation, credential, attempt: number, failure } = attempt;
  const entry = {
    operation: routeOf(operation),
    credential,
    attempt: number,
    milliseconds: Math.round(attempt.milliseconds),
  };
  if (failure) log.warn({ ...entry, err: failure }, 'upstream attempt failed');
  else log.debug(entry, 'upstream attempt');
}
