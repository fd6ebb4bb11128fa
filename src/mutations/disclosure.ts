import { unavailable } from '../errors.ts';
import { toResult } from '../values/result.ts';
import type { Secret } from '../values/secret.ts';
import type { SecretDelivery } from './auditOutcome.ts';
import type { MutationContext } from './context.ts';
import type { Seal } from './encryption.ts';
import { type IdempotencyRecord, noted, RECORD_KEPT_MS } from './idempotencyRecord.ts';

/** Secret as it is returned: in clear text or sealed. Both null if it is not returned. */
export interface Handout {
  readonly secret: Secret | null;
  readonly sealedSecret: string | null;
}

export const NO_HANDOUT: Handout = { secret: null, sealedSecret: null };

/** True if either form of the secret is returned. */
function isGiven({ secret, sealedSecret }: Handout): boolean {
  return secret !== null || sealedSecret !== null;
}

/** Recipient of a secret. */
export interface Recipient {
  /** Null for clear text. */
  readonly seal: Seal | null;
  /** Fields that the operation selects beside the new token. A secret that is not selected can be returned later. */
  readonly selected: ReadonlySet<string>;
}

/** True if the operation selects the field of the form that the secret has. */
function isAskedFor({ seal, selected }: Recipient): boolean {
  return selected.has(seal ? ('sealedSecret' satisfies keyof Handout) : ('secret' satisfies keyof Handout));
}

/** State of the secrets for the audit log. `isAll` is false if there are others, which cannot be returned. */
export function deliveryOf(recipient: Recipient, handouts: readonly Handout[], isAll = true): SecretDelivery {
  if (!isAskedFor(recipient)) return 'NOT_ASKED_FOR';
  if (!handouts.some(isGiven)) return 'WITHHELD';
  return isAll && handouts.every(isGiven) ? 'IN_ANSWER' : 'PARTLY_IN_ANSWER';
}

/**
 * Claims a found token, project or organization for one creation, so that two creations of one name cannot share it. `subject` is the
 * hash of the token, or the id. Returns false if it belongs to another creation. Throws `StoreUnavailableError`.
 */
export async function claim({ store }: MutationContext, subject: string, owner: string): Promise<boolean> {
  const key = noteKey(subject);
  if (await store.replace(key, null, pending(owner), RECORD_KEPT_MS)) return true;
  return isOf(await store.get(key), owner);
}

/**
 * Claims what the platform itself returned. Such a claim replaces that of a creation that only found it. Throws
 * `StoreUnavailableError`.
 */
export async function own({ store }: MutationContext, subject: string, owner: string): Promise<void> {
  const key = noteKey(subject);
  for (;;) {
    const note = await store.get(key);
    if (note !== null && (isOf(note, owner) || note.startsWith(SHOWN))) return;
    if (await store.replace(key, note, pending(owner), RECORD_KEPT_MS)) return;
  }
}

/** True if the subject belongs to another creation. Throws `StoreUnavailableError`. */
export async function isOthers({ store }: MutationContext, subject: string, owner: string): Promise<boolean> {
  const note = await store.get(noteKey(subject));
  return note !== null && !isOf(note, owner);
}

/** Creation that returns a secret, and to whom. */
export interface Disclosing {
  readonly context: MutationContext;
  readonly idempotency: IdempotencyRecord;
  readonly recipient: Recipient;
}

/**
 * True if the secret can still be returned. Only a note that says so counts: a lost note may have said that it was returned. A
 * creation that cannot be repeated needs no note.
 */
export async function mayHandOut(
  { context, idempotency }: Omit<Disclosing, 'recipient'>,
  tokenHash: string,
): Promise<boolean> {
  if (context.departure.has(settlementName(tokenHash))) return false;
  const note = await noted(idempotency, () => context.store.get(noteKey(tokenHash)));
  return note === pending(idempotency.owner) || (!idempotency.isKept && (note === null || note instanceof Error));
}

/**
 * Returns the secret once; null if it was disclosed. The disclosure is noted as the answer leaves. A caller who was cut off, or
 * did not select the secret, gets it by repeating the request.
 */
export async function handOut(disclosing: Disclosing, tokenHash: string, secret: Secret): Promise<Handout | null> {
  return (await mayHandOut(disclosing, tokenHash)) ? give(disclosing, tokenHash, secret) : null;
}

/**
 * Returns a secret of which `mayHandOut` is true. Asks the store nothing. The note is made as the answer leaves, also as one that
 * an error has taken the place of.
 */
export async function give(disclosing: Disclosing, tokenHash: string, secret: Secret): Promise<Handout> {
  const { context, idempotency, recipient } = disclosing;
  if (context.session.isAbandoned || !isAskedFor(recipient)) return NO_HANDOUT;
  const { seal } = recipient;
  const handout = seal ? { secret: null, sealedSecret: await seal(secret) } : { secret, sealedSecret: null };
  let isNoted = false;
  const key = noteKey(tokenHash);
  const [before, after] = [pending(idempotency.owner), SHOWN + idempotency.owner];
  context.departure.add({
    name: settlementName(tokenHash),
    beforeSending: async () => {
      const outcome = await toResult(() => noteShown(context, key, idempotency, before, after));
      isNoted = outcome === true;
      // Without a store, the secret of a creation that cannot be repeated is returned all the same.
      if (outcome === false || (outcome instanceof Error && idempotency.isKept)) throw notNoted();
    },
    unsent: async () => {
      if (isNoted) await context.store.replace(key, after, before, RECORD_KEPT_MS);
      isNoted = false;
    },
  });
  return handout;
}

async function noteShown(
  { store }: MutationContext,
  key: string,
  { isKept }: IdempotencyRecord,
  before: string,
  after: string,
): Promise<boolean> {
  if (await store.replace(key, before, after, RECORD_KEPT_MS)) return true;
  return !isKept && (await store.replace(key, null, after, RECORD_KEPT_MS));
}

function notNoted(): Error {
  return unavailable(
    'STATE_UNAVAILABLE',
    'The creation is done, but the disclosure of its secret cannot be recorded, so the secret is not returned. Repeat the request as it is.',
  );
}

const SHOWN = 'shown ';

function pending(owner: string): string {
  return `pending ${owner}`;
}

function isOf(note: string | null, owner: string): boolean {
  return note?.endsWith(` ${owner}`) === true;
}

function noteKey(subject: string): string {
  return `creation ${subject}`;
}

function settlementName(tokenHash: string): string {
  return `secret ${tokenHash}`;
}
