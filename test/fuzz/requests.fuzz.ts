import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { UPSTREAM_MARK } from '../../emulator/failures.ts';
import { query, TEST_ID_SECRET } from '../support/facade.ts';
import { LEAST_SHARES, sharesOf } from './depth.ts';
import { gather, type Material } from './material.ts';
import { startPlanted } from './planted.ts';
import { type Failure, Fuzz } from './run.ts';
import { type FuzzedServer, ROUTER_SECRET, type ServerName, startServers } from './servers.ts';
import { Watch } from './watch.ts';

const seed = Number(process.env.FUZZ_SEED ?? 1);
const runs = Number(process.env.FUZZ_RUNS ?? 100_000);
/** One case alone, of those that a failure names, and other bytes in its place. */
const only = process.env.FUZZ_CASE === undefined ? null : Number(process.env.FUZZ_CASE);
const bytes = process.env.FUZZ_BYTES === undefined ? undefined : Buffer.from(process.env.FUZZ_BYTES, 'base64');

const folder = mkdtempSync(join(tmpdir(), 'geai-fuzz-'));
let material: Material;
let servers: Record<ServerName, FuzzedServer>;
const hidden = () => ({
  upstream: new URL(material.situation.emulator.url).host,
  secrets: [ROUTER_SECRET, TEST_ID_SECRET],
});
const watch = new Watch(hidden);
let unlisten: () => void;

const { stackTraceLimit } = Error;

beforeAll(async () => {
  // The test runner looks up the source of each line of a stack; one is enough to recognise it in an answer.
  Error.stackTraceLimit = 1;
  unlisten = watch.listen();
  material = await gather(seed);
  servers = await startServers(material.situation, folder, watch.onLog);
}, 120_000);

afterAll(async () => {
  unlisten();
  Error.stackTraceLimit = stackTraceLimit;
  for (const server of Object.values(servers)) await server.close();
  await material.situation.close();
  rmSync(folder, { recursive: true, force: true });
});

const printed = (request: Buffer) => JSON.stringify(request.toString('latin1').slice(0, 3_000));

function described({ index, problems, request, answer, shrunk }: Failure): string {
  const again = `FUZZ_SEED=${seed} FUZZ_CASE=${index}`;
  const smaller = shrunk
    ? [`${again} FUZZ_BYTES=${shrunk.toString('base64')} npm run test:fuzz`, `which is ${printed(shrunk)}`]
    : ['Not shrunk: it does not fail alone, or another one was.'];
  return [
    `${again} npm run test:fuzz`,
    ...smaller,
    problems.join('; '),
    `to the ${request.server} server: ${printed(request.bytes)}`,
    `answered: ${answer.slice(0, 2_000)}`,
  ].join('\n');
}

test.runIf(only === null)(`${runs} requests of seed ${seed}`, { timeout: 1_800_000 }, async () => {
  const fuzz = new Fuzz({ material, servers, hidden: hidden(), watch, seed });

  const { failures, statuses, depths } = await fuzz.run({ from: 0, to: runs });

  const shares = sharesOf(depths);
  process.stdout.write(
    `seed ${seed}, answers by status: ${JSON.stringify(statuses)}, shares: ${JSON.stringify(shares)}\n`,
  );
  expect(failures.map(described)).toEqual([]);
  expect(watch.wrong.slice(0, 5)).toEqual([]);
  const { token } = material.situation.model.organizations[0]!;
  const projectCount = async () => {
    const { data } = await query(servers.passthrough.url, '{ organization { projects { totalCount } } }', { token });
    return data?.organization?.projects?.totalCount;
  };
  // The platform is asked again some time after its last fault.
  await expect.poll(projectCount, { timeout: 10_000 }).toBeGreaterThan(0);
  // The odd ones reach the refusals that they are made for, and the others whatever may fail behind them.
  expect(Object.keys(statuses)).toEqual(expect.arrayContaining(['200', '400', '403', '405', '415']));
  for (const [depth, share] of Object.entries(LEAST_SHARES))
    expect({ depth, isReached: shares[depth as keyof typeof shares] >= share }).toEqual({ depth, isReached: true });
});

async function holdsAlone(index: number): Promise<void> {
  const fuzz = new Fuzz({ material, servers, hidden: hidden(), watch, seed });

  const { problems, answer } = await fuzz.alone(index, bytes);

  expect(problems, answer).toEqual([]);
}

if (only !== null) test(`case ${only} of seed ${seed}`, () => holdsAlone(only));

// Servers that answer well but for documents that name an organization.
describe.runIf(only === null).each<[what: string, found: RegExp, fault: Parameters<typeof startPlanted>[0]]>([
  ['a failure that is ours', /^status 500$/, ({ answer }) => answer(500, '{}')],
  ['text of the platform', /^text of the platform$/, ({ answer }) => answer(200, `{"data":"${UPSTREAM_MARK}"}`)],
  ['a secret of the server', /^a secret of the server$/, ({ answer }) => answer(200, `{"data":"${ROUTER_SECRET}"}`)],
  ['an end without an answer', /^no answer$/, ({ hangUp }) => hangUp()],
  [
    'a failure that nobody handles',
    /^unhandled/,
    ({ answer, watch: { onUnhandled } }) => {
      onUnhandled(new Error('planted'));
      answer(200, '{"data":{}}');
    },
  ],
  [
    'a secret in the log',
    /^log: a secret/,
    ({ answer, watch: { onLog } }) => {
      onLog(`{"level":"info","msg":"${ROUTER_SECRET}"}`);
      answer(200, '{"data":{}}');
    },
  ],
])('%s', (_what, found, fault) => {
  test('is found, and shrunk to the one word that it takes', async () => {
    const own = new Watch(hidden);
    const planted = await startPlanted(fault, own);
    onTestFinished(() => planted.close());
    const all = { passthrough: planted, jwt: planted, trusted: planted };

    const { failures } = await new Fuzz({ material, servers: all, hidden: hidden(), watch: own, seed }).run({
      from: 0,
      to: 400,
    });

    const [failure] = failures.filter(
      ({ shrunk, problems }) => shrunk && problems.some((problem) => found.test(problem)),
    );
    expect(failure?.shrunk?.toString('latin1')).toContain('organization');
    expect(failure?.shrunk?.length).toBeLessThan(120);
    expect(described(failure!)).toContain(`FUZZ_CASE=${failure!.index} FUZZ_BYTES=`);
  });
});
