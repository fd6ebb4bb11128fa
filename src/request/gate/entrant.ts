import { isLarge } from './turns.ts';

/** Request in front of the gate. */
export interface Entrant {
  /** Number of objects and calls that it may come to, and some for itself. */
  readonly weight: number;
  /** Callers that take turns. Strangers share one key. */
  readonly gateKey: string;
  /** True if the caller has left. */
  readonly isAbandoned: boolean;
}

/** Small requests of a caller do not wait behind its large ones. */
export function lineOf({ gateKey, weight }: Entrant): string {
  return `${isLarge(weight) ? 'large' : 'small'} ${gateKey}`;
}
