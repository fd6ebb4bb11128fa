import { spawn } from 'node:child_process';
import { expect, onTestFinished, test, vi } from 'vitest';
import { startEmulator } from '../../emulator/emulator.ts';
import { query, TEST_ID_SECRET } from '../support/facade.ts';

const MAIN = new URL('../../src/main.ts', import.meta.url).pathname;
const REQUESTS = 800;

/**
 * Young objects that outlive their request make every collection cost as much as the work itself. What does it is hard to see in
 * the code, so that it is watched here (docs/decisions/15): a closure that is assigned to a property, a getter in an object literal,
 * values of a process-wide `WeakMap`, a process-wide `Map` of what is under way.
 */
test('objects of a request are gone with it: young collections promote next to nothing', async () => {
  const emulator = await startEmulator({ organizations: 1, projects: 40 });
  onTestFinished(() => emulator.close());
  const env = {
    PORT: '0',
    GEAI_BASE_URL: emulator.url,
    ID_SECRET: TEST_ID_SECRET,
    CACHE: 'off',
    GEAI_BORROW_PROJECT_TOKENS: 'true',
  };
  // A small young generation is collected often enough to tell.
  const flags = ['--trace-gc-nvp', '--max-semi-space-size=2'];
  const child = spawn(process.execPath, [...flags, MAIN], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  const url = await vi.waitUntil(() => /"address":"([^"]+)"/.exec(output)?.[1]);
  const { token } = emulator.seeded.organizations[0]!;
  const ask = () =>
    query(
      url,
      '{ organization { projects(first: 5) { nodes { name apiTokens { totalCount } assistants { nodes { name } } } } } }',
      {
        token,
      },
    );

  // The first ones bring what lasts: compiled code, connections, series of the metrics.
  for (let request = 0; request < REQUESTS / 2; request += 1) await ask();
  const warm = output.length;
  for (let request = 0; request < REQUESTS; request += 1) await ask();

  const young = [...output.slice(warm).matchAll(/ gc=s .* promoted=(\d+)/g)].map(([, bytes]) => Number(bytes));
  expect(young.length).toBeGreaterThan(10);
  const promoted = young.reduce((sum, bytes) => sum + bytes, 0) / REQUESTS;
  expect(promoted).toBeLessThan(4_000);
});
