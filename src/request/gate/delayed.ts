import { overloaded } from '../../errors.ts';
import type { Entrant } from './entrant.ts';

/** Request that waits at the gate. */
export interface Delayed {
  readonly entrant: Entrant;
  readonly begin: () => void;
  /** Null for a request under way, which is not shed. */
  readonly shed: ((error: Error) => void) | null;
  /** True for one stretch of the work of a request under way. */
  readonly isStretch: boolean;
}

/** Ends the wait of a request without work. One that is under way goes on. */
export function end({ begin, shed }: Delayed): void {
  if (shed) shed(overloaded());
  else begin();
}
