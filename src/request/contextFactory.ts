import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Caller } from '../access/jwtVerifier.ts';
import { createIds } from '../values/ids.ts';
import { RequestContext, type Shared } from './context.ts';

/** Factory of the context of a request, from the services of the process. */
export function contextFactory(
  services: Omit<Shared, 'ids' | 'keyring'>,
): (request: FastifyRequest, reply: FastifyReply, caller: Caller) => RequestContext {
  const { config, introspection } = services;
  const shared: Shared = {
    ...services,
    ids: createIds(config.idSecret, config.formerIdSecret),
    keyring: config.authMode === 'passthrough' ? null : config.keyring.map((secret) => introspection.marked(secret)),
  };
  return (request, reply, caller) => new RequestContext(shared, request, reply, caller);
}
