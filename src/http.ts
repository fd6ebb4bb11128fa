import { randomBytes } from 'node:crypto';
import type { OutgoingHttpHeader } from 'node:http';
import cors from '@fastify/cors';
import { type FastifyBodyParser, type FastifyInstance, type FastifyReply, type FastifyRequest, fastify } from 'fastify';
import type { Logger } from 'pino';
import { landingPage, SANDBOX_ORIGINS } from './landingPage.ts';
import type { Metrics } from './metrics.ts';
import type { Readiness } from './readiness.ts';
import { SECURITY_HEADERS } from './securityHeaders.ts';

/** Longer than the 15 s for which routers keep idle connections, so that they and not we close them. */
const KEEP_ALIVE_MS = 65_000;

/** For a request to arrive whole, in milliseconds. */
const REQUEST_TIMEOUT_MS = 30_000;
const DRAIN_SWEEP_MS = 100;
const MAX_BODY_BYTES = 1024 * 1024;

/** What answers of the graph are. */
export const JSON_TYPE = 'application/json; charset=utf-8';

/** Where the graph is. */
export const GRAPHQL_PATH = '/graphql';

const PROBED = new Set(['/health/live', '/health/ready', '/metrics']);

/** A request id may be the caller's when it cannot be a token: those have an underscore, a dot, or more characters. */
const REQUEST_ID = /^[A-Za-z0-9-]{1,64}$/;

/** HTTP as every route has it: limits, request ids, headers, the log line, and errors in the form of GraphQL. */
export async function createHttpApp(log: Logger, metrics: Metrics): Promise<FastifyInstance> {
  // Request ids: no two processes, and no two requests of one, have the same.
  const ofProcess = randomBytes(8).toString('hex');
  let requests = 0;
  const app = fastify({
    bodyLimit: MAX_BODY_BYTES,
    keepAliveTimeout: KEEP_ALIVE_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    forceCloseConnections: 'idle',
    // Requests that arrive while closing are answered, with `Connection: close`.
    return503OnClosing: false,
    // A second `Authorization` is then seen, and refused as malformed, instead of being dropped without a word.
    http: { joinDuplicateHeaders: true },
    // What cannot be decoded leads nowhere, by the way that every request takes: headers, log line, GraphQL's form of errors.
    rewriteUrl: ({ url = '/' }) => (!url.includes('%') || isDecodable(url) ? url : '/malformed'),
    requestIdHeader: false,
    genReqId: ({ headers }) => {
      const given = headers['x-request-id'];
      if (typeof given === 'string' && REQUEST_ID.test(given)) return given;
      requests += 1;
      return `${ofProcess}-${requests}`;
    },
  });
  // JSON only: what a form or a script of another site can send without a preflight is refused.
  app.removeAllContentTypeParsers();
  // Bodies go to GraphQL, which takes the members that it knows and no others: the search for poisoned keys would be in vain.
  app.addContentTypeParser(
    'application/json',
    { parseAs: 'string' },
    jsonParser(app.getDefaultJsonParser('ignore', 'ignore')),
  );
  // Hooks of the callback form: a promise for each would be a tenth of the cost of a small request.
  app.addHook('onSend', (request, reply, _payload, done) => {
    // What the route has set stays.
    reply.headers({ ...SECURITY_HEADERS, 'x-request-id': request.id, ...reply.getHeaders() });
    // Draining: callers who keep the connection would keep the process.
    if (!app.server.listening) reply.header('connection', 'close');
    done();
  });
  app.addHook('onResponse', (request, reply, done) => {
    const { url: route = 'none' } = request.routeOptions;
    metrics.countRequest(route, reply.statusCode, reply.elapsedTime);
    const milliseconds = Math.round(reply.elapsedTime);
    // Probes and scrapes come every few seconds and say nothing new.
    const level = PROBED.has(route) ? 'debug' : 'info';
    log[level](
      { requestId: request.id, method: request.method, route, status: reply.statusCode, milliseconds },
      'request',
    );
    done();
  });
  app.setNotFoundHandler((request, reply) => {
    if (pathOf(request) !== GRAPHQL_PATH)
      return reply.status(404).send(problem(request, 'There is nothing at this path.'));
    return reply
      .status(405)
      .header('allow', 'GET, POST')
      .send(problem(request, 'This path takes GET and POST.', 405));
  });
  app.setErrorHandler((error: Error & { statusCode?: number }, request, reply) => {
    const status = error.statusCode ?? 500;
    if (status >= 500) log.error({ requestId: request.id, err: error }, 'unforeseen failure');
    reply
      .status(status)
      .send(problem(request, status >= 500 ? 'Something went wrong on our side.' : error.message, status));
  });
  return app;
}

const PLAIN_HEADERS: readonly OutgoingHttpHeader[] = [
  ...Object.entries(SECURITY_HEADERS).flat(),
  'content-type',
  JSON_TYPE,
];

/**
 * Sends a text of JSON as `reply.send` would, with status 200 and the headers that every answer has, but past hooks and serialisers:
 * they cost a tenth of a small answer. The log line and the metrics are not left out.
 */
export function sendJson(reply: FastifyReply, text: string): void {
  reply.hijack();
  const headers: OutgoingHttpHeader[] = [
    ...PLAIN_HEADERS,
    'x-request-id',
    reply.request.id,
    'content-length',
    Buffer.byteLength(text),
  ];
  // Those of CORS.
  for (const [name, value = ''] of Object.entries(reply.getHeaders())) headers.push(name, value);
  if (!reply.server.server.listening) headers.push('connection', 'close');
  reply.raw.writeHead(200, headers);
  reply.raw.end(text);
}

/** Parses as the library does, whose way of telling what is wrong it keeps. It searches each text before, for what cannot hurt here. */
function jsonParser(byDefault: FastifyBodyParser<string>): FastifyBodyParser<string> {
  return (request, text, done) => {
    let body: unknown;
    try {
      body = JSON.parse(text);
    } catch {
      byDefault(request, text, done);
      return;
    }
    done(null, body);
  };
}

/**
 * Stops taking requests and lets those under way finish. A connection that has just been answered may not count as idle
 * when the server looks for idle ones to close, so it looks again until none is left.
 */
export async function drain(app: FastifyInstance): Promise<void> {
  const sweep = setInterval(() => app.server.closeIdleConnections(), DRAIN_SWEEP_MS);
  try {
    await app.close();
  } finally {
    clearInterval(sweep);
  }
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

/** A failure outside GraphQL, in the form that GraphQL clients know. */
function problem(request: FastifyRequest, message: string, status = 404): object {
  const code = status >= 500 ? 'INTERNAL_SERVER_ERROR' : 'BAD_REQUEST';
  return { errors: [{ message, extensions: { code, retryable: false, requestId: request.id } }] };
}

/** The page at `/`, and what the Sandbox of Apollo's own site needs to reach this server from a browser. */
export async function allowExplorer(app: FastifyInstance): Promise<void> {
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

/** `live`: the process runs. `ready`: it can do its work. `metrics`: what it counts. */
export function addHealth(app: FastifyInstance, readiness: Readiness, metrics: Metrics): void {
  app.get('/health/live', async () => ({ live: true }));
  app.get('/health/ready', async (_request, reply) => {
    const result = await readiness.check();
    return reply.status(result.ready ? 200 : 503).send(result);
  });
  app.get('/metrics', async (_request, reply) => reply.type(metrics.contentType).send(await metrics.text()));
}
