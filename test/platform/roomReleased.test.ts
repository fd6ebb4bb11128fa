import fc from 'fast-check';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Endpoint } from '../../src/platform/client/endpoint.ts';
import { type Answer, type Transport, TransportError } from '../../src/platform/client/transport.ts';
import { Platform } from '../../src/platform/platform.ts';
import { createProject, listProjects } from '../../src/platform/resources/projects.ts';
import { ARGUMENTS, bare } from './endpoints.ts';
import { caches, credentialOf } from './scripted.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['performance', 'setTimeout', 'clearTimeout'] }));
afterEach(() => void vi.useRealTimers());

const DEADLINE_MS = 3_000;

/** A platform whose exchanges end when the test says so, or are cancelled. */
function platformOf(maxCalls: number) {
  const open: ((outcome: Answer | TransportError) => void)[] = [];
  const send: Transport['send'] = (_exchange, timeoutMs) => {
    const { promise, resolve } = Promise.withResolvers<Answer | TransportError>();
    open.push(resolve);
    setTimeout(() => resolve(new TransportError('timeout', true)), timeoutMs);
    return { outcome: promise, cancel: () => resolve(new TransportError('cancelled', true)) };
  };
  const options = {
    baseUrl: new URL('http://127.0.0.1:9'),
    attemptTimeoutMs: 1_000,
    deadlineMs: DEADLINE_MS,
    maxCalls,
  };
  const platform = new Platform(options, caches(), { send, close: async () => undefined });
  return { open, platform };
}

/** Throws as no decoder should. */
const faulty: Endpoint<never, object, unknown> = {
  ...(bare(listProjects) as unknown as Endpoint<never, object, unknown>),
  name: 'faulty',
  decode: () => {
    throw new TypeError('a fault of ours');
  },
};

const credentials = ['ann', 'bob', 'cat'].map((name) => credentialOf('organization', name, 'o'));
const answers: readonly (Answer | TransportError)[] = [
  { status: 200, headers: {}, body: '{"projects":[]}' },
  { status: 503, headers: {}, body: '{}' },
  { status: 429, headers: { 'retry-after': '0.1' }, body: '{}' },
  { status: 200, headers: {}, body: 'no JSON' },
  new TransportError('connection', false),
];

test('all room is given back, whatever calls, answers, faults and callers who leave come in which order', async () => {
  const step = fc.oneof(
    fc.record({ kind: fc.constant('read' as const), who: fc.nat(2), session: fc.nat(3) }),
    fc.record({ kind: fc.constant('write' as const), who: fc.nat(2), session: fc.nat(3) }),
    fc.record({ kind: fc.constant('fault' as const), who: fc.nat(2), session: fc.nat(3) }),
    fc.record({ kind: fc.constant('answer' as const), which: fc.nat(100), how: fc.nat(answers.length - 1) }),
    fc.record({ kind: fc.constant('leave' as const), session: fc.nat(3) }),
    fc.record({ kind: fc.constant('pass' as const), ms: fc.nat(600) }),
  );
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 4 }), fc.array(step, { maxLength: 80 }), async (maxCalls, steps) => {
      const { open, platform } = platformOf(maxCalls);
      const sessions = Array.from({ length: 4 }, () => platform.session(() => undefined));
      const calls: Promise<unknown>[] = [];
      for (const one of steps) {
        if (one.kind === 'pass') await vi.advanceTimersByTimeAsync(one.ms);
        else if (one.kind === 'answer') open[one.which % open.length]?.(answers[one.how]!);
        else if (one.kind === 'leave') sessions[one.session]!.cancel();
        else {
          const client = sessions[one.session]!.as(credentials[one.who]!);
          const endpoint = { read: bare(listProjects), write: bare(createProject), fault: faulty }[one.kind];
          const ended = client.call(endpoint as never, (one.kind === 'write' ? ARGUMENTS : {}) as never);
          calls.push(ended.catch(() => undefined));
        }
        await vi.advanceTimersByTimeAsync(0);
        expect(platform.load.inFlight).toBeGreaterThanOrEqual(0);
      }
      // Longer than every deadline.
      await vi.advanceTimersByTimeAsync(2 * DEADLINE_MS);
      await Promise.all(calls);

      expect(platform.load).toMatchObject({ inFlight: 0, waiting: 0 });
      // One more of each kind goes out at once: a bound may be one call.
      const sent = open.length;
      for (const [index, endpoint] of [bare(createProject), bare(listProjects)].entries()) {
        const late = platform.session(() => undefined).as(credentialOf('organization', `late ${index}`, 'o'));
        void late.call(endpoint as never, (index === 0 ? ARGUMENTS : {}) as never).catch(() => undefined);
        await vi.advanceTimersByTimeAsync(0);
        open.at(-1)?.(answers[0]!);
        await vi.advanceTimersByTimeAsync(0);
      }
      expect(open.length).toBe(sent + 2);
    }),
    { numRuns: 150 },
  );
});
