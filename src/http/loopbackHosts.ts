import type { FastifyInstance } from 'fastify';
import { isLoopback } from '../config.ts';
import { errorBody } from './errorBody.ts';

/**
 * Refuses requests for another host than this machine, with 403. A page can let its own name lead to loopback.
 * Browsers would take the facade for a part of that page.
 */
export function takeLoopbackHostsOnly(app: FastifyInstance): void {
  app.addHook('onRequest', (request, reply, done) => {
    const { host } = request.headers;
    if (host === undefined || isLoopback(hostnameOf(host))) return done();
    reply.status(403).send(errorBody(request.id, 'With AUTH_MODE=open, only hosts of this machine are answered.', 403));
  });
}

/** The name without port and brackets; empty if it is none. */
function hostnameOf(host: string): string {
  return URL.parse(`http://${host}`)?.hostname.replace(/^\[|\]$/g, '') ?? '';
}
