/** Time in which a condition that a test waits for must hold, on a busy machine. Milliseconds. */
export const PATIENCE_MS = 45_000;
