import type { EmulatorSettings } from '../options.ts';

/** The options that seeded data depends on. */
export type SeedSettings = Pick<
  EmulatorSettings,
  'seed' | 'organizations' | 'projects' | 'tokenMark' | 'epoch' | 'requestsPerProject'
>;
