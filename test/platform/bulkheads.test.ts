import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Endpoint } from '../../src/platform/client/endpoint.ts';
import { PlatformError } from '../../src/platform/client/errors.ts';
import { createProject, getProject } from '../../src/platform/resources/projects.ts';
import { ann, assistants, begun, bob, bounded, cat, down } from './bounded.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['performance', 'setTimeout', 'clearTimeout'] }));
afterEach(() => void vi.useRealTimers());

describe('a family of endpoints', () => {
  test('takes half of all calls, and leaves the rest to others', () => {
    const { many } = bounded(16);

    expect([ann, bob, cat].map((credential) => begun(many(8, credential, assistants)))).toEqual([4, 4, 0]);
    expect([ann, bob].map((credential) => begun(many(8, credential, getProject)))).toEqual([4, 4]);
  });

  test('is not asked while it fails for several credentials, and once a second tried', () => {
    const { call, fail } = bounded(64);
    fail(20, ann, assistants, down(assistants));
    fail(20, bob, assistants, down(assistants));

    const refused = call(cat, assistants).outcome as PlatformError;
    expect(refused).toMatchObject({ kind: 'UNAVAILABLE', origin: { retryAfter: 1 } });
    expect(call(cat, getProject).outcome).toBe('begun');

    vi.advanceTimersByTime(1_000);
    const probe = call(cat, assistants);
    expect([probe.outcome, call(bob, assistants).outcome]).toEqual(['begun', expect.any(PlatformError)]);
    probe.end();
    expect(call(cat, assistants).outcome).toBe('begun');
  });

  test('is tried again while a probe hangs', () => {
    const { call, fail } = bounded(64);
    for (const credential of [ann, bob]) fail(20, credential, assistants, down(assistants));

    vi.advanceTimersByTime(1_000);
    expect(call(cat, assistants).outcome).toBe('begun');
    vi.advanceTimersByTime(1_000);
    expect(call(cat, assistants).outcome).toBe('begun');
  });

  test('stays open to others when one credential alone fails', () => {
    const { call, fail } = bounded(64);
    fail(1_000, ann, assistants, down(assistants));

    expect(call(ann, assistants).outcome).toBeInstanceOf(PlatformError);
    expect(call(bob, assistants).outcome).toBe('begun');
  });

  test('keeps its room while its answers come in time, though we take long to read them', () => {
    const answered = (readingMs: number) => {
      const { call, many } = bounded(64);
      for (let index = 0; index < 60; index += 1) {
        const one = call(ann, assistants);
        vi.advanceTimersByTime(20);
        const arrivedAt = performance.now();
        vi.advanceTimersByTime(index < 20 ? 0 : readingMs);
        one.end(null, arrivedAt);
      }
      return [ann, bob, cat].map((credential) => begun(many(64, credential, assistants)));
    };

    expect(answered(2_000)).toEqual(answered(0));
  });

  test('takes writes while its breaker is open', () => {
    const { call, fail } = bounded(64);
    for (const credential of [ann, bob, cat]) fail(50, credential, createProject, down(createProject));

    expect(call(ann, createProject).outcome).toBe('begun');
  });

  test.each<[string, PlatformError]>([
    ['an absent object', new PlatformError('NOT_FOUND', assistants, { status: 404 })],
    ['a refused credential', new PlatformError('UNAUTHENTICATED', assistants, { status: 401 })],
    ['a caller who left', new PlatformError('CANCELLED', assistants)],
    ['a deadline that came soon', new PlatformError('TIMEOUT', assistants)],
  ])('is not failing because of %s', (_name, failure) => {
    const { call, fail } = bounded(64);
    for (const credential of [ann, bob, cat]) fail(100, credential, assistants, failure);

    expect(call(ann, assistants).outcome).toBe('begun');
  });
});

describe('a wish of the platform to wait', () => {
  const asked = (seconds: number) =>
    new PlatformError('RATE_LIMITED', assistants, { status: 429, retryAfter: seconds });

  test('of more than a second is an error at once, for this credential and family alone', () => {
    const { call, fail } = bounded(64);
    fail(1, ann, assistants, asked(30));
    vi.advanceTimersByTime(10_000);

    expect(call(ann, assistants).outcome).toMatchObject({ kind: 'RATE_LIMITED', origin: { retryAfter: 20 } });
    expect(call(bob, assistants).outcome).toBe('begun');
    expect(call(ann, getProject).outcome).toBe('begun');
    vi.advanceTimersByTime(20_000);
    expect(call(ann, assistants).outcome).toBe('begun');
  });

  test('of a second or less is waited for', async () => {
    const { call, fail } = bounded(64);
    fail(1, ann, assistants, asked(1));

    const waiting = call(ann, assistants);
    expect(waiting.outcome).toBe('waits');
    await vi.advanceTimersByTimeAsync(1_000);
    expect(waiting.outcome).toBe('begun');
  });

  test('is not remembered for longer than a minute', () => {
    const { call, fail } = bounded(64);
    fail(1, ann, assistants, asked(3_600));
    vi.advanceTimersByTime(60_000);

    expect(call(ann, assistants).outcome).toBe('begun');
  });
});

