/** Turns of the event loop that requests take for much work. */
export interface Pacer {
  /** Waits before a request goes on with a long list. Null if it may at once. */
  resume(): Promise<void> | null;
  /** Waits for a later turn, before each stretch of reading a long answer. */
  next(): Promise<void>;
}

export const AT_ONCE: Pacer = { resume: () => null, next: () => Promise.resolve() };
