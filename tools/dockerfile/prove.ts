import { strict as assert } from 'node:assert';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type Emulator, startEmulator } from '../../emulator/emulator.ts';
import { parseDockerfile } from './dockerfile.ts';
import { type Container, exitCodeOf, setWritable, start } from './image.ts';
import { buildStages, type Stage } from './stages.ts';

/**
 * `npm run test:docker`: performs the Dockerfile without Docker, in fresh folders, and runs what comes out as an operator
 * would. It proves the steps, the content and the process; the base image itself is taken on trust.
 */

const CHECKOUT = fileURLToPath(new URL('../..', import.meta.url));
const DEADLINE_MS = 60_000;
const CONTENT = ['LICENSE', 'dist', 'node_modules', 'package.json'];

interface Surroundings {
  readonly folder: string;
  readonly emulator: Emulator;
  /** What must not outlive this script. */
  readonly running: Set<ChildProcess>;
  readonly stopping: AbortSignal;
}

async function prove(around: Surroundings): Promise<void> {
  // Readable for the user that the image runs as.
  chmodSync(around.folder, 0o755);
  const nodeFolder = join(around.folder, 'bin');
  mkdirSync(nodeFolder);
  copyFileSync(process.execPath, join(nodeFolder, 'node'));
  chmodSync(join(nodeFolder, 'node'), 0o755);

  const stage = await performDockerfile(nodeFolder, around);
  checkContent(stage);
  setWritable(stage.root, false);

  const port = String(await freePort());
  const operatorEnv = { GEAI_BASE_URL: around.emulator.url, ID_SECRET: 'for-this-proof-only-'.repeat(2), PORT: port };
  const container: Container = { stage, nodeFolder, operatorEnv };
  const write = ['node', '-e', 'require("node:fs").writeFileSync("probe", "")'];
  assert.equal(await exitCodeOf(container, write), 1, 'the user of the image can write into its folder');
  assert.equal(await exitCodeOf(container, stage.healthcheck), 1, 'the health check passes with nothing running');
  await checkProcess(container, `http://127.0.0.1:${port}`, around);
}

function performDockerfile(nodeFolder: string, { folder, stopping }: Surroundings): Promise<Stage> {
  const instructions = parseDockerfile(readFileSync(join(CHECKOUT, 'Dockerfile'), 'utf8'));
  const report = (command: string) => console.log(`  RUN ${command}`);
  return buildStages(instructions, { context: CHECKOUT, folder, env: buildEnv(nodeFolder), report, stopping });
}

/** Starts the image's command, asks it what an operator and a caller would, and ends it. */
async function checkProcess(container: Container, url: string, { emulator, running }: Surroundings): Promise<void> {
  const startedAt = performance.now();
  const facade = start(container, container.stage.command);
  running.add(facade);
  const exit = once(facade, 'exit');
  // A program that cannot be started is reported below, as one that is not running.
  exit.catch(() => {});
  const log = collect(facade);
  await untilLive(url, { child: facade, log });
  console.log(`  ready ${Math.round(performance.now() - startedAt)} ms after the start`);

  assert.equal(await exitCodeOf(container, container.stage.healthcheck), 0, 'the health check fails');
  await checkAnswers(url, emulator);
  facade.kill('SIGTERM');
  assert.deepEqual(await exit, [0, null], `SIGTERM does not end it cleanly:\n${log()}`);
  running.delete(facade);
}

async function checkAnswers(url: string, { seeded }: Emulator): Promise<void> {
  const [organization] = seeded.organizations;
  assert(organization, 'the emulator has no organization');
  const { name, projects, token } = organization;
  const answer = await ask(url, '{ organization { name projects(first: 2) { totalCount } } }', token);
  assert.deepEqual(answer, { data: { organization: { name, projects: { totalCount: projects.length } } } });
  const introspection = await ask(url, '{ __schema { types { name } } }', token);
  assert(!('data' in introspection) && 'errors' in introspection, 'introspection is on');
  assert.equal((await fetch(url)).status, 404, 'the explorer page is served');
}

