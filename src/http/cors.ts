import cors from '@fastify/cors';
import type { FastifyInstance } from 'fastify';
import type { OriginRule } from '../config/origins.ts';

/** Time for which a browser need not ask again. Seconds. */
const MAX_AGE = 3_600;

/** Headers of answers that pages of other origins may read. */
const EXPOSED = ['x-request-id', 'retry-after'];

/**
 * Lets pages of some origins send any header and read answers. Credentials are headers here, so cookies are never allowed.
 * A refused origin gets no header of CORS; its preflight is answered as any unknown method.
 */
export async function allowOrigins(app: FastifyInstance, isAllowed: OriginRule): Promise<void> {
  app.addHook('onRequest', ({ headers }, reply, done) => {
    const { origin, 'access-control-request-private-network': asks } = headers;
    if (asks === 'true' && origin !== undefined && isAllowed(origin)) {
      reply.header('access-control-allow-private-network', 'true');
    }
    done();
  });
  await app.register(cors, {
    origin: (origin, answer) => answer(null, origin !== undefined && isAllowed(origin) && origin),
    methods: ['GET', 'POST'],
    exposedHeaders: EXPOSED,
    maxAge: MAX_AGE,
  });
}
