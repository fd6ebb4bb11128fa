import { expect, onTestFinished, test, vi } from 'vitest';
import { NoCache } from '../../src/cache/none.ts';
import { PlatformState } from '../../src/http/platformState.ts';
import { Readiness } from '../../src/http/readiness.ts';
import type { Transport } from '../../src/platform/client/transport.ts';
import { Platform } from '../../src/platform/platform.ts';
import { type FacadeOptions, metricOf, routes, startFacade } from '../support/facade.ts';
import { linesOf } from '../support/program.ts';

async function started(options?: FacadeOptions) {
  const facade = await startFacade(options);
  onTestFinished(() => facade.close());
  return facade;
}

/** Nothing listens on port 9 of loopback, "discard". */
const DOWN = { GEAI_BASE_URL: 'http://127.0.0.1:9' };

test('a live process says so whether or not the platform is there', async () => {
  const facade = await started({ env: DOWN });

  const answer = await fetch(`${facade.url}/health/live`);

  expect(answer.status).toBe(200);
  expect(await answer.json()).toEqual({ live: true });
});

test('being live is found without asking the platform', async () => {
  const facade = await started();

  await fetch(`${facade.url}/health/live`);

  expect(facade.upstream()).toEqual({});
});

const FOLLOWING = { READINESS_FOLLOWS_PLATFORM: 'true' };

/** Messages of the log about the platform as a whole. */
const saidOf = (log: string) =>
  linesOf(log).flatMap(({ msg, level }) => (String(msg).startsWith('the platform') ? [[level, msg]] : []));

const DOWN_LINE = ['warn', 'the platform does not answer: requests that need it will fail'];

test('an unreachable platform leaves the facade ready; the log and a metric say it', async () => {
  const facade = await started({ env: DOWN });
  const ready = () => fetch(`${facade.url}/health/ready`);
  const answer = await ready();

  expect([answer.status, await answer.json()]).toEqual([200, { ready: true }]);
  await vi.waitUntil(() => saidOf(facade.log()).length > 0);
  await ready();
  expect(saidOf(facade.log())).toEqual([DOWN_LINE]);
  expect(await metricOf(facade, 'geai_graph_platform_up')).toBe(0);
});

test('a scrape alone finds out that the platform is unreachable, for the next one', async () => {
  const facade = await started({ env: DOWN });

  await expect.poll(() => metricOf(facade, 'geai_graph_platform_up')).toBe(0);
});

test('with READINESS_FOLLOWS_PLATFORM a facade is not ready while the platform cannot be reached', async () => {
  const facade = await started({ env: { ...DOWN, ...FOLLOWING } });

  const answer = await fetch(`${facade.url}/health/ready`);

  expect(answer.status).toBe(503);
  expect(await answer.json()).toEqual({ ready: false, reason: 'the platform does not answer' });
});

test('with READINESS_FOLLOWS_PLATFORM a facade is not ready while the platform answers with server errors', async () => {
  const facade = await started({ env: FOLLOWING });
  facade.emulator.setFaults([{ route: '*', kind: 'status', status: 503 }]);

  expect((await fetch(`${facade.url}/health/ready`)).status).toBe(503);
});

test('the platform is asked without a credential, once for many who want to know', async () => {
  const facade = await started();

  const answers = await Promise.all(Array.from({ length: 20 }, () => fetch(`${facade.url}/health/ready`)));

  expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 200));
  expect(facade.emulator.calls()).toEqual([{ route: routes.validate, credential: 'none', count: 1 }]);
});

test('the state of the platform is believed for a few seconds and then asked again; changes are logged', async () => {
  vi.useFakeTimers({ toFake: ['performance'] });
  onTestFinished(() => void vi.useRealTimers());
  let status = 200;
  const send = vi.fn<Transport['send']>(() => ({
    outcome: Promise.resolve({ status, headers: {}, body: '' }),
    cancel: () => undefined,
  }));
  const options = { baseUrl: new URL('http://127.0.0.1:9'), attemptTimeoutMs: 1_000, deadlineMs: 1_000 };
  const caches = { answers: new NoCache(), identities: new NoCache() };
  const log = { info: vi.fn(), warn: vi.fn() };
  const state = new PlatformState(new Platform(options, caches, { send, close: async () => undefined }), log);
  const readiness = new Readiness(state, true);

  expect(await readiness.check()).toEqual({ ready: true });
  status = 503;
  vi.advanceTimersByTime(1_000);
  expect(await readiness.check()).toEqual({ ready: true });
  expect(send).toHaveBeenCalledTimes(1);

  vi.advanceTimersByTime(60_000);
  expect(await readiness.check()).toMatchObject({ ready: false });
  expect(send).toHaveBeenCalledTimes(2);

  status = 200;
  vi.advanceTimersByTime(60_000);
  expect(await readiness.check()).toEqual({ ready: true });
  expect([log.warn.mock.calls.length, log.info.mock.calls]).toEqual([1, [['the platform answers again']]]);
  expect(log.warn.mock.calls[0]![0]).toEqual({ reason: 'status 503' });
});
