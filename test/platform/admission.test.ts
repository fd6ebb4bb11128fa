import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Presumption } from '../../src/platform/client/credential.ts';
import { Deadline } from '../../src/platform/client/deadline.ts';
import type { Endpoint } from '../../src/platform/client/endpoint.ts';
import { PlatformError } from '../../src/platform/client/errors.ts';
import { getProject } from '../../src/platform/resources/projects.ts';
import { validateToken } from '../../src/platform/resources/tokenIntrospection.ts';
import { ann, assistants, begun, bob, bounded, cat, down } from './bounded.ts';
import { credentialOf } from './scripted.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['performance', 'setTimeout', 'clearTimeout'] }));
afterEach(() => void vi.useRealTimers());

describe('an open breaker', () => {
  /** Opens the breaker of the assistants for all. */
  const opened = () => {
    const all = bounded(64);
    for (const credential of [ann, bob]) all.fail(20, credential, assistants, down(assistants));
    vi.advanceTimersByTime(999);
    return all;
  };

  test('keeps its next try for a caller who waits, and not for one who left', () => {
    const { call, bulkheads } = opened();
    const lane = bulkheads.lanes.of(cat, assistants);
    const gone = new Deadline(performance.now() + 25_000);
    gone.cancel();
    vi.advanceTimersByTime(1);

    expect(bulkheads.enter(lane, assistants, gone, performance.now())).toMatchObject({ kind: 'CANCELLED' });
    expect(bulkheads.underWay).toBe(0);
    expect(call(cat, assistants).outcome).toBe('begun');
  });

  test('keeps its next try for a caller with time left', () => {
    const { call } = opened();
    vi.advanceTimersByTime(1);

    expect(call(cat, assistants, 0).outcome).toMatchObject({ kind: 'TIMEOUT' });
    expect(call(cat, assistants).outcome).toBe('begun');
  });

  test('refuses the reads that were waiting for room when it opened', async () => {
    const { bulkheads, many, call } = bounded(64);
    const running = [ann, bob].flatMap((credential) => many(16, credential, assistants));
    const waiting = many(50, cat, assistants);
    expect([begun(running), begun(waiting), bulkheads.waiting]).toEqual([32, 0, 50]);

    for (const one of running) one.end(down(assistants));
    await vi.advanceTimersByTimeAsync(0);
    const refused = waiting.filter(({ outcome }) => outcome instanceof PlatformError);
    expect([refused.length, bulkheads.waiting]).toEqual([50 - begun(waiting), 0]);
    // Those that were let through before it opened.
    expect(begun(waiting)).toBeLessThan(32);
    expect(call(cat, getProject).outcome).toBe('begun');
  });
});

describe('strangers', () => {
  const identify: Endpoint = validateToken;
  const stranger = (index: number) => credentialOf('unidentified', `stranger ${index}`, null);

  test('leave room to identify a caller who is known again', () => {
    const { call } = bounded(16);
    call(ann, getProject).end();
    const calls = Array.from({ length: 100 }, (_, index) => call(stranger(index), identify));
    expect(begun(calls)).toBe(8);

    const known = { ...credentialOf('unidentified', 'ann', null), fingerprint: ann.fingerprint };
    expect(call(known, identify).outcome).toBe('begun');
  });

  test.each([
    ['that are not identified', (index: number) => stranger(index)],
    [
      'that the platform took in no call',
      (index: number) => ({
        ...credentialOf('oauth', `user ${index}`, null),
        presumption: new Presumption(new PlatformError('UNAUTHENTICATED', identify)),
      }),
    ],
  ])('with tokens %s are not known, and push nobody out', (_what, credential) => {
    const { bulkheads, call } = bounded(16);
    call(ann, getProject).end();
    for (let index = 0; index < 6_000; index += 1) bulkheads.lanes.of(credential(index), identify);

    expect([bulkheads.lanes.knows(credential(5_999).fingerprint), bulkheads.lanes.knows(ann.fingerprint)]).toEqual([
      false,
      true,
    ]);
  });
});
