/** Time and turns of the event loop, as the gate sees them. */
export interface GateClock {
  now(): number;
  /** Calls back in the next turn of the event loop. */
  nextTurn(then: () => void): void;
  later(then: () => void, milliseconds: number): void;
}

export const CLOCK: GateClock = {
  now: () => performance.now(),
  nextTurn: (then) => void setImmediate(then),
  later: (then, milliseconds) => void setTimeout(then, milliseconds),
};
