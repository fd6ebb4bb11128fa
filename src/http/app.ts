import { randomBytes } from 'node:crypto';
import { type FastifyInstance, type FastifyRequest, fastify } from 'fastify';
import type { Logger } from 'pino';
import type { Metrics } from '../observability/metrics.ts';
import { bodyParser, MAX_BODY_BYTES } from './body.ts';
import { Connections } from './connections.ts';
import { errorBody } from './errorBody.ts';
import { GRAPHQL_PATH } from './graphqlPath.ts';
import { answerParserErrors } from './parserErrors.ts';
import { type Abandoned, observeRequests } from './requestLog.ts';
import { SECURITY_HEADERS } from './securityHeaders.ts';

/** Longer than the 15 s for which routers keep idle connections, so that they and not we close them. */
const KEEP_ALIVE_MS = 65_000;

/** Timeouts of HTTP in milliseconds. */
export interface HttpTimes {
  /** For a request to arrive whole. */
  readonly request: number;
  /** Interval of checking requests for that. */
  readonly check: number;
  /** For a caller to take a large answer: some in any case, and more for each megabyte. */
  readonly write: number;
  readonly writeMegabyte: number;
  /** Silence after which a connection counts as unused when the server drains. */
  readonly quiet: number;
}

export const HTTP_TIMES: HttpTimes = { request: 30_000, check: 1_000, write: 10_000, writeMegabyte: 4_000, quiet: 500 };

/** A caller's request id is used if it cannot be a token: those have an underscore, a dot, or more characters. */
const REQUEST_ID = /^[A-Za-z0-9-]{1,64}$/;

/** HTTP as every route has it, and what routes need to know of it. */
export interface HttpApp {
  readonly app: FastifyInstance;
  readonly connections: Connections;
  readonly abandoned: Abandoned;
}

/** HTTP with limits, request ids, headers, the log line, and errors in the form of GraphQL. */
export function createHttpApp(log: Logger, metrics: Metrics, times: HttpTimes): HttpApp {
  const newRequestId = requestIds();
  const app = openApp(newRequestId, times);
  const connections = new Connections(app.server);
  answerParserErrors(app.server, log, newRequestId);
  // JSON only: what a form or a script of another site can send without a preflight is refused.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'buffer', bodyLimit: MAX_BODY_BYTES }, bodyParser());
  refuseWithoutHost(app);
  addHeaders(app, connections);
  const abandoned = observeRequests(app, log, metrics);
  refuseUnknownPaths(app);
  answerErrors(app, log, abandoned);
  return { app, connections, abandoned };
}

function openApp(newRequestId: () => string, times: HttpTimes): FastifyInstance {
  return fastify({
    keepAliveTimeout: KEEP_ALIVE_MS,
    requestTimeout: times.request,
    // Requests that arrive while closing are answered, with `Connection: close`.
    return503OnClosing: false,
    http: {
      // A second `Authorization` is then seen, and refused as malformed, instead of being dropped without a word.
      joinDuplicateHeaders: true,
      requestTimeout: times.request,
      // Node takes the lower of the two for the headers, and the higher for the whole: with its 60 s that would be the bound.
      headersTimeout: times.request,
      connectionsCheckingInterval: times.check,
      // Node's own answer to a request without a host has no form.
      requireHostHeader: false,
    },
    // A path that cannot be decoded goes the way of every request: headers, log line, GraphQL's form of errors.
    rewriteUrl: ({ url = '/' }) => (!url.includes('%') || isDecodable(url) ? url : '/malformed'),
    requestIdHeader: false,
    genReqId: ({ headers }) => {
      const given = headers['x-request-id'];
      return typeof given === 'string' && REQUEST_ID.test(given) ? given : newRequestId();
    },
  });
}

function refuseWithoutHost(app: FastifyInstance): void {
  app.addHook('onRequest', (request, reply, done) => {
    if (request.headers.host !== undefined || request.raw.httpVersionMinor === 0) return done();
    reply.status(400).send(errorBody(request.id, 'The request names no host.', 400));
  });
}

/** Hooks of the callback form: a promise for each would be a tenth of the cost of a small request. */
function addHeaders(app: FastifyInstance, connections: Connections): void {
  app.addHook('onSend', (request, reply, _payload, done) => {
    // Headers of the route stay.
    reply.headers({ ...SECURITY_HEADERS, 'x-request-id': request.id, ...reply.getHeaders() });
    // Draining: callers who keep the connection would keep the process.
    if (connections.isDraining) reply.header('connection', 'close');
    done();
  });
}

function refuseUnknownPaths(app: FastifyInstance): void {
  app.setNotFoundHandler((request, reply) => {
    if (pathOf(request) !== GRAPHQL_PATH)
      return reply.status(404).send(errorBody(request.id, 'No resource has this path.', 404));
    return reply
      .status(405)
      .header('allow', 'GET, POST')
      .send(errorBody(request.id, 'This path takes GET and POST.', 405));
  });
}

function answerErrors(app: FastifyInstance, log: Logger, abandoned: Abandoned): void {
  app.setErrorHandler((error: Error & { statusCode?: number; code?: string }, request, reply) => {
    // A large answer, of which nothing was written when its caller left.
    if (reply.raw.destroyed) {
      abandoned(request, reply);
      reply.hijack();
      return;
    }
    const status = error.statusCode ?? 500;
    const isOurs = status >= 500;
    if (isOurs) log.error({ requestId: request.id, err: error }, 'unforeseen failure');
    reply.status(status).send(errorBody(request.id, isOurs ? 'Internal error.' : messageOf(error), status));
  });
}

/** The framework does not say what it takes. */
function messageOf({ code, message }: Error & { readonly code?: string }): string {
  return code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE' ? 'The body takes `content-type: application/json`.' : message;
}

/** Request ids: no two processes, and no two requests of one, have the same. */
function requestIds(): () => string {
  const ofProcess = randomBytes(8).toString('hex');
  let requests = 0;
  return () => {
    requests += 1;
    return `${ofProcess}-${requests}`;
  };
}

function isDecodable(url: string): boolean {
  try {
    decodeURI(url);
    return true;
  } catch {
    return false;
  }
}

function pathOf({ url }: FastifyRequest): string {
  return url.split('?', 1)[0] ?? '';
}
