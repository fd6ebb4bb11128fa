import type { Times } from '../cost/parentScope.ts';
import { StoreUnavailableError } from '../store/store.ts';
import { isJsonObject } from '../values/json.ts';
import type { MutationContext } from './context.ts';
import { RECORD_KEPT_MS } from './idempotencyRecord.ts';

/** Creations that may be confused: those of one name, of tokens in a project, projects in an organization, or organizations. */
export interface Namesakes {
  readonly kind: 'token' | 'project' | 'organization';
  /** Id of the project or the organization; `platform` for organizations. */
  readonly within: string;
  readonly name: string;
}

/** Creation that was sent, and whose result is not known yet. */
interface Note {
  readonly owner: string;
  /** Time of sending in milliseconds since 1970. */
  readonly sentAt: number;
}

/** Time from which a creation is no longer under way, and is listed if it was made. Milliseconds since 1970. */
export function settledAt({ upstreamTimeoutMs, verifyTimeoutMs }: Times, sentAt: number): number {
  return sentAt + upstreamTimeoutMs + verifyTimeoutMs;
}

/** Notes a creation that is about to be sent, for all replicas. Throws `StoreUnavailableError`. */
export function announce(context: MutationContext, namesakes: Namesakes, owner: string, sentAt: number): Promise<void> {
  return edit(context, namesakes, (notes) => [...notes.filter((note) => note.owner !== owner), { owner, sentAt }]);
}

/** Removes the note, once the result is noted elsewhere. Throws `StoreUnavailableError`. */
export function withdraw(context: MutationContext, namesakes: Namesakes, owner: string): Promise<void> {
  return edit(context, namesakes, (notes) => notes.filter((note) => note.owner !== owner));
}

/**
 * True if another creation may have made what this one found. A creation that was settled before this one began cannot: its
 * result was listed before. Ask after finding. Throws `StoreUnavailableError`.
 */
export async function isContested(
  context: MutationContext,
  namesakes: Namesakes,
  owner: string,
  sentAt: number,
): Promise<boolean> {
  // The request began within its deadline before sending.
  const begunAt = sentAt - context.settings.upstreamDeadlineMs;
  const notes = read(await context.store.get(keyOf(namesakes)));
  return notes.some((note) => note.owner !== owner && settledAt(context.settings, note.sentAt) >= begunAt);
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
    const changed = change(notes.filter(({ sentAt }) => sentAt + RECORD_KEPT_MS > Date.now()));
    if (changed.length === 0 && notes.length === 0) return;
    if (await store.replace(key, text, JSON.stringify(changed), RECORD_KEPT_MS)) return;
  }
}

/** Throws `StoreUnavailableError` for unreadable notes: a creation may be under way. */
function read(text: string | null): Note[] {
  if (text === null) return [];
  try {
    const value: unknown = JSON.parse(text);
    if (Array.isArray(value) && value.every(isNote)) return value;
  } catch {
    // Handled below, as other JSON is.
  }
  throw new StoreUnavailableError('notes of creations cannot be read');
}

function isNote(value: unknown): value is Note {
  return isJsonObject(value) && typeof value.owner === 'string' && typeof value.sentAt === 'number';
}

function keyOf({ kind, within, name }: Namesakes): string {
  return JSON.stringify(['under way', kind, within, name]);
}
