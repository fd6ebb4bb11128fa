import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { type Emulator, startEmulator } from '../../emulator/emulator.ts';
import { query, routes, TEST_ID_SECRET } from '../support/facade.ts';
import { runProgram } from '../support/program.ts';

let platform: Emulator;
beforeAll(async () => {
  platform = await startEmulator({ organizations: 1, projects: 2 });
});
afterAll(() => platform.close());

async function running(env: Record<string, string> = {}) {
  platform.setFaults([]);
  const program = runProgram({ PORT: '0', GEAI_BASE_URL: platform.url, ID_SECRET: TEST_ID_SECRET, ...env });
  const { address } = await program.logged('listening');
  const url = String(address);
  const ask = (document = '{ organization { projects { totalCount } } }') =>
    query(url, document, { token: platform.seeded.organizations[0]!.token });
  return { ...program, url, ask };
}

/** Opens a connection and sends this much of a request. */
async function opened(url: string, text = ''): Promise<Socket> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1').on('error', () => undefined);
  onTestFinished(() => void socket.destroy());
  await once(socket, 'connect');
  if (text !== '') socket.write(text);
  return socket;
}

/** Asks over one connection again and again, until an answer says that it is the last. Rejects when an answer is lost. */
async function keepAsking(url: string, counts: { answers: number }): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const askOnce = () =>
    new Promise<string | undefined>((resolve, reject) => {
      const headers = { 'content-type': 'application/json' };
      const asked = request(`${url}/graphql`, { agent, method: 'POST', headers }, (answer) => {
        answer.resume().once('end', () => resolve(answer.headers.connection));
      });
      asked.once('error', reject).end('{"query":"{ __typename }"}');
    });
  while ((await askOnce()) !== 'close') counts.answers += 1;
  agent.destroy();
}

test.each(['SIGTERM', 'SIGINT'] as const)(
  '%s loses no request of connections that are busy all the time',
  async (signal) => {
    const program = await running();
    const counts = { answers: 0 };
    const busy = Array.from({ length: 20 }, () => keepAsking(program.url, counts));
    const ended = Promise.allSettled(busy);
    await vi.waitUntil(() => counts.answers > 200);

    program.signal(signal);

    expect(await ended).toEqual(busy.map(() => ({ status: 'fulfilled', value: undefined })));
    expect(await program.exit).toBe(0);
  },
);

test('connections that are not used do not delay the end, whether or not they ever were', async () => {
  const program = await running();
  const silent = await opened(program.url);
  const used = await opened(program.url, 'GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n');
  await once(used, 'data');

  program.signal('SIGTERM');

  expect(await program.exit).toBe(0);
  expect(program.output.log).not.toContain('were cut');
  await vi.waitUntil(() => silent.destroyed && used.destroyed);
});

test('with a delay, the replica is not ready and serves on for that long', async () => {
  const program = await running({ SHUTDOWN_DELAY_MS: '4000' });
  program.signal('SIGTERM');
  await program.logged('draining');

  const ready = await fetch(`${program.url}/health/ready`);
  const answer = await program.ask();

  expect(ready.status).toBe(503);
  expect(await ready.json()).toEqual({ ready: false, reason: 'shutting down' });
  expect(answer.data).toEqual({ organization: { projects: { totalCount: 2 } } });
  expect(answer.headers.get('connection')).toBe('close');
  expect(await program.exit).toBe(0);
});

test('a connection that never finishes its request is cut when the time for requests is over', async () => {
  const program = await running({ UPSTREAM_DEADLINE_MS: '200' });
  await opened(program.url, 'POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n');

  program.signal('SIGTERM');

  expect(await program.exit).toBe(0);
  expect(await program.logged('connections were cut that did not finish in time')).toMatchObject({ connections: 1 });
});

test('a process whose output nobody reads any more ends as it should', async () => {
  const program = await running();
  program.child.stdout!.destroy();
  await program.ask();

  program.signal('SIGTERM');

  expect(await program.exit).toBe(0);
});

test('a process whose output is not read serves on, and ends as it should', async () => {
  const program = await running({ LOG_LEVEL: 'trace' });
  program.child.stdout!.pause();
  const header = { 'x-request-id': 'r'.repeat(64) };
  // More than the pipe and the buffers at both ends hold.
  for (let round = 0; round < 25; round += 1) {
    await Promise.all(Array.from({ length: 100 }, () => fetch(`${program.url}/nothing`, { headers: header })));
  }
  expect((await program.ask()).errors).toBeUndefined();

  program.signal('SIGTERM');

  expect(await program.exit).toBe(0);
});

test('a signal that comes from the terminal and from npm counts once', async () => {
  const program = await running();
  platform.setFaults([{ route: routes.listProjects, kind: 'latency', ms: 300 }]);
  platform.resetCalls();
  const answer = program.ask();
  await vi.waitUntil(() => platform.calls().some(({ route }) => route === routes.listProjects));

  program.signal('SIGINT');
  program.signal('SIGINT');

  expect((await answer).data).toEqual({ organization: { projects: { totalCount: 2 } } });
  expect(await program.exit).toBe(0);
});

test('a second signal ends the process at once', async () => {
  const program = await running({ UPSTREAM_TIMEOUT_MS: '600000', UPSTREAM_DEADLINE_MS: '600000' });
  platform.setFaults([{ route: routes.listProjects, kind: 'hang' }]);
  platform.resetCalls();
  const lost = program.ask().catch((error: Error) => error);
  await vi.waitUntil(() => platform.calls().some(({ route }) => route === routes.listProjects));
  program.signal('SIGTERM');
  await program.logged('draining');

  // The first repetitions may come so soon that they count as the same signal.
  const again = setInterval(() => program.signal('SIGINT'), 50);
  const code = await program.exit;
  clearInterval(again);

  expect(code).toBe(130);
  expect(await lost).toBeInstanceOf(Error);
});
