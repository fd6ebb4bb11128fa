import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Level, Logger } from 'pino';
import type { Metrics } from '../observability/metrics.ts';
import { attributesOf, membersOf, type OperationFacts } from '../observability/operationFacts.ts';
import type { SpanRecorder } from '../observability/spans.ts';
import { textMember, WrittenMembers } from '../observability/writtenMembers.ts';
import { type Fault, worstFault } from '../values/errorCodes.ts';
import { GRAPHQL_PATH } from './graphqlPath.ts';

const PROBED = new Set(['/health/live', '/health/ready', '/metrics']);

/** Callers' mistakes are no news. */
const LEVELS: Readonly<Record<Fault, Level>> = { caller: 'info', load: 'warn', platform: 'warn', facade: 'error' };

/** Status of a request whose caller left before the answer, as proxies count it. */
const ABANDONED = 499;

/** Takes a request whose caller left before the answer, which the framework says nothing of. */
export type Abandoned = (request: FastifyRequest, reply: FastifyReply) => void;

/** Writes one line for each request, counts it, and ends its span. */
export function observeRequests(app: FastifyInstance, log: Logger, metrics: Metrics): Abandoned {
  app.decorateRequest('trace', null);
  app.decorateRequest('operation', null);
  app.decorateRequest('turns', null);
  app.addHook('onResponse', (request, reply, done) => {
    const { operation, trace } = request;
    const route = routeOf(request);
    const { elapsedTime } = reply;
    metrics.countRequest(route, reply.statusCode, elapsedTime);
    if (operation) metrics.observeOperation(operation, elapsedTime);
    const level = levelOf(route, operation);
    if (log.isLevelEnabled(level)) log[level](entryOf(request, reply, route), messageOf(request));
    if (trace?.spans) endSpan(trace.spans, request, reply);
    done();
  });
  return (request, reply) => {
    const route = routeOf(request);
    reply.status(ABANDONED);
    metrics.countRequest(route, ABANDONED, reply.elapsedTime);
    log.info(entryOf(request, reply, route, ',"abandoned":true'), messageOf(request));
    if (request.trace?.spans) endSpan(request.trace.spans, request, reply);
  };
}

/** The framework makes a large object of each route that it is asked for. Operations have one. */
function routeOf(request: FastifyRequest): string {
  return request.operation ? GRAPHQL_PATH : (request.routeOptions.url ?? 'none');
}

/** Probes and scrapes come every few seconds and say nothing new. */
function levelOf(route: string, operation: OperationFacts | null): Level {
  if (PROBED.has(route)) return 'debug';
  const fault = operation && worstFault(operation.codes);
  return fault ? LEVELS[fault] : 'info';
}

function messageOf({ operation }: FastifyRequest): string {
  return operation ? 'operation' : 'request';
}

/** Methods and routes are names of HTTP and of ours. */
function entryOf(request: FastifyRequest, reply: FastifyReply, route: string, more = ''): WrittenMembers {
  const { id, method, trace, operation } = request;
  let json = textMember('requestId', id);
  if (trace?.isNamed) json += `,"traceId":"${trace.traceId}"`;
  if (trace && trace.parentId !== null) json += `,"parentSpanId":"${trace.parentId}"`;
  json += `,"method":"${method}","route":"${route}","status":${reply.statusCode}`;
  json += `,"milliseconds":${Math.round(reply.elapsedTime)}`;
  return new WrittenMembers(operation ? json + membersOf(operation) + more : json + more);
}

function endSpan(spans: SpanRecorder, { id, method, operation }: FastifyRequest, reply: FastifyReply): void {
  const { statusCode, elapsedTime } = reply;
  const fault =
    statusCode === ABANDONED ? null : operation ? worstFault(operation.codes) : statusCode >= 500 ? 'facade' : null;
  const attributes = {
    'http.request.method': method,
    'http.route': GRAPHQL_PATH,
    'http.response.status_code': statusCode,
    'geai.request.id': id,
    ...(operation && attributesOf(operation)),
  };
  spans.ended(nameOf(method, operation), elapsedTime, attributes, fault !== null && fault !== 'caller');
}

/** Names of spans are few: the name of an operation is an attribute. */
function nameOf(method: string, operation: OperationFacts | null): string {
  return operation && operation.type !== 'unknown' ? operation.type : `${method} ${GRAPHQL_PATH}`;
}
