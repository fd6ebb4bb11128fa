import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { NoCache } from '../../src/cache/none.ts';
import type { Credential, Fingerprint } from '../../src/platform/client/credential.ts';
import { type Transport, TransportError } from '../../src/platform/client/transport.ts';
import { Platform } from '../../src/platform/platform.ts';
import { listProjects } from '../../src/platform/resources/projects.ts';
import { Secret } from '../../src/values/secret.ts';

const DEADLINE_MS = 1_000;
const EMPTY = { status: 200, headers: {}, body: '{"projects":[]}' };

beforeEach(() => void vi.useFakeTimers({ toFake: ['performance', 'setTimeout', 'clearTimeout'] }));
afterEach(() => void vi.useRealTimers());

const credential: Credential<'organization'> = {
  kind: 'organization',
  secret: new Secret('x'),
  fingerprint: 'x' as Fingerprint,
  organizationId: 'o',
  organizationName: null,
  projectId: null,
};

/** A platform that takes so long for each of its answers, in turn; what takes longer than it may is a timeout. */
function platformOf(...answersAfterMs: number[]) {
  const send = vi.fn<Transport['send']>((_exchange, timeoutMs) => {
    const after = answersAfterMs.shift() ?? 0;
    const { promise: outcome, resolve } = Promise.withResolvers<typeof EMPTY | TransportError>();
    if (after <= timeoutMs) setTimeout(() => resolve(EMPTY), after);
    else setTimeout(() => resolve(new TransportError('timeout', true)), timeoutMs);
    return { outcome, cancel: () => resolve(new TransportError('cancelled', true)) };
  });
  const options = { baseUrl: new URL('http://127.0.0.1:9'), attemptTimeoutMs: 60_000, deadlineMs: DEADLINE_MS };
  const caches = { answers: new NoCache(), identities: new NoCache() };
  const platform = new Platform(options, caches, { send, close: async () => undefined });
  return { send, session: () => platform.session(() => undefined) };
}

/** What came of a read, as a word. */
const outcome = (read: Promise<unknown>) =>
  read.then(
    () => 'answered',
    (error: { kind?: string }) => error.kind,
  );

test('a joiner with time left makes a call of their own when the first caller runs out of it', async () => {
  const { send, session } = platformOf(5_000, 100);
  const early = session();
  await vi.advanceTimersByTimeAsync(600);
  const late = session();

  const first = outcome(early.as(credential).call(listProjects, {}));
  const second = outcome(late.as(credential).call(listProjects, {}));
  await vi.advanceTimersByTimeAsync(390);
  expect(send).toHaveBeenCalledTimes(1);
  await vi.advanceTimersByTimeAsync(200);

  expect(await first).toBe('TIMEOUT');
  expect(await second).toBe('answered');
  expect(send).toHaveBeenCalledTimes(2);
  expect(late.callCounts.byRoute.get('GET /v1/organization/projects')).toEqual({
    made: 1,
    coalesced: 1,
    remembered: 0,
  });
});

test('a joiner who runs out of time is told so, and the others get the answer', async () => {
  const { send, session } = platformOf(700);
  const early = session();
  await vi.advanceTimersByTimeAsync(500);
  const late = session();

  const second = outcome(late.as(credential).call(listProjects, {}));
  const first = outcome(early.as(credential).call(listProjects, {}));
  await vi.advanceTimersByTimeAsync(DEADLINE_MS - 500);
  expect(await first).toBe('TIMEOUT');
  await vi.advanceTimersByTimeAsync(300);

  expect(await second).toBe('answered');
  expect(send).toHaveBeenCalledTimes(1);
});

test('a joiner who leaves, and whose time is over later, takes the answer from nobody', async () => {
  const { send, session } = platformOf(800);
  const early = session();
  await vi.advanceTimersByTimeAsync(500);
  const late = session();

  const first = outcome(late.as(credential).call(listProjects, {}));
  void outcome(early.as(credential).call(listProjects, {}));
  early.cancel();
  await vi.advanceTimersByTimeAsync(900);

  expect(await first).toBe('answered');
  expect(send).toHaveBeenCalledTimes(1);
});

test('a platform that asks for a longer pause than is left is not asked again', async () => {
  const { send, session } = platformOf();
  send.mockImplementationOnce(() => ({
    outcome: Promise.resolve({ status: 503, headers: { 'retry-after': '0.9' }, body: '' }),
    cancel: () => undefined,
  }));
  const asking = session();
  await vi.advanceTimersByTimeAsync(200);

  const read = outcome(asking.as(credential).call(listProjects, {}));
  await vi.advanceTimersByTimeAsync(DEADLINE_MS);

  expect(await read).toBe('UNAVAILABLE');
  expect(send).toHaveBeenCalledTimes(1);
});
