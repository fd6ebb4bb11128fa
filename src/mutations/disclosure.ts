import { unavailable } from '../errors.ts';
import { toResult } from '../values/result.ts';
import type { Secret } from '../values/secret.ts';
import type { SecretFate } from './auditOutcome.ts';
import type { MutationContext } from './context.ts';
import type { Seal } from './encryption.ts';
import { type IdempotencyRecord, KEPT_MS, noted } from './idempotencyRecord.ts';

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

/** Who gets a secret. */
export interface Recipient {
  /** Null: it goes out in the clear. */
  readonly seal: Seal | null;
  /** Fields that the operation reads beside the new token. A secret whose field is not among them stays to be shown. */
  readonly selected: ReadonlySet<string>;
}

/** Whether the answer holds the secret in the one form that it has. */
export function isAskedFor({ seal, selected }: Recipient): boolean {
  return selected.has(seal ? ('sealedSecret' satisfies keyof Handout) : ('secret' satisfies keyof Handout));
}

/** What the audit log is told of a secret that was there to be shown. */
export function fateOf(recipient: Recipient, isWhollyGiven: boolean): SecretFate {
  if (!isAskedFor(recipient)) return 'NOT_ASKED_FOR';
  return isWhollyGiven ? 'IN_ANSWER' : 'WITHHELD';
}

/**
 * Makes something found the property of one creation, so that no two creations of the same name take each other's for theirs.
 * `subject` is the hash of a token or the id of a project. False when it belongs to another one. Throws `StoreUnavailableError`.
 */
export async function claim({ store }: MutationContext, subject: string, owner: string): Promise<boolean> {
  const key = noteKey(subject);
  if (await store.replace(key, null, pending(owner), KEPT_MS)) return true;
  return isOf(await store.get(key), owner);
}

/** The same for what the platform itself says that the creation made: it wins over whoever has only found it. */
export async function own({ store }: MutationContext, subject: string, owner: string): Promise<void> {
  const key = noteKey(subject);
  for (;;) {
    const note = await store.get(key);
    if (note !== null && (isOf(note, owner) || note.startsWith(SHOWN))) return;
    if (await store.replace(key, note, pending(owner), KEPT_MS)) return;
  }
}

/** Whether it belongs to another creation. Throws `StoreUnavailableError`. */
export async function isOthers({ store }: MutationContext, subject: string, owner: string): Promise<boolean> {
  const note = await store.get(noteKey(subject));
  return note !== null && !isOf(note, owner);
}

/**
 * Whether the creation has a secret that is still to be shown. Only a note that says so is believed: a lost one may have said
 * that it was shown. What cannot be repeated needs none, since the platform has just given it the secret.
 */
export async function mayHandOut(
  context: MutationContext,
  idempotency: IdempotencyRecord,
  tokenHash: string,
): Promise<boolean> {
  if (context.departure.has(settlementName(tokenHash))) return false;
  const note = await noted(idempotency, () => context.store.get(noteKey(tokenHash)));
  return note === pending(idempotency.owner) || (!idempotency.isKept && (note === null || note instanceof Error));
}

/**
 * Hands out the secret, if it was not yet. Null when it was. The note that it was is made as the answer leaves, so that a caller
 * who was cut off before, or did not ask for it, may have it by repeating the request.
 */
export async function handOut(
  context: MutationContext,
  idempotency: IdempotencyRecord,
  tokenHash: string,
  secret: Secret,
  recipient: Recipient,
): Promise<Handout | null> {
  if (!(await mayHandOut(context, idempotency, tokenHash))) return null;
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
      // Without a store, what nobody can repeat goes out all the same.
      if (outcome === false || (outcome instanceof Error && idempotency.isKept)) throw notNoted();
    },
    unsent: async () => {
      if (isNoted) await context.store.replace(key, after, before, KEPT_MS);
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
  if (await store.replace(key, before, after, KEPT_MS)) return true;
  return !isKept && (await store.replace(key, null, after, KEPT_MS));
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
