import fc from 'fast-check';
import './unhurried.ts';

/**
 * The same cases in every run, so that a failure says something about a change and not about luck. Other cases:
 * `PROPERTY_SEED=2 npm run test:unit`.
 */
fc.configureGlobal({ seed: Number(process.env.PROPERTY_SEED ?? 1) });
