import type { MutationContext } from '../mutations/context.ts';
import { KEPT_MS } from '../mutations/idempotencyRecord.ts';
import { StoreUnavailableError } from '../store/store.ts';

/** What may be taken for each other: tokens of one name in a project, projects of one name in an organization. */
export interface Namesakes {
  readonly kind: 'token' | 'project';
  /** The project or the organization. */
  readonly within: string;
  readonly name: string;
}

/** A creation that was sent, and of which it is not known yet what it made. */
interface Note {
  readonly owner: string;
  /** Milliseconds since 1970. */
  readonly sentAt: number;
}

/** When what was sent at that time cannot be under way any more, and shows if it was made. */
export function settledAt({ upstreamTimeoutMs, verifyTimeoutMs }: Times, sentAt: number): number {
  return sentAt + upstreamTimeoutMs + verifyTimeoutMs;
}

type Times = Pick<MutationContext, 'upstreamTimeoutMs' | 'verifyTimeoutMs'>;

/** Notes a creation that is about to be sent, for all replicas to see. Throws `StoreUnavailableError`. */
export function announce(context: MutationContext, namesakes: Namesakes, owner: string, sentAt: number): Promise<void> {
  return edit(context, namesakes, (notes) => [...notes.filter((note) => note.owner !== owner), { owner, sentAt }]);
}

/** Takes the note back: it is known, and noted elsewhere, what the creation made. Throws `StoreUnavailableError`. */
export function withdraw(context: MutationContext, namesakes: Namesakes, owner: string): Promise<void> {
  return edit(context, namesakes, (notes) => notes.filter((note) => note.owner !== owner));
}

/**
 * Whether another creation may have made what a creation sent at that time has found. One that was settled before the finder began
 * cannot: what it made was there before. To be asked after the finding. Throws `StoreUnavailableError`.
 */
export async function isContested(
  context: MutationContext,
  namesakes: Namesakes,
  owner: string,
  sentAt: number,
): Promise<boolean> {
  // The finder began at most so long before it sent.
  const begunAt = sentAt - context.upstreamDeadlineMs;
  const notes = read(await context.store.get(keyOf(namesakes)));
  return notes.some((note) => note.owner !== owner && settledAt(context, note.sentAt) >= begunAt);
}

async function edit(
  { store }: MutationContext,
  namesakes: Namesakes,
  change: (notes: readonly Note[]) => readonly Note[],
): Promise<void> {
  const key = keyOf(namesakes);
  for (;;) {
    const text = await store.get(key);
    const notes = read(text);
    const changed = change(notes.filter(({ sentAt }) => sentAt + KEPT_MS > Date.now()));
    if (changed.length === 0 && notes.length === 0) return;
    if (await store.replace(key, text, JSON.stringify(changed), KEPT_MS)) return;
  }
}

/** What cannot be read may have been the note of a creation that is under way. */
function read(text: string | null): Note[] {
  if (text === null) return [];
  try {
    const value: unknown = JSON.parse(text);
    if (Array.isArray(value) && value.every(isNote)) return value;
  } catch {
    // As what is no list.
  }
  throw new StoreUnavailableError('notes of creations cannot be read');
}

function isNote(value: unknown): value is Note {
  if (typeof value !== 'object' || value === null) return false;
  return 'owner' in value && typeof value.owner === 'string' && 'sentAt' in value && typeof value.sentAt === 'number';
}

function keyOf({ kind, within, name }: Namesakes): string {
  return JSON.stringify(['under way', kind, within, name]);
}
