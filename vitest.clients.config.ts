import { defineConfig } from 'vitest/config';
import { shared } from './vitest.config.ts';

/** The tests with standard clients, whose packages are in `examples/clients`. */
export default defineConfig({
  test: { ...shared, include: ['examples/clients/*.test.ts'], globalSetup: ['tools/clients/compile.ts'] },
});
