import { expect, onTestFinished, test, vi } from 'vitest';
import { NoCache } from '../../src/cache/none.ts';
import { Readiness } from '../../src/http/readiness.ts';
import type { Transport } from '../../src/platform/client/transport.ts';
import { Platform } from '../../src/platform/platform.ts';
import { type FacadeOptions, routes, startFacade } from '../support/facade.ts';

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

test('a facade is not ready while the platform cannot be reached', async () => {
  const facade = await started({ env: DOWN });

  const answer = await fetch(`${facade.url}/health/ready`);

  expect(answer.status).toBe(503);
  expect(await answer.json()).toEqual({ ready: false, reason: 'the platform does not answer' });
});

test('a facade is not ready while the platform answers with server errors', async () => {
  const facade = await started();
  facade.emulator.setFaults([{ route: '*', kind: 'status', status: 503 }]);

  expect((await fetch(`${facade.url}/health/ready`)).status).toBe(503);
});

test('being ready is asked of the platform without a credential, once for many who want to know', async () => {
  const facade = await started();

  const answers = await Promise.all(Array.from({ length: 20 }, () => fetch(`${facade.url}/health/ready`)));

  expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 200));
  expect(facade.emulator.calls()).toEqual([{ route: routes.validate, credential: 'none', count: 1 }]);
});

test('readiness is believed for a few seconds and then asked again', async () => {
  vi.useFakeTimers({ toFake: ['performance'] });
  onTestFinished(() => void vi.useRealTimers());
  let status = 200;
  const send = vi.fn<Transport['send']>(() => ({
    outcome: Promise.resolve({ status, headers: {}, body: '' }),
    cancel: () => undefined,
  }));
  const options = { baseUrl: new URL('http://127.0.0.1:9'), attemptTimeoutMs: 1_000, deadlineMs: 1_000 };
  const caches = { answers: new NoCache(), identities: new NoCache() };
  const readiness = new Readiness(new Platform(options, caches, { send, close: async () => undefined }));

  expect(await readiness.check()).toEqual({ ready: true });
  status = 503;
  vi.advanceTimersByTime(1_000);
  expect(await readiness.check()).toEqual({ ready: true });
  expect(send).toHaveBeenCalledTimes(1);

  vi.advanceTimersByTime(60_000);
  expect(await readiness.check()).toMatchObject({ ready: false });
  expect(send).toHaveBeenCalledTimes(2);
});
