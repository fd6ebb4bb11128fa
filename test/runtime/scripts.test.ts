import { spawn } from 'node:child_process';
import { connect } from 'node:net';
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { type Emulator, startEmulator } from '../../emulator/emulator.ts';
import { bundleExplorer } from '../../tools/explorer/bundle.ts';
import { TEST_ID_SECRET } from '../support/facade.ts';

const ROOT = new URL('../..', import.meta.url).pathname;

let platform: Emulator;
beforeAll(async () => {
  platform = await startEmulator({ organizations: 1, projects: 1 });
  // The demo would do it, which takes seconds where nobody did it before.
  await bundleExplorer();
}, 180_000);
afterAll(() => platform.close());

/** The scripts that run until they are told to stop, and their arguments. */
const SERVING = [
  { script: 'start', args: [] },
  { script: 'dev', args: [] },
  { script: 'demo', args: ['--', '--emulator-port', '0', '--projects', '1'] },
  { script: 'emulator', args: ['--', '--port', '0'] },
];

function isOpen(url: URL): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(Number(url.port), url.hostname);
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}

function npmRun(script: string, args: readonly string[]) {
  const { PATH = '', HOME = '' } = process.env;
  const env = { PATH, HOME, PORT: '0', GEAI_BASE_URL: platform.url, ID_SECRET: TEST_ID_SECRET };
  // A group of its own, so that nothing outlives a test that fails.
  const npm = spawn('npm', ['run', script, ...args], {
    cwd: ROOT,
    env,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => {
    try {
      process.kill(-npm.pid!, 'SIGKILL');
    } catch {
      // Nobody of the group is left.
    }
  });
  let output = '';
  npm.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  const exited = new Promise<void>((resolve) => npm.once('exit', () => resolve()));
  const address = () => vi.waitUntil(() => output.match(/http:\/\/127\.0\.0\.1:\d+/)?.[0]);
  return { npm, exited, address };
}

test.each(SERVING)('`npm run $script` ends on a SIGTERM to npm, and frees its port', async ({ script, args }) => {
  const { npm, exited, address } = npmRun(script, args);
  const url = new URL(await address());
  expect(await isOpen(url)).toBe(true);

  npm.kill('SIGTERM');

  await exited;
  await vi.waitUntil(async () => !(await isOpen(url)));
});
