import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, onTestFinished, test, vi } from 'vitest';
import { cpuMilliseconds, listeningPort, residentBytes } from '../../bench/processTree.ts';

async function start(script: string): Promise<ChildProcess & { pid: number }> {
  const child = spawn(process.execPath, ['-e', `console.log('up');${script}`], { stdio: ['pipe', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  await once(child.stdout, 'data');
  return child as ChildProcess & { pid: number };
}

const BUSY = 'for (;;);';
const IDLE = 'process.stdin.resume()';

test('the CPU of a busy process is counted, and that of an idle one is not', async () => {
  const [busy, idle] = await Promise.all([start(BUSY), start(IDLE)]);
  const before = { busy: cpuMilliseconds(busy.pid), idle: cpuMilliseconds(idle.pid) };

  await vi.waitUntil(() => cpuMilliseconds(busy.pid) - before.busy > 400);

  // What it still did for its start is far from what a loop takes.
  expect(cpuMilliseconds(idle.pid) - before.idle).toBeLessThan(200);
});

test('the CPU of a child counts as that of its parent', async () => {
  // The child ends with its parent: its standard input closes.
  const child =
    "process.stdin.on('end', process.exit).resume(); setInterval(() => { for (const end = Date.now() + 9; Date.now() < end;); })";
  const parent = await start(
    `require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(child)}]);${IDLE}`,
  );
  const before = cpuMilliseconds(parent.pid);

  await expect.poll(() => cpuMilliseconds(parent.pid) - before).toBeGreaterThan(500);
});

test('memory that a process takes is seen', async () => {
  const [small, large] = await Promise.all([start(IDLE), start(`globalThis.held = Buffer.alloc(2e8, 1);${IDLE}`)]);

  await expect.poll(() => residentBytes(large.pid) - residentBytes(small.pid)).toBeGreaterThan(1.5e8);
});

test('the port that a process listens on is found, and none where it does not listen', async () => {
  const [server, other] = await Promise.all([start("require('node:http').createServer().listen(0)"), start(IDLE)]);

  await vi.waitUntil(() => listeningPort(server.pid));

  expect(listeningPort(other.pid)).toBeUndefined();
});
