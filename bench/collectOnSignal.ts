/**
 * Loaded before a server whose heap is measured, with `--expose-gc`: on SIGUSR2 it collects all garbage, so that what is seen afterwards
 * is what the process holds on to, and not what it has not come round to collecting.
 */
process.on('SIGUSR2', () => globalThis.gc?.());
