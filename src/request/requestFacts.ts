import type { FastifyRequest } from 'fastify';
import type { Caller } from '../access/jwtVerifier.ts';
import { Refusal } from '../access/refusal.ts';
import type { Credentials } from '../credentials/credentials.ts';
import { clientNameOf } from '../observability/clientName.ts';
import type { CallTotals, OperationFacts } from '../observability/operationFacts.ts';
import type { Trace } from '../observability/trace.ts';
import type { Pacer } from '../platform/client/pacer.ts';
import type { PlatformSession } from '../platform/client/session.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Trace of a request for an operation. */
    trace: Trace | null;
    /** Facts about the operation that the request was for, once it was answered. */
    operation: OperationFacts | null;
    /** Turns of the event loop that its work takes. */
    turns: Pacer | null;
  }
}

/** Facts about a request, whatever the operation. */
export type RequestFacts = Pick<OperationFacts, 'client' | 'caller' | 'refusal' | 'calls'>;

interface Parts {
  readonly caller: Caller;
  /** Null if the hash of a token is not worth its cost. */
  readonly credentials: Credentials | null;
  /** Undefined if nothing was asked of the platform. */
  readonly session: PlatformSession | undefined;
}

const NO_CALLS: CallTotals = { made: 0, coalesced: 0, remembered: 0, withheld: 0 };

export function requestFacts({ headers }: FastifyRequest, { caller, credentials, session }: Parts): RequestFacts {
  const client = clientNameOf(headers);
  const calls = session?.callCounts.totals ?? NO_CALLS;
  if (caller instanceof Refusal) return { client, caller: null, refusal: caller.reason, calls };
  return { client, caller: caller.subject ?? credentials?.firstFingerprint() ?? null, refusal: null, calls };
}
