import { ConfigError, loadConfig } from '../../src/config.ts';

/** The settings that a start needs, with values that nothing else has. */
export const LEAST = {
  GEAI_BASE_URL: 'https://platform.test',
  ID_SECRET: 'test-only-test-only-test-only-test-only',
} as const;

/** Problems that end the start with these settings. Empty: none. */
export function problemsOf(env: NodeJS.ProcessEnv): readonly string[] {
  try {
    loadConfig(env);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
}
