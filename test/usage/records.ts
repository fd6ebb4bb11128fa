import type { ApiTokenRecord } from '../../src/platform/resources/apiTokens.ts';
import type { RequestQuery, RequestRecord } from '../../src/platform/resources/requests.ts';
import { Secret } from '../../src/values/secret.ts';

/** The day that tests of windows are about. */
export const DAY = Date.parse('2026-01-12T00:00:00.000Z');

/** A request made `minutes` before the day, newest first when counted up. */
export function request(minutes: number, members: Partial<RequestRecord> = {}): RequestRecord {
  return {
    tokenLabel: new Secret('Default'),
    answeredBy: 'Greeter',
    status: 'SUCCEEDED',
    startedAt: new Date(DAY - minutes * 60_000).toISOString(),
    finishedAt: null,
    cost: null,
    durationMs: null,
    module: null,
    session: null,
    content: null,
    ...members,
  };
}

export function token(name: string, value: string, members: Partial<ApiTokenRecord> = {}): ApiTokenRecord {
  return {
    // Whole unless it is masked, as beside a token of its own length.
    secret: new Secret(value, new Secret(value)),
    name,
    description: 'What it is for',
    status: 'ACTIVE',
    createdAt: '2025-01-01T00:00:00.000Z',
    ...members,
  };
}

/** An export that gives at most `cap` requests a page, and what was asked of it. */
export function exportOf(requests: readonly RequestRecord[], cap = Number.POSITIVE_INFINITY) {
  const asked: RequestQuery[] = [];
  const read = async (query: RequestQuery) => {
    asked.push(query);
    return requests.slice(query.skip, query.skip + Math.min(query.count, cap));
  };
  return { asked, read };
}
