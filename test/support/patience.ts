/** Time in which a condition that a test waits for must hold, on a busy machine. Milliseconds. */
export const PATIENCE_MS = 45_000;

/** Time between two looks at it: short, since what follows may have to happen before something else does. Milliseconds. */
export const INTERVAL_MS = 5;