/** What the base image and this machine's network give to `RUN`: one node, npm, and the way to the registry. */
function buildEnv(nodeFolder: string): Record<string, string> {
  const passed =
    /^(HOME|LANG|TMPDIR|NODE_EXTRA_CA_CERTS|SSL_CERT_(FILE|DIR)|(HTTPS?|NO)_PROXY|npm_config_(registry|cafile))$/i;
  const env = Object.entries(process.env).filter(([name, value]) => passed.test(name) && value !== undefined);
  // Not the tools of this checkout: the image does not have them.
  const path = (process.env.PATH ?? '').split(':').filter((entry) => !entry.includes('node_modules'));
  return { ...Object.fromEntries(env), PATH: [nodeFolder, ...path].join(':') };
}

/** Only what runs, and of the packages exactly those that production takes. */
function checkContent({ root, workdir, labels, port }: Stage): void {
  const folder = join(root, workdir);
  assert.deepEqual(readdirSync(folder).sort(), CONTENT);
  const lock: unknown = JSON.parse(readFileSync(join(CHECKOUT, 'package-lock.json'), 'utf8'));
  const packages = Object.entries((lock as { packages: Record<string, { dev?: true; optional?: true }> }).packages);
  const paths = packages.filter(([path]) => path.startsWith('node_modules/'));
  const development = paths.filter(([, { dev }]) => dev).map(([path]) => path);
  const production = paths.filter(([, { dev, optional }]) => !dev && !optional).map(([path]) => path);
  for (const known of ['typescript', 'vitest', 'node']) assert(development.includes(`node_modules/${known}`), known);
  const isThere = (path: string) => existsSync(join(folder, path, 'package.json'));
  assert.deepEqual(development.filter(isThere), [], 'development dependencies are in the image');
  assert.deepEqual(
    production.filter((path) => !isThere(path)),
    [],
    'production dependencies are missing',
  );
  assert.equal(labels['org.opencontainers.image.licenses'], 'MIT');
  assert.equal(port, 4000);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  assert(address !== null && typeof address === 'object');
  return address.port;
}

function collect(child: ChildProcess): () => string {
  let text = '';
  const add = (chunk: unknown) => {
    text += String(chunk);
  };
  child.stdout?.on('data', add);
  child.stderr?.on('data', add);
  return () => text;
}

async function untilLive(url: string, { child, log }: { child: ChildProcess; log: () => string }): Promise<void> {
  const deadline = performance.now() + DEADLINE_MS;
  const isRunning = () => child.pid !== undefined && child.exitCode === null && child.signalCode === null;
  while (isRunning() && performance.now() < deadline) {
    const isLive = await fetch(`${url}/health/live`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (isLive) return;
    await pause(10);
  }
  throw new Error(`${isRunning() ? 'it is not live' : 'it ended before it was live'}:\n${log()}`);
}

async function ask(url: string, query: string, token: string): Promise<object> {
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
  const response = await fetch(`${url}/graphql`, { method: 'POST', headers, body: JSON.stringify({ query }) });
  const answer: unknown = await response.json();
  assert(typeof answer === 'object' && answer !== null);
  return answer;
}

async function main(): Promise<void> {
  console.log('Dockerfile, performed in fresh folders:');
  const folder = mkdtempSync(join(tmpdir(), 'geai-graph-docker-'));
  const running = new Set<ChildProcess>();
  const emulator = await startEmulator();
  const stop = new AbortController();
  const cleanUp = async () => {
    stop.abort();
    for (const child of running) child.kill('SIGKILL');
    await emulator.close();
    setWritable(folder, true);
    rmSync(folder, { recursive: true, force: true });
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void cleanUp().finally(() => process.exit(1)));
  }
  try {
    await prove({ folder, emulator, running, stopping: stop.signal });
    console.log('  The Dockerfile holds.');
  } finally {
    await cleanUp();
  }
}

main().catch((error: unknown) => {
  const output = error instanceof Error && 'stderr' in error ? `\n${String(error.stderr)}` : '';
  console.error(`${error instanceof Error ? error.message : String(error)}${output}`);
  process.exitCode = 1;
});
