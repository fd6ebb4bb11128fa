import { timingSafeEqual } from 'node:crypto';
import { compare } from '../../values/compare.ts';
import type { Ids } from '../../values/ids.ts';
import { CHANGES_KNOWN_MS } from '../changeNotes.ts';

/** Action of a plan on a token: change it, nothing since it is as wanted, or leave it out. */
export type PlannedAction = 'due' | 'done' | 'out';

/** Selected token. `key` is its project and hash, and holds nothing of its secret. */
export interface PlanToken {
  readonly key: string;
  readonly plannedAction: PlannedAction;
}

/** Mutation and selection of a plan, usable for no others. */
export interface Purpose {
  readonly action: string;
  /** Selection in canonical form. */
  readonly scope: string;
}

/** Plan, as its id holds it. */
export interface Plan {
  /** Time before the scan, in milliseconds since 1970. */
  readonly madeAt: number;
  /** Hash of its tokens, 16 bytes. */
  readonly digest: Buffer;
  readonly size: number;
  /** One bit per token, in the order of their keys: 1 if the plan changes it. */
  readonly dueBits: Buffer;
}

const VERSION = 2;
const TIME_BYTES = 6;
const HASH_BYTES = 16;
const TIME_AT = 1 + 4;
const DIGEST_AT = TIME_AT + TIME_BYTES;
const SEAL_AT = DIGEST_AT + HASH_BYTES;
const HEADER_BYTES = SEAL_AT + HASH_BYTES;

/** Lifetime of a plan in milliseconds. Changes are known as long (`noteChanges`), so that none is missed. */
const PLAN_LIFE_MS = CHANGES_KNOWN_MS;

/**
 * Writes a plan as text, so that nothing is stored: time, size, the tokens to change, and a keyed hash of them. A keyed hash of all this covers the purpose too (docs/decisions/12). Ten thousand tokens make 1.7 kB. `~`
 * stands for `_`, so that no part of it looks like a token.
 */
export function writePlanId(ids: Ids, purpose: Purpose, plan: Plan): string {
  const figures = Buffer.alloc(DIGEST_AT);
  figures.writeUInt8(VERSION);
  figures.writeUInt32BE(plan.size, 1);
  figures.writeUIntBE(plan.madeAt, TIME_AT, TIME_BYTES);
  const bytes = Buffer.concat([figures, plan.digest, seal(ids, purpose, plan), plan.dueBits]);
  return bytes.toString('base64url').replaceAll('_', '~');
}

/** Reads a plan. Null for text that was not written here for this purpose. */
export function readPlanId(ids: Ids, purpose: Purpose, text: string): Plan | null {
  const bytes = Buffer.from(text.replaceAll('~', '_'), 'base64url');
  // Comparing with the encoding refuses what a lenient decoder accepts.
  const isWhole = bytes.toString('base64url').replaceAll('_', '~') === text && bytes.length >= HEADER_BYTES;
  if (!isWhole || bytes[0] !== VERSION) return null;
  const size = bytes.readUInt32BE(1);
  const madeAt = bytes.readUIntBE(TIME_AT, TIME_BYTES);
  const digest = bytes.subarray(DIGEST_AT, SEAL_AT);
  const plan = { madeAt, size, digest, dueBits: bytes.subarray(HEADER_BYTES) };
  const isOurs = timingSafeEqual(bytes.subarray(SEAL_AT, HEADER_BYTES), seal(ids, purpose, plan));
  return isOurs && plan.dueBits.length === Math.ceil(size / 8) ? plan : null;
}

/** Returns the plan for the scanned tokens. */
export function planOf(ids: Ids, tokens: readonly PlanToken[], madeAt: number): Plan {
  const ordered = inOrder(tokens);
  const dueBits = Buffer.alloc(Math.ceil(ordered.length / 8));
  ordered.forEach(({ plannedAction }, index) => {
    if (plannedAction === 'due') dueBits[index >> 3] = (dueBits[index >> 3] ?? 0) | (1 << (index & 7));
  });
  return { madeAt, digest: digestOf(ids, ordered), size: ordered.length, dueBits };
}

/** True if the plan is too old to be carried out. */
export function isExpired({ madeAt }: Plan, now: number): boolean {
  return now > madeAt + PLAN_LIFE_MS;
}

/** Number of tokens that the plan changes. */
export function dueCount({ dueBits }: Plan): number {
  let count = 0;
  for (const byte of dueBits) for (let rest = byte; rest > 0; rest &= rest - 1) count += 1;
  return count;
}

/** Plan that can be carried out. */
interface Followed {
  readonly kind: 'followed';
  /** Keys of the tokens that the plan changes. */
  readonly keys: ReadonlySet<string>;
}

/** Difference between the tokens of the plan and those that were scanned. */
export interface Deviation {
  readonly kind: 'deviation';
  /** True if the tokens are others than the plan's. The numbers are 0 then. */
  readonly areOthers: boolean;
  /** Number of tokens to be changed now that the plan leaves alone. */
  readonly newlyDue: number;
  /** Number of tokens that the plan changes and that cannot be changed any more. */
  readonly outOfReach: number;
  /** Number of tokens that were changed since the plan was made, and are to be changed again now. */
  readonly undone: number;
}

/**
 * Compares the plan with the scanned tokens. Tokens that are as wanted already may come from an earlier run of the plan. Any
 * other difference was made by somebody else. `changed` are the keys of tokens that were changed since the plan was made.
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
  return [...tokens].sort((a, b) => compare(a.key, b.key));
}

function digestOf(ids: Ids, ordered: readonly PlanToken[]): Buffer {
  return ids.keyedHash('plan members', ordered.map(({ key }) => key).join('\n'));
}

function seal(ids: Ids, { action, scope }: Purpose, { madeAt, digest, size, dueBits }: Plan): Buffer {
  const said = [action, scope, madeAt, size, digest.toString('base64'), dueBits.toString('base64')];
  return ids.keyedHash('plan', JSON.stringify(said));
}
