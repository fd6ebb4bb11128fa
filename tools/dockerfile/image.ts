import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Stage } from './stages.ts';

/** The user `node` of the official images. */
const NODE_USER = 1000;

/** No command that ends by itself takes this long. */
const LONGEST_MS = 30_000;

/** How a container of the image would run: its command, its variables, and an operator's on top. */
export interface Container {
  readonly stage: Stage;
  /** Folder with the one `node` that the image has. */
  readonly nodeFolder: string;
  readonly operatorEnv: Readonly<Record<string, string>>;
}

/** Starts a command of the image in its working folder, as a user who can change nothing there. */
export function start({ stage, nodeFolder, operatorEnv }: Container, command: readonly string[]): ChildProcess {
  const [program = '', ...args] = command;
  if (stage.user === 'root') throw new Error('the image runs as root');
  return spawn(program, args, {
    cwd: join(stage.root, stage.workdir),
    env: { PATH: nodeFolder, ...stage.env, ...operatorEnv },
    stdio: ['ignore', 'pipe', 'pipe'],
    // Who is root here would be able to write in spite of the permissions.
    ...(process.getuid?.() === 0 ? { uid: NODE_USER, gid: NODE_USER } : {}),
  });
}

/** Runs a command of the image to its end. Answers with its exit code; null when it had to be ended. */
export async function exitCodeOf(container: Container, command: readonly string[]): Promise<number | null> {
  const child = start(container, command);
  const timer = setTimeout(() => child.kill('SIGKILL'), LONGEST_MS);
  const [code] = await once(child, 'exit').finally(() => clearTimeout(timer));
  return code;
}

/** Takes the permission to write from a folder and all in it, or gives its owner that permission back. */
export function setWritable(folder: string, isWritable: boolean): void {
  const { mode } = lstatSync(folder);
  if (isWritable) chmodSync(folder, mode | 0o200);
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) setWritable(path, isWritable);
    else if (entry.isFile()) chmodSync(path, isWritable ? lstatSync(path).mode | 0o200 : lstatSync(path).mode & ~0o222);
  }
  if (!isWritable) chmodSync(folder, mode & ~0o222);
}
