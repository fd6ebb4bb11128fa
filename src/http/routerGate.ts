import type { FastifyReply, FastifyRequest } from 'fastify';
import type { RouterProof } from '../access/routerProof.ts';
import { isJsonObject, parseJson } from '../values/json.ts';
import { errorBody } from './errorBody.ts';

type Hook = (request: FastifyRequest, reply: FastifyReply, done: () => void) => void;

export interface GateHooks {
  readonly onRequest?: Hook;
  readonly preHandler?: Hook;
}

/** Hooks of a route that takes requests of the router alone; `refused` hears of all others. A proof that needs no body is checked before it is read. */
export function routerGate(proof: RouterProof | null, refused: () => void): GateHooks {
  if (!proof) return {};
  if (proof.kind === 'header') return { onRequest: gate(({ headers }) => proof.isInHeaders(headers), refused) };
  return { preHandler: gate((request) => proof.isSigned(paramsOf(request)), refused) };
}

function gate(isProven: (request: FastifyRequest) => boolean, refused: () => void): Hook {
  return (request, reply, done) => {
    if (isProven(request)) return done();
    refused();
    const refusal = errorBody(request.id, 'This server takes requests that come through its router.', 403);
    // The rest of the connection is not read.
    reply.status(403).header('connection', 'close').send(refusal);
  };
}

/** Parameters of an operation, from the body or the query of the address. Empty if it has none that can be told. */
function paramsOf({ method, url, body }: FastifyRequest): Readonly<Record<string, unknown>> {
  if (method !== 'GET') return isJsonObject(body) ? body : {};
  const search = new URLSearchParams(url.slice(url.indexOf('?') + 1));
  const [query, ...others] = search.getAll('query');
  if (others.length > 0) return {};
  return {
    query,
    variables: parseJson(search.get('variables') ?? ''),
    extensions: parseJson(search.get('extensions') ?? ''),
  };
}
