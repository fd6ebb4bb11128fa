/** Settlement of an answer. Both may be called, and more than once. */
export interface Settlement {
  /** Name of the settlement, unique in the request. */
  readonly name: string;
  /** Right before the first byte leaves. Throws when nothing may leave. */
  beforeSending(): Promise<void>;
  /** The caller went away before a byte left, or another answer left. */
  unsent(): Promise<void>;
}

export interface Settlements {
  has(name: string): boolean;
  add(settlement: Settlement): void;
}
