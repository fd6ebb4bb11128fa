import { timingSafeEqual } from 'node:crypto';
import type { Ids } from '../../values/ids.ts';
import { CHANGES_KNOWN_MS } from '../changeNotes.ts';

/** What a token is to a plan: to be changed, as wanted already, or to be left alone for another reason. */
export type PlannedAction = 'due' | 'done' | 'out';

/** A token that was named or matched. `key` is its project and hash: it tells the token apart, and nothing of its secret. */
export interface PlanToken {
  readonly key: string;
  readonly plannedAction: PlannedAction;
}

/** What a plan is for: it is of no use to another mutation, or with another selection. */
export interface Purpose {
  readonly action: string;
  /** The selection in one canonical form. */
  readonly scope: string;
}

/** A plan as its id tells it. */
export interface Plan {
  /** Before anything was read for it, milliseconds since 1970. */
  readonly madeAt: number;
  /** Hash of its tokens, 16 bytes. */
  readonly digest: Buffer;
  readonly size: number;
  /** One bit a token, in the order of their keys: whether the plan changes it. */
  readonly dueBits: Buffer;
}

const VERSION = 2;
const TIME_BYTES = 6;
const HASH_BYTES = 16;
const TIME_AT = 1 + 4;
const DIGEST_AT = TIME_AT + TIME_BYTES;
const SEAL_AT = DIGEST_AT + HASH_BYTES;
const HEADER_BYTES = SEAL_AT + HASH_BYTES;

/** For how long a plan may be carried out. Changes are known as long (`noteChanges`), so that none is missed. */
export const PLAN_LIFE_MS = CHANGES_KNOWN_MS;

/**
 * The id of a plan says everything that must be known of it later, so that nothing is kept: when it was made, how many tokens it
 * has, which of them it changes, a keyed hash of who they are, and one of all of it with its purpose (docs/decisions/12). Ten thousand
 * tokens make 1.7 kB of text. `~` stands for `_`, so that no part of it looks like a token.
 */
export function writePlanId(ids: Ids, purpose: Purpose, plan: Plan): string {
  const figures = Buffer.alloc(DIGEST_AT);
  figures.writeUInt8(VERSION);
  figures.writeUInt32BE(plan.size, 1);
  figures.writeUIntBE(plan.madeAt, TIME_AT, TIME_BYTES);
  const bytes = Buffer.concat([figures, plan.digest, seal(ids, purpose, plan), plan.dueBits]);
  return bytes.toString('base64url').replaceAll('_', '~');
}

/** Null when the text is not the id of a plan that was made here for this purpose. */
export function readPlanId(ids: Ids, purpose: Purpose, text: string): Plan | null {
  const bytes = Buffer.from(text.replaceAll('~', '_'), 'base64url');
  // Comparing with the encoding refuses everything that a lenient decoder lets through.
  const isWhole = bytes.toString('base64url').replaceAll('_', '~') === text && bytes.length >= HEADER_BYTES;
  if (!isWhole || bytes[0] !== VERSION) return null;
  const size = bytes.readUInt32BE(1);
  const madeAt = bytes.readUIntBE(TIME_AT, TIME_BYTES);
  const digest = bytes.subarray(DIGEST_AT, SEAL_AT);
  const plan = { madeAt, size, digest, dueBits: bytes.subarray(HEADER_BYTES) };
  const isOurs = timingSafeEqual(bytes.subarray(SEAL_AT, HEADER_BYTES), seal(ids, purpose, plan));
  return isOurs && plan.dueBits.length === Math.ceil(size / 8) ? plan : null;
}

/** The plan for what is there now. */
export function planOf(ids: Ids, tokens: readonly PlanToken[], madeAt: number): Plan {
  const ordered = inOrder(tokens);
  const dueBits = Buffer.alloc(Math.ceil(ordered.length / 8));
  ordered.forEach(({ plannedAction }, index) => {
    if (plannedAction === 'due') dueBits[index >> 3] = (dueBits[index >> 3] ?? 0) | (1 << (index & 7));
  });
  return { madeAt, digest: digestOf(ids, ordered), size: ordered.length, dueBits };
}

/** Whether too much time has passed for what was looked at to count. */
export function isExpired({ madeAt }: Plan, now: number): boolean {
  return now > madeAt + PLAN_LIFE_MS;
}

/** How many tokens the plan changes. */
export function dueCount({ dueBits }: Plan): number {
  let count = 0;
  for (const byte of dueBits) for (let rest = byte; rest > 0; rest &= rest - 1) count += 1;
  return count;
}

/** The plan can be carried out. */
export interface Followed {
  readonly kind: 'followed';
  /** Keys of the tokens that the plan changes. */
  readonly keys: ReadonlySet<string>;
}

/** How the tokens that are there now differ from those of the plan. */
export interface Deviation {
  readonly kind: 'deviation';
  /** Whether they are others than the plan's. If so, nothing more can be told. */
  readonly areOthers: boolean;
  /** Tokens that would be changed now and that the plan leaves alone. */
  readonly newlyDue: number;
  /** Tokens that the plan changes, that are not as wanted, and that can no longer be changed. */
  readonly outOfReach: number;
  /** Tokens that were changed since the plan was made, by it or by others, and are to be changed again now. */
  readonly undone: number;
}

/**
 * Compares the plan with what is there now. What the plan changes may be as wanted already: that is how far an earlier run of
 * it came. Every other difference was made by somebody else.
 * `changed` are the keys of tokens that were changed since the plan was made.
 */
export function followPlan(
  ids: Ids,
  plan: Plan,
  tokens: readonly PlanToken[],
  changed: ReadonlySet<string>,
): Followed | Deviation {
  const ordered = inOrder(tokens);
  if (ordered.length !== plan.size || !digestOf(ids, ordered).equals(plan.digest)) {
    return { kind: 'deviation', areOthers: true, newlyDue: 0, outOfReach: 0, undone: 0 };
  }
  const planned = ordered.filter((_token, index) => ((plan.dueBits[index >> 3] ?? 0) >> (index & 7)) & 1);
  const keys = new Set(planned.map(({ key }) => key));
  const newlyDue = ordered.filter(({ key, plannedAction }) => plannedAction === 'due' && !keys.has(key)).length;
  const outOfReach = planned.filter(({ plannedAction }) => plannedAction === 'out').length;
  const undone = planned.filter(({ key, plannedAction }) => plannedAction === 'due' && changed.has(key)).length;
  if (newlyDue + outOfReach + undone === 0) return { kind: 'followed', keys };
  return { kind: 'deviation', areOthers: false, newlyDue, outOfReach, undone };
}

function inOrder(tokens: readonly PlanToken[]): PlanToken[] {
  return [...tokens].sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
}

function digestOf(ids: Ids, ordered: readonly PlanToken[]): Buffer {
  return ids.keyedHash('plan members', ordered.map(({ key }) => key).join('\n'));
}

function seal(ids: Ids, { action, scope }: Purpose, { madeAt, digest, size, dueBits }: Plan): Buffer {
  const said = [action, scope, madeAt, size, digest.toString('base64'), dueBits.toString('base64')];
  return ids.keyedHash('plan', JSON.stringify(said));
}
