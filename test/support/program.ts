import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { onTestFinished, vi } from 'vitest';

/** Compiled code that programs of all runs share: starting one takes half the time. */
const NODE_COMPILE_CACHE = fileURLToPath(new URL('../../node_modules/.cache/compiled', import.meta.url));

const MAIN = new URL('../../src/main.ts', import.meta.url).pathname;

/** The facade as an operator runs it. */
export interface Program {
  readonly child: ChildProcess;
  /** What was written so far. */
  readonly output: { log: string; problems: string };
  /** Resolves with the exit code; null when a signal has ended it. */
  readonly exit: Promise<number | null>;
  /** Waits for a line of the log with this message. */
  logged(message: string): Promise<Record<string, unknown>>;
  signal(name: NodeJS.Signals): void;
}

/** Runs the program with this environment and nothing else of ours. It is killed when the test is over. */
export function runProgram(env: Record<string, string>): Program {
  const child = spawn(process.execPath, [MAIN], {
    env: { NODE_COMPILE_CACHE, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const output = { log: '', problems: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output.log += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    output.problems += text;
  });
  const exit = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
  return {
    child,
    output,
    exit,
    logged: (message) => vi.waitUntil(() => linesOf(output.log).find(({ msg }) => msg === message)),
    signal: (name) => void child.kill(name),
  };
}

/** The objects of a log. */
export function linesOf(log: string): Record<string, unknown>[] {
  return log
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line));
}
