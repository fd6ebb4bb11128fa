import type { EndingTags } from './cacheTags.ts';

/**
 * Answers of the platform that are still believed. A scope is the reach of one change: a family of answers of an
 * organization, or a single token. Every change gives its scope another version, on all replicas. An answer counts only for
 * the version that it was asked under.
 */
export interface AnswerCache {
  /** The present version of the scopes, and the answer under `key` if it is known. `key` is null for what is never kept. */
  get(scopes: readonly string[], key: string | null): Lookup | Promise<Lookup>;
  /** Keeps an answer that was asked for under `version`. `bytes` is about its size, `forMs` for how long it is good. */
  set(scopes: readonly string[], key: string, answer: CachedAnswer): void;
  /** Ends everything that is known of the scope. Resolves with whether every replica was told. Never rejects. */
  forget(scope: string): Promise<boolean>;
  /** The same, and keeps nothing of the scope until the next `forget`. */
  close(scope: string): Promise<boolean>;
}

export interface Lookup {
  /** Null when it cannot be known, or is closed: then nothing may be shared or kept. */
  readonly version: string | null;
  /** Undefined when the answer is not known. */
  readonly value?: unknown;
  /** Time until which the answer is kept, as `performance.now()` counts. Absent if nobody can tell. */
  readonly keptUntil?: number;
}

export interface CachedAnswer {
  readonly version: string;
  readonly value: unknown;
  readonly bytes: number;
  readonly forMs: number;
}

/** Answers kept across requests. Both are one cache where replicas share it. */
export interface Caches {
  readonly answers: AnswerCache;
  /** Answers about tokens themselves. */
  readonly identities: AnswerCache;
  /** Caches of routers. Null or absent if there is no router to tell. */
  readonly routers?: { invalidate(tags: EndingTags): Promise<unknown> } | null;
}

/** Changes both, each once. Resolves with whether every replica was told. */
export async function everywhere(
  { answers, identities }: Caches,
  change: (cache: AnswerCache) => Promise<boolean>,
): Promise<boolean> {
  const told = await Promise.all([...new Set([answers, identities])].map(change));
  return told.every(Boolean);
}
