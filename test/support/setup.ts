import fc from 'fast-check';
import './unhurried.ts';

/**
 * The same cases in every run, so that a failure says something about a change and not about luck. `npm run test:seeds` has
 * others.
 */
fc.configureGlobal({ seed: Number(process.env.TEST_SEED ?? 1) });
