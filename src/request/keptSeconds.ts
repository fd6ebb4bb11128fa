import { KEPT_MS } from '../platform/client/endpoint.ts';
import type { PlatformSession } from '../platform/client/session.ts';

/**
 * Whole seconds for which the facade keeps everything that a request read, at most five. Null below one, without a call, and for a GET: a
 * browser keeps that under its address alone.
 */
export function keptSeconds(method: string, session: Pick<PlatformSession, 'keptUntil'> | undefined): number | null {
  if (method !== 'POST' || !session) return null;
  const { keptUntil } = session;
  if (keptUntil === Number.POSITIVE_INFINITY) return null;
  const milliseconds = Math.min(keptUntil - performance.now(), KEPT_MS.forSeconds);
  return milliseconds < 1_000 ? null : Math.floor(milliseconds / 1_000);
}
