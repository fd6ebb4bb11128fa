import { describe, expect, test } from 'vitest';
import { readAnswer } from '../../src/platform/client/answer.ts';
import {
  absentAsNull,
  isTransient,
  kindOfAnswer,
  PlatformError,
  type PlatformErrorKind,
} from '../../src/platform/client/errors.ts';
import { createApiToken, revokeApiToken, updateApiToken } from '../../src/platform/resources/apiTokens.ts';
import { getProject, listProjects } from '../../src/platform/resources/projects.ts';
import { listProjectLimits } from '../../src/platform/resources/usageLimits.ts';
import { bare, ENDPOINTS, READS, WRITES } from './endpoints.ts';
import { credentialOf } from './scripted.ts';

/** The ids of platform-api.md 3.3 that the operations of this facade may meet, with the status proposed there. */
const TABLE: [kind: PlatformErrorKind, status: number, ...ids: number[]][] = [
  ['NOT_FOUND', 404, 1, 2004, 2005],
  ['NOT_FOUND', 400, 2006, 2031],
  ['NOT_FOUND', 403, 2006, 2031],
  ['UNAUTHENTICATED', 401, 5, 6, 21, 101, 102, 103, 112, 114, 122, 401],
  ['FORBIDDEN', 403, 7, 403],
  ['REJECTED', 400, 8, 9, 11, 20, 2000, 2001, 2002, 2007, 2009, 2029, 2032],
  ['REJECTED', 409, 409],
  ['REJECTED', 413, 413],
  ['REJECTED', 422, 422],
  ['TIMEOUT', 504, 100],
  ['UNAVAILABLE', 502, 150],
  ['UNAVAILABLE', 503, 153],
  ['UNAVAILABLE', 500, 500],
  ['RATE_LIMITED', 429, 151],
  ['QUOTA_EXCEEDED', 429, 152, 154],
  ['QUOTA_EXCEEDED', 402, 154],
  ['QUOTA_EXCEEDED', 403, 154],
  ['BAD_RESPONSE', 404, 404],
  ['BAD_RESPONSE', 405, 405, 2026],
];
const ROWS = TABLE.flatMap(([kind, status, ...ids]) => ids.map((id) => ({ id, status, kind })));

describe.each([
  ['the proposed statuses', (status: number) => status],
  ['every 4xx but 401 a plain 400', (status: number) => (status < 500 && status !== 401 ? 400 : status)],
  ['a success that reports a failure', () => 200],
])('with %s', (_mode, statusOf) => {
  test.each(ROWS)('a read that is answered with id $id is $kind', ({ id, status, kind }) => {
    for (const endpoint of READS) expect(kindOfAnswer(endpoint, statusOf(status), id)).toBe(kind);
  });

  test.each(ROWS.filter(({ status }) => status < 500))('a write that is answered with id $id is $kind', (row) => {
    // In the paths that hold a token, the ids 5 and 6 are about that token: see below.
    const { id, status, kind } = row;
    expect(kindOfAnswer(createApiToken, statusOf(status), id)).toBe(kind);
    if (id === 5 || id === 6) return;
    for (const endpoint of WRITES) expect(kindOfAnswer(endpoint, statusOf(status), id)).toBe(kind);
  });
});

test.each<[number, PlatformErrorKind]>([
  [400, 'REJECTED'],
  [401, 'UNAUTHENTICATED'],
  [402, 'QUOTA_EXCEEDED'],
  [403, 'FORBIDDEN'],
  [404, 'NOT_FOUND'],
  [405, 'BAD_RESPONSE'],
  [408, 'TIMEOUT'],
  [409, 'REJECTED'],
  [413, 'REJECTED'],
  [418, 'BAD_RESPONSE'],
  [422, 'REJECTED'],
  [429, 'RATE_LIMITED'],
  [500, 'UNAVAILABLE'],
  [502, 'UNAVAILABLE'],
  [503, 'UNAVAILABLE'],
  [504, 'TIMEOUT'],
  [599, 'UNAVAILABLE'],
  [302, 'BAD_RESPONSE'],
])('status %i decides where there is no id, or none that is known: %s', (status, kind) => {
  expect(kindOfAnswer(getProject, status, undefined)).toBe(kind);
  expect(kindOfAnswer(getProject, status, 987_654)).toBe(kind);
});

test('a path that names nothing cannot be absent: 404 without an id is an answer that makes no sense', () => {
  expect(kindOfAnswer(listProjects, 404, undefined)).toBe('BAD_RESPONSE');
  expect(kindOfAnswer(createApiToken, 404, undefined)).toBe('BAD_RESPONSE');
});

test('404 without an id means absence only where that is declared, whatever names the path has', () => {
  expect(kindOfAnswer(listProjectLimits, 404, undefined)).toBe('BAD_RESPONSE');
  expect(kindOfAnswer({ ...listProjectLimits, isAbsentOn404: true }, 404, undefined)).toBe('NOT_FOUND');
  expect(kindOfAnswer({ ...getProject, isAbsentOn404: false }, 404, undefined)).toBe('BAD_RESPONSE');
});

