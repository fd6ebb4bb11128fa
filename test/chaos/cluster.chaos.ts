import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { type Restricted, startRestricted } from '../access/restricted.ts';
import { TEST_ID_SECRET } from '../support/facade.ts';
import { jwtMode } from '../support/issuer.ts';
import { type Mode, startCluster } from './cluster.ts';
import { Chaos, type ChaosOptions, type Found, stageOf } from './run.ts';
import { startWriteProxy } from './writeProxy.ts';

const seed = Number(process.env.CHAOS_SEED ?? 1);
const seconds = Number(process.env.CHAOS_SECONDS ?? 40);
/** An answer after that is none: far above the deadline of requests, for a busy machine. */
const OPTIONS: ChaosOptions = { seed, seconds, workers: 20, hangMs: 15_000, mostProblems: 20, leastDone: 30 };

let situation: Restricted;
beforeAll(async () => {
  situation = await startRestricted();
}, 120_000);
afterAll(() => situation?.close());

/** Replicas over the emulator and a Redis of their own, and those who ask them. */
async function prepare(modes: readonly Mode[], options: ChaosOptions, planted: Record<string, string> = {}) {
  const proxy = await startWriteProxy(situation.emulator.url);
  onTestFinished(() => proxy.close());
  const tokens = situation.model.organizations.map(({ token }) => token);
  const common = {
    GEAI_BASE_URL: proxy.url,
    ID_SECRET: TEST_ID_SECRET,
    GEAI_BORROW_PROJECT_TOKENS: 'true',
    UPSTREAM_TIMEOUT_MS: '800',
    UPSTREAM_DEADLINE_MS: '2500',
    VERIFY_TIMEOUT_MS: '400',
    ...planted,
  };
  const claims = { JWT_ORGANIZATIONS_CLAIM: 'organizations', JWT_PROJECTS_CLAIM: 'projects' };
  const jwt = { ...common, ...jwtMode(situation.issuer, tokens), ...claims };
  const cluster = await startCluster(modes, (mode) => (mode === 'jwt' ? jwt : common));
  onTestFinished(() => cluster.close());
  return new Chaos(await stageOf(situation, proxy, cluster, options), options);
}

const NOTHING: Found = {
  ...{ seen: [], lost: [], doubled: [], notRecovered: [], crashes: [] },
  ...{ problems: '', unforeseen: [], tokens: [] },
};

test(`${seconds} s of chaos of seed ${seed}`, { timeout: 600_000 }, async () => {
  const chaos = await prepare(['passthrough', 'passthrough', 'jwt', 'jwt'], OPTIONS);
  const { stage, director } = chaos;

  expect(await chaos.inGoodWeather()).toEqual([]);
  const before = stage.sent.length;
  const found = await chaos.run();

  const done = stage.sent.slice(before).filter(({ isDone }) => isDone).length;
  process.stdout.write(
    `CHAOS_SEED=${seed}: ${stage.asked} requests, ${stage.sent.length} mutations, ${done} done, ${stage.writes.length} writes, ${JSON.stringify(stage.codes)}\n`,
  );
  expect({ found, acts: director.acts }).toEqual({ found: NOTHING, acts: director.acts });
  // Where nothing is done and nothing is told, nothing can go wrong.
  expect(done).toBeGreaterThan(0);
  expect(stage.codes.none).toBeGreaterThan(stage.asked / 20);
});

const PLANTED = new URL('planted.ts', import.meta.url).pathname;
const SHORTLY: ChaosOptions = { seed, seconds: 3, workers: 10, hangMs: 1_500, mostProblems: 0, leastDone: 0 };

// Each of the promises, and a facade that breaks it.
test.each<[plant: string, promise: keyof Found, told: RegExp]>([
  ['crash', 'crashes', /planted/],
  ['rejection', 'crashes', /planted/],
  ['hang', 'seen', /no answer in time/],
  ['leak', 'seen', /told of/],
  ['unrecorded', 'lost', /without an event/],
  ['doubled', 'doubled', /sent 2 times/],
  ['stuck', 'notRecovered', /five seconds after/],
])('chaos finds a facade of the fault "%s"', { timeout: 120_000 }, async (plant, promise, told) => {
  const chaos = await prepare(['passthrough'], SHORTLY, { PLANTED: plant, NODE_OPTIONS: `--import ${PLANTED}` });

  const found = await chaos.run();

  expect(found[promise]).toEqual(expect.arrayContaining([expect.stringMatching(told)]));
});
