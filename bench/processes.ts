import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { request } from 'undici';
import { listeningPort } from './processTree.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const START_DEADLINE_MS = 60_000;
const STOP_DEADLINE_MS = 5_000;
const POLL_MS = 5;

/** A server in a process of its own. */
export interface Running {
  readonly pid: number;
  /** `http://127.0.0.1:port` */
  readonly url: string;
  /** From the spawn to the first good answer of the path that it was started with. */
  readonly readyMs: number;
  stop(): Promise<void>;
}

export interface Program {
  readonly file: string;
  /** Of Node itself. */
  readonly flags?: readonly string[];
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Answers 200 when the program can do its work. */
  readonly readyPath: string;
}

const running = new Set<Running>();

/** Starts a program, its output going nowhere, and waits until it is ready. Throws when it ends or stays silent. */
export async function startProcess({ file, flags = [], args = [], env = {}, readyPath }: Program): Promise<Running> {
  const startedAt = performance.now();
  const child = spawn(process.execPath, [...flags, file, ...args], {
    cwd: ROOT,
    env: { PATH: process.env.PATH ?? '', NODE_ENV: 'production', ...env },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const { pid } = child;
  if (pid === undefined) throw new Error(`${file} could not be started`);
  const one: Running = { pid, url: '', readyMs: 0, stop: () => stop(child) };
  running.add(one);
  child.once('exit', () => running.delete(one));
  const url = await untilReady(child, pid, readyPath, startedAt + START_DEADLINE_MS).catch(async (cause: unknown) => {
    await one.stop();
    throw new Error(`${file} did not become ready`, { cause });
  });
  return Object.assign(one, { url, readyMs: performance.now() - startedAt });
}

/** Stops, by id, everything that was started and still runs. */
export async function stopAll(): Promise<void> {
  await Promise.all([...running].map((one) => one.stop()));
}

async function untilReady(child: ChildProcess, pid: number, path: string, deadline: number): Promise<string> {
  while (performance.now() < deadline && child.exitCode === null && child.signalCode === null) {
    const port = listeningPort(pid);
    const url = `http://127.0.0.1:${port}`;
    if (port !== undefined && (await isOk(`${url}${path}`))) return url;
    await pause(POLL_MS);
  }
  throw new Error(child.exitCode === null ? 'it gave no good answer in time' : `it ended with ${child.exitCode}`);
}

async function isOk(url: string): Promise<boolean> {
  try {
    const { statusCode, body } = await request(url, { headers: { 'apollo-require-preflight': 'true' } });
    await body.dump();
    return statusCode === 200;
  } catch {
    return false;
  }
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_DEADLINE_MS);
  await exit;
  clearTimeout(timer);
}

/** Runs a bench with the arguments of the command line. Ends every process with it, however it ends. */
export async function runBench(bench: (args: readonly string[]) => Promise<void>): Promise<void> {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void stopAll().finally(() => process.exit(130)));
  }
  try {
    await bench(process.argv.slice(2));
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
    process.exitCode = 1;
  }
  await stopAll();
  // Connections of the guns may still be open after a failure.
  process.exit();
}