test('of a write that a server failed on, nobody knows the outcome, whatever id it gives', () => {
  for (const endpoint of WRITES) {
    for (const status of [500, 502, 503, 504]) {
      for (const id of [undefined, 6, 7, 100, 151, 500, 2005]) {
        expect(kindOfAnswer(endpoint, status, id)).toBe('OUTCOME_UNKNOWN');
      }
    }
  }
});

/** Statuses that refuse a write by the reference or by HTTP itself: nothing was made. */
const REFUSING = new Set([400, 401, 402, 403, 404, 405, 409, 413, 422, 429]);
const STATUSES = Array.from({ length: 300 }, (_none, index) => 300 + index);
const BODIES = ['', 'Bad gateway', '{}', '{"errors":[]}', '{"errors":[{"id":987654}]}', '{"message":"no"}'];

test.each(WRITES)(
  '$route has an unknown outcome under every status that does not refuse it, whatever the body',
  (write) => {
    const kindOf = (status: number, body: string) => {
      const failure = readAnswer(bare(write), { status, headers: {}, body }, credentialOf('organization', 'x', null));
      return failure instanceof PlatformError ? failure.kind : 'success';
    };
    const unclear = STATUSES.filter((status) => BODIES.every((body) => kindOf(status, body) === 'OUTCOME_UNKNOWN'));

    expect(unclear).toEqual(STATUSES.filter((status) => !REFUSING.has(status)));
    for (const status of REFUSING) expect(BODIES.map((body) => kindOf(status, body))).not.toContain('OUTCOME_UNKNOWN');
  },
);

test('a failure under a success status refuses a write only with an id that is known to refuse', () => {
  for (const endpoint of WRITES) {
    expect(kindOfAnswer(endpoint, 200, 2005)).toBe('NOT_FOUND');
    for (const id of [undefined, 987_654, 100, 150, 500]) {
      expect(kindOfAnswer(endpoint, 200, id)).toBe('OUTCOME_UNKNOWN');
    }
  }
});

test('the ids 5 and 6 are about the token in the path, unless the caller itself is refused', () => {
  for (const endpoint of [updateApiToken, revokeApiToken]) {
    expect([404, 400].map((status) => kindOfAnswer(endpoint, status, 5))).toEqual(['NOT_FOUND', 'NOT_FOUND']);
    expect([404, 400].map((status) => kindOfAnswer(endpoint, status, 6))).toEqual(['NOT_FOUND', 'NOT_FOUND']);
    expect(kindOfAnswer(endpoint, 401, 6)).toBe('UNAUTHENTICATED');
  }
});

describe('a read is tried again', () => {
  const failure = (kind: PlatformErrorKind, origin = {}) => new PlatformError(kind, getProject, origin);

  test.each([429, 502, 503])('after status %i', (status) => {
    expect(isTransient(failure(kindOfAnswer(getProject, status, undefined), { status }))).toBe(true);
  });

  test.each([151, 153])('after id %i, whatever the status', (platformId) => {
    for (const status of [200, 400, 429, 500]) {
      expect(isTransient(failure('UNAVAILABLE', { status, platformId }))).toBe(true);
    }
  });

  test('after no answer at all', () => {
    expect(isTransient(failure('UNAVAILABLE'))).toBe(true);
  });

  test('but not after a timeout, whoever gave up', () => {
    for (const origin of [{}, { status: 504 }, { status: 408 }, { status: 504, platformId: 100 }]) {
      expect(isTransient(failure('TIMEOUT', origin))).toBe(false);
    }
  });

  test.each([400, 401, 403, 404, 409, 500, 501])('but not after status %i', (status) => {
    expect(isTransient(failure(kindOfAnswer(getProject, status, undefined), { status }))).toBe(false);
  });

  test('but not when a retry cannot help, or nobody waits for it', () => {
    for (const kind of ['CANCELLED', 'OUTCOME_UNKNOWN'] as const) {
      expect(isTransient(failure(kind, { status: 503, platformId: 153 }))).toBe(false);
    }
    expect(isTransient(failure('BAD_RESPONSE'))).toBe(false);
    expect(isTransient(failure('BAD_RESPONSE', { status: 200 }))).toBe(false);
  });

  test('but not after a usage limit, though it comes as 429: the id says more than the status', () => {
    for (const platformId of [152, 154]) {
      expect(isTransient(failure('QUOTA_EXCEEDED', { status: 429, platformId }))).toBe(false);
    }
  });
});

test('an error says the endpoint by its template and what went wrong, and nothing else', () => {
  for (const endpoint of ENDPOINTS) {
    const error = new PlatformError('REJECTED', endpoint, { status: 400, platformId: 9 });
    expect(error.message).toBe(`${endpoint.route}: REJECTED`);
    expect(error.route).toBe(endpoint.route);
  }
});

test('an object that the platform does not have is null; every other failure stays one', async () => {
  const forbidden = new PlatformError('FORBIDDEN', getProject);

  await expect(absentAsNull(Promise.resolve(1))).resolves.toBe(1);
  await expect(absentAsNull(Promise.reject(new PlatformError('NOT_FOUND', getProject)))).resolves.toBeNull();
  await expect(absentAsNull(Promise.reject(forbidden))).rejects.toBe(forbidden);
  await expect(absentAsNull(Promise.reject(new RangeError('x')))).rejects.toThrow(RangeError);
});
