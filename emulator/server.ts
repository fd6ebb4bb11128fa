import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { deliver } from './answers.ts';
import { routeName } from './call.ts';
import { failureAnswer, type Machine, serve, type Target } from './exchange.ts';
import { PlatformFailure } from './failures.ts';
import { ROUTES } from './routes/routes.ts';

/** Longer than any token id; what is longer still is no endpoint. */
const MAX_PATH_PART = 500;

/** Names that counts and faults use for the routes. */
export const ROUTE_NAMES: ReadonlySet<string> = new Set(ROUTES.map(routeName));

const TEMPLATES = [...new Set(ROUTES.map(({ path }) => path))].map((path) => ({
  path,
  pattern: new RegExp(`^${path.replace(/\{\w+\}/g, '[^/]+')}$`),
}));

/** The HTTP server of a machine; it does not listen yet. */
export function createServer(machine: Machine): FastifyInstance {
  const app = Fastify({
    // HEAD and OPTIONS are wrong verbs here, not gifts of the framework.
    exposeHeadRoutes: false,
    forceCloseConnections: true,
    routerOptions: { maxParamLength: MAX_PATH_PART },
    frameworkErrors: (_error, request, reply) => void missed(machine, request, reply),
  });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body));
  for (const route of ROUTES) {
    const url = route.path.replace(/\{(\w+)\}/g, ':$1');
    app.route({ method: route.method, url, handler: (request, reply) => serve(machine, route, request, reply) });
  }
  app.setNotFoundHandler((request, reply) => missed(machine, request, reply));
  app.setErrorHandler((error, _request, reply) => {
    const failure = isTooLarge(error) ? new PlatformFailure(413) : error;
    deliver(reply, failureAnswer(machine.settings, failure), undefined);
  });
  return app;
}

/** A known path with another verb is 405, everything else is a bad endpoint (section 6). */
function missed(machine: Machine, request: FastifyRequest, reply: FastifyReply) {
  const [path = ''] = request.url.split('?', 1);
  const template = TEMPLATES.find(({ pattern }) => pattern.test(path));
  const isBadVerb = template !== undefined && !ROUTE_NAMES.has(`${request.method} ${template.path}`);
  const target: Target = isBadVerb
    ? { name: `${request.method} ${template.path}`, failure: 405 }
    : { name: `${request.method} *`, failure: 404 };
  return serve(machine, target, request, reply);
}

function isTooLarge(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'FST_ERR_CTP_BODY_TOO_LARGE';
}
