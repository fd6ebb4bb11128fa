import { Bulkheads } from '../../src/platform/client/bulkheads.ts';
import { Deadline } from '../../src/platform/client/deadline.ts';
import type { Endpoint } from '../../src/platform/client/endpoint.ts';
import { PlatformError } from '../../src/platform/client/errors.ts';
import { listAssistants } from '../../src/platform/resources/assistants.ts';
import { credentialOf } from './scripted.ts';

export const assistants: Endpoint = listAssistants.summary;
export const [ann, bob, cat] = ['ann', 'bob', 'cat'].map((name) => credentialOf('project', name, 'o', 'p')) as [
  ReturnType<typeof credentialOf>,
  ReturnType<typeof credentialOf>,
  ReturnType<typeof credentialOf>,
];

/** Bulkheads with a record of what they let through. */
export function bounded(maxCalls: number) {
  const bulkheads = new Bulkheads({ maxCalls, attemptTimeoutMs: 10_000 });
  const call = (credential: typeof ann, endpoint: Endpoint, deadlineMs = 25_000) => {
    const lane = bulkheads.lanes.of(credential, endpoint);
    const startedAt = performance.now();
    const deadline = new Deadline(startedAt + deadlineMs);
    const entry = bulkheads.enter(lane, endpoint, deadline, startedAt);
    const one = {
      outcome: 'waits' as 'waits' | 'begun' | PlatformError,
      deadline,
      end: (failure: PlatformError | null = null, endedAt?: number) =>
        bulkheads.leave(lane, failure, startedAt, endedAt),
    };
    const settle = (refusal: PlatformError | null) => {
      one.outcome = refusal ?? 'begun';
    };
    if (entry instanceof Promise) void entry.then(settle);
    else settle(entry);
    return one;
  };
  const many = (count: number, credential: typeof ann, endpoint: Endpoint) =>
    Array.from({ length: count }, () => call(credential, endpoint));
  const fail = (count: number, credential: typeof ann, endpoint: Endpoint, failure: PlatformError) => {
    for (let index = 0; index < count; index += 1) {
      const one = call(credential, endpoint);
      if (one.outcome === 'begun') one.end(failure);
    }
  };
  return { bulkheads, call, many, fail };
}

export const begun = (calls: readonly { outcome: unknown }[]) =>
  calls.filter(({ outcome }) => outcome === 'begun').length;
export const down = (endpoint: Endpoint) => new PlatformError('UNAVAILABLE', endpoint, { status: 500 });
