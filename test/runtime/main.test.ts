import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { type Emulator, startEmulator } from '../../emulator/emulator.ts';
import { VERSION } from '../../src/values/version.ts';
import { query, routes, TEST_ID_SECRET } from '../support/facade.ts';
import { startHoldingProxy } from '../support/holdingProxy.ts';
import { runProgram } from '../support/program.ts';

async function busyPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  onTestFinished(() => void server.close());
  const address = server.address();
  return typeof address === 'object' && address ? address.port : 0;
}

async function emulator(): Promise<Emulator> {
  const started = await startEmulator({ organizations: 1, projects: 2 });
  onTestFinished(() => started.close());
  return started;
}

test('every problem of the environment is printed at once, and nothing of a secret, before a port is tried', async () => {
  const port = await busyPort();
  const { output, exit } = runProgram({
    PORT: String(port),
    HOST: '0.0.0.0',
    AUTH_MODE: 'open',
    GEAI_TOKENS: 'organization_secret value!with"marks',
    ID_SECRET: 'too-short-secret',
    LOG_LEVEL: 'loud',
    GEAI_BORROW_PROJECT_TOKENS: 'yes',
    EXPLORER: 'maybe',
    UPSTREAM_TIMEOUT_MS: '0',
    UPSTREAM_DEADLINE_MS: 'soon',
  });

  expect(await exit).toBe(1);
  const names = [
    ...['GEAI_BASE_URL', 'GEAI_TOKENS', 'ID_SECRET', 'LOG_LEVEL', 'GEAI_BORROW_PROJECT_TOKENS', 'EXPLORER'],
    ...['UPSTREAM_TIMEOUT_MS', 'UPSTREAM_DEADLINE_MS', 'HOST'],
  ];
  const problems = output.problems.split('\n').filter((line) => line.startsWith('  - '));
  for (const name of names) expect(problems.filter((line) => line.includes(name))).not.toEqual([]);
  expect(output.problems).not.toMatch(/organization_secret|with"marks|too-short-secret|EADDRINUSE|\bat .*\.ts:/);
  expect(output.log).toBe('');
});

test('a variable that is missing, and there under a mistyped name, is told with that name', async () => {
  const { output, exit } = runProgram({ GEAI_BASEURL: 'https://hush.example', ID_SECRET: TEST_ID_SECRET });

  expect(await exit).toBe(1);
  expect(output.problems).toContain('GEAI_BASE_URL is missing');
  expect(output.problems).toContain('GEAI_BASEURL is not a setting and takes no effect. The nearest is GEAI_BASE_URL.');
  expect(output.problems).not.toContain('hush');
});

test('a port that is taken is said in plain words', async () => {
  const port = await busyPort();
  const { output, exit } = runProgram({
    PORT: String(port),
    GEAI_BASE_URL: 'http://127.0.0.1:9',
    ID_SECRET: TEST_ID_SECRET,
  });

  expect(await exit).toBe(1);
  expect(output.problems.trim().split('\n')).toHaveLength(1);
  expect(output.problems).toMatch(/in use/);
  expect(output.problems).toContain(String(port));
});

test('an address of another machine is said in plain words', async () => {
  const { output, exit } = runProgram({
    HOST: '192.0.2.1',
    PORT: '0',
    GEAI_BASE_URL: 'http://127.0.0.1:9',
    ID_SECRET: TEST_ID_SECRET,
  });

  expect(await exit).toBe(1);
  expect(output.problems).toMatch(/^listen EADDRNOTAVAIL: address not available 192\.0\.2\.1\n$/);
});

test.each([0, 4])(
  'SIGTERM lets a request under way finish, answered %i times before, and ends with 0',
  async (times) => {
    const platform = await emulator();
    const proxy = await startHoldingProxy(platform.url);
    onTestFinished(() => proxy.close());
    const program = runProgram({ PORT: '0', GEAI_BASE_URL: proxy.url, ID_SECRET: TEST_ID_SECRET, CACHE: 'off' });
    const { address } = await program.logged('listening');
    const ask = () =>
      query(String(address), '{ organization { projects { totalCount } } }', {
        token: platform.seeded.organizations[0]!.token,
      });
    for (let time = 0; time < times; time += 1) await ask();

    const held = proxy.holdNext(/projects/);
    const answer = ask();
    const { release } = await held;
    program.signal('SIGTERM');
    await program.logged('draining');
    release();

    const { data, headers } = await answer;
    expect(data).toEqual({ organization: { projects: { totalCount: 2 } } });
    // A connection that were kept would keep the process waiting.
    expect(headers.get('connection')).toBe('close');
    expect(await program.exit).toBe(0);
    await program.logged('stopped');
    await expect(query(String(address), '{ __typename }')).rejects.toThrow();
  },
);

test('a write under way when the process is told to stop is carried out to the end', async () => {
  const platform = await emulator();
  const program = runProgram({ PORT: '0', GEAI_BASE_URL: platform.url, ID_SECRET: TEST_ID_SECRET });
  const { address } = await program.logged('listening');
  const { token, projects } = platform.seeded.organizations[0]!;
  platform.setFaults([{ route: routes.createToken, kind: 'latency', ms: 300 }]);

  const answer = query(
    String(address),
    `mutation { createApiToken(input: { projectId: "${projects[0]!.id}", name: "Drain", status: BLOCKED }) { secret userErrors { code } } }`,
    { token },
  );
  await vi.waitUntil(() => platform.calls().some(({ route }) => route === routes.createToken));
  program.signal('SIGTERM');

  const { createApiToken } = (await answer).data;
  expect(createApiToken).toEqual({ secret: expect.stringContaining('drain_'), userErrors: [] });
  expect(await program.exit).toBe(0);
  expect(platform.calls().find(({ route }) => route === routes.updateToken)?.count).toBe(1);
});

test.each([
  ['in memory', 1],
  ['in a file', 0],
])('state that is kept %s is warned of in %i lines', async (where, lines) => {
  const folder = mkdtempSync(join(tmpdir(), 'geai-main-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = where === 'in a file' ? { STATE_FILE: join(folder, 'state.db') } : {};
  const program = runProgram({ PORT: '0', GEAI_BASE_URL: 'http://127.0.0.1:9', ID_SECRET: TEST_ID_SECRET, ...file });
  await program.logged('listening');

  const warnings = program.output.log.split('\n').filter((line) => line.includes('in memory only'));
  expect(warnings).toHaveLength(lines);
});

test('the first lines say what takes effect, SIGHUP included, and a name that is nearly a setting is warned of', async () => {
  const env = { PORT: '0', GEAI_BASE_URL: 'http://127.0.0.1:9', ID_SECRET: TEST_ID_SECRET };
  const program = runProgram({ ...env, GEAI_BORROW_PROJECT_TOKEN: 'hush', CACHE: 'off' });

  const line = await program.logged('listening');

  expect(line).toMatchObject({ version: VERSION, authMode: 'passthrough', cache: 'off', store: 'memory' });
  expect(line).toMatchObject({ borrowing: false, routerProof: 'none', proxy: false, explorer: 'graphiql' });
  expect(line).toMatchObject({ platform: 'http://127.0.0.1:9', healthPort: null, metricsPort: null, spans: 'none' });
  await program.logged(
    'GEAI_BORROW_PROJECT_TOKEN is not a setting and takes no effect. The nearest is GEAI_BORROW_PROJECT_TOKENS.',
  );
  program.signal('SIGHUP');
  await program.logged('no audit file to reopen');
  expect(program.output.log).not.toContain('hush');
});
