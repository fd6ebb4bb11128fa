import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { query, TEST_ID_SECRET } from '../support/facade.ts';
import { gather, type Material } from './material.ts';
import { type Failure, Fuzz, logWatch } from './run.ts';
import { type FuzzedServer, ROUTER_SECRET, type ServerName, startServers } from './servers.ts';

const seed = Number(process.env.FUZZ_SEED ?? 1);
const runs = Number(process.env.FUZZ_RUNS ?? 100_000);
/** One case alone, of those that a failure names. */
const only = process.env.FUZZ_CASE === undefined ? null : Number(process.env.FUZZ_CASE);

const folder = mkdtempSync(join(tmpdir(), 'geai-fuzz-'));
const unhandled: unknown[] = [];
const onUnhandled = (reason: unknown) => void unhandled.push(reason);
let material: Material;
let servers: Record<ServerName, FuzzedServer>;
const hidden = () => ({
  upstream: new URL(material.situation.emulator.url).host,
  secrets: [ROUTER_SECRET, TEST_ID_SECRET],
});
const { wrong, onLog } = logWatch(hidden);

const { stackTraceLimit } = Error;

beforeAll(async () => {
  // The test runner looks up the source of each line of a stack; one is enough to recognise it in an answer.
  Error.stackTraceLimit = 1;
  process.on('unhandledRejection', onUnhandled).on('uncaughtException', onUnhandled);
  material = await gather(seed);
  servers = await startServers(material.situation, folder, onLog);
}, 120_000);

afterAll(async () => {
  process.off('unhandledRejection', onUnhandled).off('uncaughtException', onUnhandled);
  Error.stackTraceLimit = stackTraceLimit;
  for (const server of Object.values(servers)) await server.close();
  await material.situation.close();
  rmSync(folder, { recursive: true, force: true });
});

const described = ({ index, problems, request, answer }: Failure) =>
  [
    `FUZZ_SEED=${seed} FUZZ_CASE=${index} npm run test:fuzz`,
    problems.join('; '),
    `to the ${request.server} server: ${JSON.stringify(request.bytes.toString('latin1').slice(0, 3_000))}`,
    `answered: ${answer.slice(0, 2_000)}`,
  ].join('\n');

test(`${only === null ? `${runs} requests` : `case ${only}`} of seed ${seed}`, { timeout: 1_800_000 }, async () => {
  const fuzz = new Fuzz(material, servers, hidden(), seed);
  const [from, to] = only === null ? [0, runs] : [only, only + 1];

  const { failures, statuses } = await fuzz.run({ seed, from, to });

  process.stdout.write(`seed ${seed}, answers by status: ${JSON.stringify(statuses)}\n`);
  expect(failures.map(described)).toEqual([]);
  expect(wrong.slice(0, 5)).toEqual([]);
  expect(unhandled).toEqual([]);
  const { token } = material.situation.model.organizations[0]!;
  const projectCount = async () => {
    const { data } = await query(servers.passthrough.url, '{ organization { projects { totalCount } } }', { token });
    return data?.organization?.projects?.totalCount;
  };
  // The platform is asked again some time after its last fault.
  await expect.poll(projectCount).toBeGreaterThan(0);
  // Most requests are answered, and the odd ones reach the refusals that they are made for.
  if (only === null) expect(Object.keys(statuses)).toEqual(expect.arrayContaining(['200', '400', '403', '405', '415']));
});
