import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './freePort.ts';

/** A Redis of its own, from the `redis-server` on the PATH. */
export interface RedisServer {
  readonly url: string;
  /** Starts it again on the same port, with nothing in it but what `SAVE` wrote. */
  start(): Promise<void>;
  /** Ends it as a power cut would. */
  kill(): Promise<void>;
  /** It keeps its connections and answers nothing. */
  stall(): void;
  resume(): void;
  close(): Promise<void>;
}

/** Starts a Redis on a free port of loopback, with these options too. Close it when done. */
export async function startRedisServer(...settings: readonly string[]): Promise<RedisServer> {
  const port = await freePort();
  const folder = await mkdtemp(join(tmpdir(), 'redis-'));
  let server: ChildProcess | undefined;
  const start = async () => {
    const options = [
      '--port',
      String(port),
      '--bind',
      '127.0.0.1',
      '--save',
      '',
      '--appendonly',
      'no',
      '--dir',
      folder,
      ...settings,
    ];
    server = spawn('redis-server', options, { stdio: 'ignore' });
    server.once('error', () => undefined);
    if (server.pid === undefined) throw new Error('There is no `redis-server` on the PATH.');
    while (!(await answers(port))) {
      if (server.exitCode !== null) throw new Error('redis-server does not start');
    }
  };
  const kill = async () => {
    const dying = server;
    server = undefined;
    if (!dying || dying.exitCode !== null) return;
    dying.kill('SIGKILL');
    await once(dying, 'exit');
  };
  await start();
  return {
    url: `redis://127.0.0.1:${port}`,
    start,
    kill,
    stall: () => void server?.kill('SIGSTOP'),
    resume: () => void server?.kill('SIGCONT'),
    close: async () => {
      await kill();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Whether the server answers a PING. */
function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write('PING\r\n'));
    socket.once('data', (data) => {
      socket.destroy();
      resolve(data.toString().startsWith('+PONG'));
    });
    socket.once('error', () => setTimeout(resolve, 20, false));
  });
}
