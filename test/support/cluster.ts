import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { vi } from 'vitest';
import { type Emulator, startEmulator } from '../../emulator/emulator.ts';
import { TEST_ID_SECRET } from './facade.ts';
import { freePort } from './freePort.ts';
import { type RedisServer, startRedisServer } from './redisServer.ts';
import { startTcpProxy, type TcpProxy } from './tcpProxy.ts';

const ROOT = new URL('../..', import.meta.url).pathname;
/** Three programs begin at once. */
const PATIENTLY = { timeout: 240_000, interval: 20 };

/** A process of the facade that keeps its port over restarts. */
export interface Replica {
  readonly url: string;
  readonly log: () => string;
  start(): Promise<void>;
  /** Tells it to stop and waits. Returns the exit code. */
  stop(): Promise<number | null>;
  kill(): Promise<void>;
}

/** Three replicas behind HAProxy, on one Redis behind a line that can fail. */
export interface Cluster {
  /** Address of HAProxy. */
  readonly url: string;
  readonly replicas: readonly Replica[];
  readonly emulator: Emulator;
  readonly redis: RedisServer;
  readonly line: TcpProxy;
  /** Waits until HAProxy counts so many replicas as up. */
  upAre(count: number): Promise<void>;
  /** Number of requests that failed at each replica, by HAProxy's count. */
  failed(): Promise<readonly number[]>;
  close(): Promise<void>;
}

export async function startCluster(): Promise<Cluster> {
  const emulator = await startEmulator({ organizations: 1, projects: 3 });
  const redis = await startRedisServer();
  const line = await startTcpProxy(Number(new URL(redis.url).port));
  const env = {
    GEAI_BASE_URL: emulator.url,
    ID_SECRET: TEST_ID_SECRET,
    REDIS_URL: `redis://127.0.0.1:${line.port}`,
    SHUTDOWN_DELAY_MS: '2000',
    VERIFY_TIMEOUT_MS: '1000',
  };
  const replicas = await Promise.all([1, 2, 3].map(async () => replicaOn(await freePort(), env)));
  const balancer = await startBalancer(replicas.map(({ url }) => new URL(url).host));
  const close = async () => {
    await balancer.close();
    await Promise.all(replicas.map((replica) => replica.kill()));
    await line.close();
    await Promise.all([redis.close(), emulator.close()]);
  };
  try {
    await Promise.all(replicas.map((replica) => replica.start()));
    await balancer.upAre(3);
  } catch (error) {
    // Whoever gets no cluster cannot close it.
    await close();
    throw error;
  }
  return { url: balancer.url, replicas, emulator, redis, line, upAre: balancer.upAre, failed: balancer.failed, close };
}

function replicaOn(port: number, env: Record<string, string>): Replica {
  const url = `http://127.0.0.1:${port}`;
  let child: ChildProcess | undefined;
  let log = '';
  const end = async (signal: NodeJS.Signals) => {
    const ending = child;
    child = undefined;
    if (!ending || ending.exitCode !== null || ending.signalCode !== null) return null;
    const exit = once(ending, 'exit');
    ending.kill(signal);
    return ((await exit) as [number | null])[0];
  };
  return {
    url,
    log: () => log,
    start: async () => {
      const started = spawn(process.execPath, [`${ROOT}src/main.ts`], {
        env: { ...env, PORT: String(port) },
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      child = started;
      started.stdout.setEncoding('utf8').on('data', (text: string) => {
        log += text;
      });
      await vi.waitUntil(() => started.exitCode !== null || isReady(url), PATIENTLY);
      if (started.exitCode !== null) throw new Error(`a replica ended: ${log.slice(-2_000)}`);
    },
    stop: () => end('SIGTERM'),
    kill: async () => void (await end('SIGKILL')),
  };
}

async function isReady(url: string): Promise<boolean> {
  return fetch(`${url}/health/ready`).then(
    ({ ok }) => ok,
    () => false,
  );
}

async function startBalancer(hosts: readonly string[]) {
  const [port, statistics] = [await freePort(), await freePort()];
  const env = {
    PATH: process.env.PATH,
    LISTEN: `127.0.0.1:${port}`,
    REPLICA_1: hosts[0],
    REPLICA_2: hosts[1],
    REPLICA_3: hosts[2],
    STATISTICS: `127.0.0.1:${statistics}`,
  };
  const files = ['deploy/haproxy/haproxy.cfg', 'test/replicas/statistics.cfg'].flatMap((file) => [
    '-f',
    `${ROOT}${file}`,
  ]);
  const child = spawn('haproxy', ['-db', ...files], { env, stdio: 'ignore' });
  child.once('error', () => undefined);
  if (child.pid === undefined) throw new Error('There is no `haproxy` on the PATH.');
  /** Lines of the replicas in HAProxy's table. None while it does not answer. */
  const lines = async () => {
    const answer = await fetch(`http://127.0.0.1:${statistics}/;csv`).catch(() => null);
    const [names = [], ...rows] = ((await answer?.text()) ?? '').split('\n').map((text) => text.split(','));
    const named = rows.map((row) => Object.fromEntries(row.map((value, index) => [names[index]!, value])));
    return named.filter((row) => row['# pxname'] === 'replicas' && row.svname !== 'BACKEND');
  };
  const upCount = async () => (await lines()).filter(({ status }) => status === 'UP').length;
  return {
    url: `http://127.0.0.1:${port}`,
    upAre: async (count: number) => void (await vi.waitUntil(async () => (await upCount()) === count, PATIENTLY)),
    failed: async () =>
      (await lines()).map(({ econ, eresp, hrsp_5xx }) => Number(econ) + Number(eresp) + Number(hrsp_5xx)),
    close: async () => {
      if (child.exitCode !== null) return;
      const exit = once(child, 'exit');
      child.kill('SIGKILL');
      await exit;
    },
  };
}
