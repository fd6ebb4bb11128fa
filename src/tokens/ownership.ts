import { createHash } from 'node:crypto';
import type { RequestContext } from '../context.ts';
import type { Secret } from '../secret.ts';
import { settle } from '../settle.ts';
import { KEPT_MS } from './journal.ts';
import type { Seal } from './sealing.ts';

/** The one time that a secret leaves: clear, or sealed for the holder of a key. Both null when it does not. */
export interface Handout {
  readonly secret: Secret | null;
  readonly sealedSecret: string | null;
}

export const NO_HANDOUT: Handout = { secret: null, sealedSecret: null };

/** Whether the secret is in it, in either form. */
export function isGiven({ secret, sealedSecret }: Handout): boolean {
  return secret !== null || sealedSecret !== null;
}

/**
 * Makes a new token the property of one creation, so that no two creations of the same name take each other's token for
 * theirs. False when it belongs to another one. Throws `StateUnavailableError`.
 */
export async function claim({ state }: RequestContext, mark: string, owner: string): Promise<boolean> {
  const name = ownerKey(mark);
  return (
    (await state.setIfAbsent(name, fingerprintOf(owner), KEPT_MS)) || (await state.get(name)) === fingerprintOf(owner)
  );
}

/** Whether another creation owns the token. Throws `StateUnavailableError`. */
export async function isOthers({ state }: RequestContext, mark: string, owner: string): Promise<boolean> {
  const current = await state.get(ownerKey(mark));
  return current !== null && current !== fingerprintOf(owner);
}

/**
 * Hands out the secret, if it was not yet. Null when it was. Nobody is given anything, and nothing is noted, when the caller
 * went away: a repetition may have it. Without a store the secret goes out as well, since the platform has just given it.
 */
export async function handOut(
  context: RequestContext,
  mark: string,
  secret: Secret,
  seal: Seal | null,
): Promise<Handout | null> {
  if (context.session.isAbandoned) return NO_HANDOUT;
  const handout = seal ? { secret: null, sealedSecret: await seal(secret) } : { secret, sealedSecret: null };
  const isFirst = await settle(() => context.state.setIfAbsent(`handout ${mark}`, 'handed out', KEPT_MS));
  return isFirst === false ? null : handout;
}

/** Whether the secret went out before. Throws `StateUnavailableError`. */
export async function wasHandedOut({ state }: RequestContext, mark: string): Promise<boolean> {
  return (await state.get(`handout ${mark}`)) !== null;
}

function ownerKey(mark: string): string {
  return `owner ${mark}`;
}

/** Names of journals hold what callers choose: of those the store gets to see a hash. */
function fingerprintOf(owner: string): string {
  return createHash('sha256').update(owner).digest('base64url');
}
