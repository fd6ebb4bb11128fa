import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Emulator, startEmulator } from '../../emulator/emulator.ts';
import { query, TEST_ID_SECRET } from '../support/facade.ts';
import { freePort } from '../support/freePort.ts';
import { type Program, runProgram } from '../support/program.ts';
import { temporaryFile } from '../support/temporary.ts';
import { composed, deployment, image, manifests, SETTINGS, type Yaml } from './files.ts';

/** Settings that are ports which the process opens. */
const PORTS = ['PORT', 'HEALTH_PORT', 'METRICS_PORT'];

const PROBES = ['startupProbe', 'livenessProbe', 'readinessProbe'];

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator({ organizations: 1 });
});
afterAll(() => emulator.close());

interface Started extends Program {
  readonly env: Readonly<Record<string, string>>;
  /** Address of what listens on a port of the settings. Undefined if nothing does. */
  at(port: number): string | undefined;
}

/** Starts the program with the settings as they are. Ports are moved, and secrets and others' addresses are of this test. */
async function startWith(settings: Readonly<Record<string, string>>): Promise<Started> {
  const env: Record<string, string> = { ...image.env, ...settings, HOST: '127.0.0.1', GEAI_BASE_URL: emulator.url };
  const moved = new Map<number, string>();
  for (const name of PORTS.filter((one) => env[one] !== undefined)) {
    const port = String(await freePort());
    moved.set(Number(env[name]), `http://127.0.0.1:${port}`);
    env[name] = port;
  }
  // Probes and operations do without Redis.
  const secrets: Record<string, string> = { ID_SECRET: TEST_ID_SECRET, REDIS_URL: 'redis://127.0.0.1:9' };
  for (const name of Object.keys(env)) {
    if (env[name]?.startsWith('redis:')) env[name] = secrets.REDIS_URL!;
    if (name.endsWith('_FILE')) env[name] = fileWith(secrets[name.replace(/_FILE$/, '')]!);
  }
  const program = runProgram(env);
  await program.logged('listening');
  return { ...program, env, at: (port) => moved.get(port) };
}

function fileWith(secret: string): string {
  const path = temporaryFile('secret');
  writeFileSync(path, secret);
  return path;
}

interface Asked {
  readonly what: string;
  readonly port: number | undefined;
  readonly path: string;
}

/** Everything that Kubernetes and Prometheus ask of a pod. Ports are found by their names. */
function askedOf({ spec: { template } }: Yaml): Asked[] {
  const [container] = template.spec.containers;
  const portOf = (name: string) => container.ports.find((one: Yaml) => one.name === name)?.containerPort;
  const { 'prometheus.io/port': port, 'prometheus.io/path': path } = template.metadata.annotations;
  return [
    ...PROBES.map((what) => {
      const { httpGet } = container[what];
      return { what, port: portOf(httpGet.port), path: httpGet.path };
    }),
    { what: 'scrape', port: Number(port), path },
    { what: 'scrape by name', port: portOf('metrics'), path },
  ];
}

/** Those of the asked that get no good answer. */
async function unserved({ at }: Started, asked: readonly Asked[]): Promise<string[]> {
  const failed = [];
  for (const { what, port, path } of asked) {
    const address = port === undefined ? undefined : at(port);
    if (address === undefined || (await fetch(address + path)).status !== 200) failed.push(what);
  }
  return failed;
}

/** What is not served of a changed deployment, asked of an unchanged process. */
function unservedIf(started: Started, change: (pod: Yaml) => void): Promise<string[]> {
  const copy = structuredClone(deployment);
  change(copy.spec.template);
  return unserved(started, askedOf(copy));
}

const answersOperations = async (address: string | undefined) =>
  (await query(address!, '{ organization { name } }', { token: emulator.seeded.organizations[0]!.token })).data;

test('with the settings for Kubernetes, each probe and scrape is answered, and operations at the port of the service', async () => {
  const started = await startWith(SETTINGS.kubernetes);
  const spec = (kind: string) => manifests.find(({ manifest }) => manifest.kind === kind)!.manifest.spec;

  expect(await unserved(started, askedOf(deployment))).toEqual([]);
  const [{ targetPort }] = spec('Service').ports;
  const { containerPort } = deployment.spec.template.spec.containers[0].ports.find(
    ({ name }: Yaml) => name === targetPort,
  );
  expect(await answersOperations(started.at(containerPort))).toEqual({ organization: expect.anything() });
  // What is let in from where: a scrape cannot send operations, and the router cannot read metrics.
  const rules = spec('NetworkPolicy').ingress.map(({ from, ports }: Yaml) => [Object.keys(from[0])[0], ports[0].port]);
  expect(rules).toEqual([
    ['podSelector', targetPort],
    ['namespaceSelector', 'metrics'],
  ]);
  expect((await fetch(`${started.at(containerPort)}/metrics`)).status).toBe(404);
  // A probe or scrape at a port that nobody listens on is found.
  const at = (change: (pod: Yaml) => void) => unservedIf(started, change);
  expect(await at(({ spec: { containers } }) => Object.assign(containers[0].ports[1], { containerPort: 9 }))).toEqual(
    PROBES,
  );
  expect(await at(({ spec }) => Object.assign(spec.containers[0].livenessProbe.httpGet, { port: 'web' }))).toEqual([
    'livenessProbe',
  ]);
  expect(await at(({ metadata }) => Object.assign(metadata.annotations, { 'prometheus.io/port': '4000' }))).toEqual([
    'scrape',
  ]);
});

test('without HEALTH_PORT in the settings the probes of Kubernetes find nobody', async () => {
  const { HEALTH_PORT: _without, ...others } = SETTINGS.kubernetes;

  expect(await unserved(await startWith(others), askedOf(deployment))).toEqual(PROBES);
});

test('with the settings for Compose, the health check passes, and what is published is served', async () => {
  const started = await startWith(SETTINGS.compose);
  const [command = '', ...words] = image.healthcheck;
  const check = (env: NodeJS.ProcessEnv) => execFileSync(process.execPath, words, { env, stdio: 'pipe' });

  expect([command, composed.healthcheck]).toEqual(['node', undefined]);
  check(started.env);
  expect(() => check({ ...started.env, HEALTH_PORT: '9' })).toThrow();
  const [operations, metrics] = composed.ports.map((text: string) => Number(text.split(':').at(-1)));
  expect(await answersOperations(started.at(operations))).toEqual({ organization: expect.anything() });
  const { HEALTH_PORT } = SETTINGS.compose;
  const asked = [
    { what: 'metrics', port: metrics, path: '/metrics' },
    { what: 'ready', port: Number(HEALTH_PORT), path: '/health/ready' },
    { what: 'live', port: Number(HEALTH_PORT), path: '/health/live' },
  ];
  expect(await unserved(started, asked)).toEqual([]);
});
