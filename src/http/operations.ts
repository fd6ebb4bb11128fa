import type { OutgoingHttpHeader, ServerResponse } from 'node:http';
import type { FastifyReply, FastifyRequest, onRequestHookHandler, RouteShorthandOptions } from 'fastify';
import type { Caller } from '../access/jwtVerifier.ts';
import { Refusal } from '../access/refusal.ts';
import { type AnswerPiece, PIECE } from '../graphql/answerText.ts';
import type { ApolloAnswer } from '../graphql/apolloHttp.ts';
import type { FastAnswer } from '../graphql/fastAnswer.ts';
import type { GraphqlServer } from '../graphql/graphqlServer.ts';
import type { Tracing } from '../observability/tracing.ts';
import { AT_ONCE, type Pacer } from '../platform/client/pacer.ts';
import { RequestContext } from '../request/context.ts';
import type { Services } from '../request/services.ts';
import type { HttpApp, HttpTimes } from './app.ts';
import type { FrontDoor } from './frontDoor.ts';
import { GRAPHQL_PATH } from './graphqlPath.ts';
import { answerStream, LARGE_ANSWER, writeLarge } from './largeAnswer.ts';
import { SECURITY_HEADERS } from './securityHeaders.ts';
import { boundWriting } from './slowReaders.ts';

const MEGABYTE = 1024 * 1024;

/** Adds the route that operations come by. */
export function addOperations(
  http: HttpApp,
  graphql: GraphqlServer,
  frontDoor: FrontDoor,
  services: Services,
  times: HttpTimes,
): void {
  const { metrics, tracing } = services;
  http.app.server.on('connection', () => services.gate.connect());
  const gate = frontDoor.routerGate(metrics.countUnproven);
  const hooks = { ...gate, onRequest: [traced(tracing), ...(gate.onRequest ? [gate.onRequest] : [])] };
  const answerTo = (request: FastifyRequest, reply: FastifyReply, caller: Caller) => {
    if (caller instanceof Refusal) metrics.countRefusedCaller(caller.reason);
    const context = new RequestContext(services, request, reply, caller);
    request.turns = context.admission;
    return graphql.answer(request, context);
  };
  addGraphqlRoute(http, hooks, largeAnswers(services, times), (request, reply) => {
    const caller = frontDoor.callerOf(request.headers);
    // A promise costs what a small request is to save.
    return caller instanceof Promise
      ? caller.then((identified) => answerTo(request, reply, identified))
      : answerTo(request, reply, caller);
  });
}

/** Answer of a request, as text. */
type Answering = (request: FastifyRequest, reply: FastifyReply) => Promise<FastAnswer | ApolloAnswer>;

/** Adds GraphQL over HTTP, whoever answers. `holdLarge` hears of large answers on their way. */
export function addGraphqlRoute(
  { app, connections, abandoned }: HttpApp,
  hooks: Pick<RouteShorthandOptions, 'onRequest' | 'preHandler'>,
  holdLarge: (bytes: number, answer: ServerResponse) => void,
  answering: Answering,
): void {
  app.route({
    ...hooks,
    method: ['GET', 'POST'],
    url: GRAPHQL_PATH,
    handler: async (request, reply) => {
      const answer = await answering(request, reply);
      const { body } = answer;
      const length = typeof body === 'string' ? body.length : bytesIn(body);
      const hasLeft = reply.raw.destroyed;
      if (hasLeft) abandoned(request, reply);
      else if (length > LARGE_ANSWER) holdLarge(length, reply.raw);
      if (answer.kind === 'fast') return sendFast(reply, answer, connections.isDraining);
      for (const [name, value] of answer.headers) reply.header(name, value);
      reply.status(answer.status);
      if (length <= PIECE || hasLeft) return answer.body;
      reply.header('content-length', Buffer.byteLength(answer.body));
      return answerStream(answer.body, turnsOf(request));
    },
  });
}

function traced(tracing: Tracing): onRequestHookHandler {
  return (request, _reply, done) => {
    request.trace = tracing.begin(request.headers);
    done();
  };
}

/** Counts large answers on their way, and ends those whose callers are slow. */
function largeAnswers({ gate }: Services, times: HttpTimes): (bytes: number, answer: ServerResponse) => void {
  return (bytes, answer) => {
    gate.hold(bytes, answer);
    boundWriting(answer, times.write + (bytes / MEGABYTE) * times.writeMegabyte);
  };
}

const PLAIN_HEADERS: readonly OutgoingHttpHeader[] = Object.entries(SECURITY_HEADERS).flat();
const { 'cache-control': _noStore, ...OTHERS } = SECURITY_HEADERS;
const KEEPABLE_HEADERS: readonly OutgoingHttpHeader[] = Object.entries(OTHERS).flat();

/**
 * Sends an answer as `reply.send` would, with the common headers, but past hooks and serialisers. Both would
 * cost a tenth of a small answer. Writes the log line and the metrics too. `isLast`: the connection ends with it.
 */
function sendFast(reply: FastifyReply, { status, headers: own, body }: FastAnswer, isLast: boolean): void {
  reply.hijack();
  const headers: OutgoingHttpHeader[] = [
    ...(own.has('cache-control') ? KEEPABLE_HEADERS : PLAIN_HEADERS),
    'x-request-id',
    reply.request.id,
    'content-length',
    typeof body === 'string' ? Buffer.byteLength(body) : bytesIn(body),
  ];
  for (const [name, value] of own) headers.push(name, value);
  // Headers of CORS.
  for (const [name, value = ''] of Object.entries(reply.getHeaders())) headers.push(name, value);
  if (isLast) headers.push('connection', 'close');
  reply.raw.writeHead(status, headers);
  if (typeof body === 'string') reply.raw.end(body);
  else void writeLarge(reply.raw, body, turnsOf(reply.request));
}

function bytesIn(pieces: readonly AnswerPiece[]): number {
  return pieces.reduce((sum, { length }) => sum + length, 0);
}

function turnsOf({ turns }: FastifyRequest): Pacer {
  return turns ?? AT_ONCE;
}
