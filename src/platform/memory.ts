/**
 * What is still known of the platform's answers. A scope is what one write can make untrue: an organization, or a single
 * token. Its version changes with every write, on whichever replica; an answer counts only for the version that it was asked
 * under, so that one from before a write is never found after it.
 */
export interface AnswerMemory {
  /** The present version of the scope, and the answer under `key` if it is known. `key` is null for what is never kept. */
  recall(scope: string, key: string | null): Recollection | Promise<Recollection>;
  /** Keeps an answer that was asked for under `version`. `bytes` is about its size, `forMs` for how long it is good. */
  keep(scope: string, key: string, answer: Kept): void;
  /** Ends everything that is known of the scope, on every replica, before it resolves. Never rejects. */
  forget(scope: string): Promise<void>;
}

export interface Recollection {
  /** Null when it cannot be known: then nothing may be shared or kept. */
  readonly version: string | null;
  /** Undefined when the answer is not known. */
  readonly value?: unknown;
}

export interface Kept {
  readonly version: string;
  readonly value: unknown;
  readonly bytes: number;
  readonly forMs: number;
}
