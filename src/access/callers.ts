import type { IncomingHttpHeaders } from 'node:http';
import { bearerToken } from '../values/bearerToken.ts';
import type { Caller, JwtVerifier } from './jwtVerifier.ts';
import { UNRESTRICTED } from './principal.ts';
import { Refusal } from './refusal.ts';

/**
 * Finds out who sends a request. Without a verifier, callers present tokens of the platform, which decides what they may do. No promise
 * is made where the answer is known.
 */
export function callerOf(
  { authorization }: IncomingHttpHeaders,
  verifier: JwtVerifier | null,
): Caller | Promise<Caller> {
  if (!verifier) return UNRESTRICTED;
  if (authorization === undefined) return new Refusal('MISSING');
  const token = bearerToken(authorization);
  return token === null ? new Refusal('MALFORMED') : verifier.verify(token);
}