describe('a call without room', () => {
  test('waits for a second when it reads, and when it writes as long as time to be answered is left', async () => {
    const { bulkheads, call, many } = bounded(4);
    many(4, ann, getProject);
    many(4, ann, createProject);
    const [read, write] = [call(ann, getProject), call(ann, createProject)];
    expect([read.outcome, write.outcome, bulkheads.waiting]).toEqual(['waits', 'waits', 8]);

    await vi.advanceTimersByTimeAsync(1_000);
    expect([read.outcome, write.outcome]).toMatchObject([{ kind: 'UNAVAILABLE', origin: { retryAfter: 1 } }, 'waits']);
    // An attempt may take 10 s of 25: a write that is sent with less may have an outcome that nobody hears of.
    await vi.advanceTimersByTimeAsync(13_900);
    expect(write.outcome).toBe('waits');
    await vi.advanceTimersByTimeAsync(100);
    expect(write.outcome).toMatchObject({ kind: 'TIMEOUT' });
    expect(bulkheads.waiting).toBe(0);
  });

  test('waits no more when its caller leaves', async () => {
    const { bulkheads, call, many } = bounded(4);
    many(1, ann, getProject);
    const waiting = call(ann, getProject);
    waiting.deadline.cancel();
    await vi.advanceTimersByTimeAsync(0);

    expect(waiting.outcome).toMatchObject({ kind: 'CANCELLED' });
    expect(bulkheads.waiting).toBe(0);
  });

  test('takes the turn of nobody when its caller leaves after it was let in', async () => {
    const { bulkheads, call, many } = bounded(4);
    const [running] = many(1, ann, assistants);
    const [leaving, staying] = many(2, ann, assistants);
    running?.end();
    leaving?.deadline.cancel();
    expect(bulkheads.waiting).toBe(1);
    leaving?.end();

    await vi.waitUntil(() => staying?.outcome !== 'waits');
    expect([leaving?.outcome, staying?.outcome, bulkheads.waiting]).toEqual(['begun', 'begun', 0]);
    expect(call(bob, assistants).outcome).toBe('begun');
  });

  test('takes turns with those of other credentials', async () => {
    const { many } = bounded(4);
    const [first] = many(1, cat, getProject);
    const [other] = many(1, cat, assistants);
    const [queue, late] = [many(50, ann, getProject), many(1, bob, getProject)];
    expect([begun(queue), begun(late)]).toEqual([1, 0]);

    first!.end();
    other!.end();
    await vi.advanceTimersByTimeAsync(0);
    expect(begun(late)).toBe(1);
  });
});

test('bounds hold, room comes back, and nobody waits while there is room', async () => {
  const endpoints: readonly Endpoint[] = [assistants, getProject, createProject];
  const failures = [
    null,
    ...endpoints
      .slice(0, 2)
      .flatMap((endpoint) => [
        down(endpoint),
        new PlatformError('RATE_LIMITED', endpoint, { status: 429, retryAfter: 0.2 }),
        new PlatformError('CANCELLED', endpoint),
        new PlatformError('UNAVAILABLE', endpoint),
      ]),
  ];
  const step = fc.oneof(
    fc.record({ kind: fc.constant('call' as const), who: fc.nat(2), what: fc.nat(2) }),
    fc.record({ kind: fc.constant('end' as const), which: fc.nat(100), how: fc.nat(failures.length - 1) }),
    fc.record({ kind: fc.constant('leave' as const), which: fc.nat(100) }),
    fc.record({ kind: fc.constant('pass' as const), ms: fc.nat(700) }),
  );
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 12 }), fc.array(step, { maxLength: 120 }), async (maxCalls, steps) => {
      const { bulkheads, call } = bounded(maxCalls);
      let open: ReturnType<typeof call>[] = [];
      for (const one of steps) {
        const running = open.filter(({ outcome }) => outcome === 'begun');
        if (one.kind === 'call') open.push(call([ann, bob, cat][one.who]!, endpoints[one.what]!));
        if (one.kind === 'pass') await vi.advanceTimersByTimeAsync(one.ms);
        if (one.kind === 'leave') open[one.which % open.length]?.deadline.cancel();
        const ended = one.kind === 'end' ? running[one.which % running.length] : undefined;
        if (ended && one.kind === 'end') {
          open = open.filter((other) => other !== ended);
          ended.end(failures[one.how]!);
        }
        await vi.advanceTimersByTimeAsync(0);
        const underWay = open.filter(({ outcome }) => outcome === 'begun').length;
        expect(bulkheads.underWay).toBe(underWay);
        expect(underWay).toBeLessThanOrEqual(maxCalls);
        if (underWay === 0) expect(bulkheads.waiting).toBe(0);
      }
      for (const one of open) if (one.outcome === 'begun') one.end();
      await vi.advanceTimersByTimeAsync(30_000);
      for (const one of open) expect(one.outcome).not.toBe('waits');
    }),
    { numRuns: 200 },
  );
});
