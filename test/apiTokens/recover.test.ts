import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { issueToken } from '../../src/apiTokens/issue.ts';
import { recover, type TokenSearch } from '../../src/apiTokens/recover.ts';
import { claim } from '../../src/mutations/disclosure.ts';
import { RECORD_KEPT_MS, withIdempotencyRecord } from '../../src/mutations/idempotencyRecord.ts';
import { announce, isContested, settledAt, withdraw } from '../../src/mutations/underWay.ts';
import { Secret } from '../../src/values/secret.ts';
import {
  AUDIT,
  failingStore,
  hashOf,
  lost,
  request,
  SCOPE,
  stopClock,
  TIMES,
  token,
  world,
} from '../support/creating.ts';

beforeEach(stopClock);
afterEach(() => void vi.useRealTimers());

const TWINS = { kind: 'token', within: SCOPE.projectId, name: 'Twin' } as const;

function searching(more: Partial<TokenSearch> = {}) {
  const store = failingStore();
  const model = world(store);
  const { context } = request(model, 'mine');
  const draft = { name: 'Twin', description: null, status: 'ACTIVE' } as const;
  const search = { ...draft, before: [], owner: 'mine', sentAt: Date.now(), pollForMs: 3_000, ...more };
  const lists = vi.spyOn(model, 'list');
  return { store, model, context, lists, find: () => recover(context, SCOPE, search) };
}

test('the one new token is ours when it is seen twice in a row', async () => {
  const { model, lists, find } = searching();
  model.tokens.push(token('new'));

  expect(await find()).toEqual({ kind: 'found', token: model.tokens[0] });
  expect(lists).toHaveBeenCalledTimes(2);
});

test('one that is seen once, and another one then, is not', async () => {
  const { model, lists, find } = searching({ pollForMs: 0 });
  lists.mockImplementation(async () => [token(`seen_${lists.mock.calls.length}`)]);

  expect(await find()).toEqual({ kind: 'unknown', seen: 'one' });
  expect(lists).toHaveBeenCalledTimes(2);
  expect(model.tokens).toEqual([]);
});

test('one that lands late is found while it is watched, and the watch has an end', async () => {
  const { model, lists, find } = searching();
  const start = Date.now();
  lists.mockImplementation(async () => (Date.now() - start > 2_000 ? [token('late')] : []));

  expect(await find()).toMatchObject({ token: { name: 'Twin' } });
  lists.mockImplementation(async () => []);
  const again = Date.now();
  expect(await find()).toEqual({ kind: 'unknown', seen: 'none' });
  expect(Date.now() - again).toBeGreaterThanOrEqual(3_000);
  expect(Date.now() - again).toBeLessThan(4_500);
  expect(model.tokens).toEqual([]);
});

test.each([
  ['of another name', token('other', { name: 'Twins' }), 'none'],
  ['of another description', token('other', { description: 'Nightly' }), 'none'],
  ['from before', token('before'), 'none'],
  ['of another creation', token('theirs'), 'none'],
  ['that somebody has blocked', token('blocked', { status: 'BLOCKED' }), 'one'],
  ['that somebody has revoked', token('revoked', { status: 'REVOKED' }), 'one'],
  ['whose value is masked', token('masked', { secret: new Secret('twin_*******abcd') }), 'masked'],
])('a token %s is not taken', async (_what, other, seen) => {
  const { model, context, find } = searching({ before: [hashOf('before')], pollForMs: 0 });
  await claim(context, hashOf('theirs'), 'theirs');
  model.tokens.push(other);

  expect(await find()).toEqual({ kind: 'unknown', seen });
});

test('one that is to be blocked in the end may be blocked already', async () => {
  const { model, find } = searching({ status: 'BLOCKED' });
  model.tokens.push(token('new', { status: 'BLOCKED' }));

  expect(await find()).toEqual({ kind: 'found', token: model.tokens[0] });
});

test('two new tokens are told from each other by nobody', async () => {
  const { model, find } = searching({ pollForMs: 0 });
  model.tokens.push(token('one'), token('two'));

  expect(await find()).toEqual({ kind: 'unknown', seen: 'several' });
});

test('nothing is new when it is not known what was there before', async () => {
  const { model, lists, find } = searching({ before: null });
  model.tokens.push(token('one'));

  expect(await find()).toEqual({ kind: 'unknown', seen: 'unreadable' });
  expect(lists).not.toHaveBeenCalled();
});

test('a list that fails in between makes the polls start anew', async () => {
  const { lists, find } = searching();
  lists.mockImplementation(async () => {
    if (lists.mock.calls.length === 2) throw lost();
    return [token('new')];
  });

  expect(await find()).toMatchObject({ token: { name: 'Twin' } });
  expect(lists).toHaveBeenCalledTimes(4);
});

test.each(['get', 'replace'] as const)(
  'a store that fails to %s leaves everything to whom it may belong',
  async (method) => {
    const { store, model, find } = searching({ pollForMs: 0 });
    model.tokens.push(token('new'));
    store.failing.add(method);

    expect(await find()).toMatchObject({ kind: 'unknown' });
  },
);

describe('while another creation of the name is under way', () => {
  test('nothing is taken, and then what is left', async () => {
    const { model, context, find } = searching();
    model.tokens.push(token('new'));
    await announce(context, TWINS, 'theirs', Date.now());

    expect(await find()).toEqual({ kind: 'unknown', seen: 'one' });
    await withdraw(context, TWINS, 'theirs');
    expect(await find()).toEqual({ kind: 'found', token: model.tokens[0] });
  });

  test('one that ends while it is watched stands in the way no longer', async () => {
    const { model, context, find } = searching();
    model.tokens.push(token('new'));
    await announce(context, TWINS, 'theirs', Date.now());
    const pause = model.pause;
    const start = Date.now();
    model.pause = async (ms) => {
      if (Date.now() - start > 1_000) await withdraw(context, TWINS, 'theirs');
      return pause(ms);
    };

    expect(await find()).toEqual({ kind: 'found', token: model.tokens[0] });
  });

  test.each([
    { ...TWINS, name: 'Other' },
    { ...TWINS, within: 'another project' },
    { ...TWINS, kind: 'project' as const },
  ])('%j does not matter', async (elsewhere) => {
    const { context } = searching();
    await announce(context, elsewhere, 'theirs', Date.now());

    expect(await isContested(context, TWINS, 'mine', Date.now())).toBe(false);
  });

  test('one that had settled before ours began does not matter, nor does our own', async () => {
    const { context } = searching();
    await announce(context, TWINS, 'mine', Date.now());
    await announce(context, TWINS, 'theirs', Date.now());
    const end = settledAt(TIMES, Date.now()) + TIMES.upstreamDeadlineMs;

    expect(await isContested(context, TWINS, 'mine', end)).toBe(true);
    expect(await isContested(context, TWINS, 'mine', end + 1)).toBe(false);
  });

  test('many notes at once are all kept', async () => {
    const { context } = searching();
    const owners = Array.from({ length: 20 }, (_none, index) => `owner ${index}`);
    await Promise.all(owners.map((owner) => announce(context, TWINS, owner, Date.now())));
    for (const owner of owners.slice(1)) await withdraw(context, TWINS, owner);

    expect(await isContested(context, TWINS, 'mine', Date.now())).toBe(true);
    await withdraw(context, TWINS, 'owner 0');
    expect(await isContested(context, TWINS, 'mine', Date.now())).toBe(false);
  });

  test.each(['', '{}', '[1]', '[{"owner":1,"sentAt":1}]'])('a note that reads %s may be of one', async (text) => {
    const { context, store } = searching();
    await store.set(JSON.stringify(['under way', 'token', SCOPE.projectId, 'Twin']), text, RECORD_KEPT_MS);

    await expect(isContested(context, TWINS, 'mine', Date.now())).rejects.toThrow('cannot be read');
  });
});

describe('a creation repeated with its key', () => {
  const draft = { name: 'Twin', description: null, status: 'ACTIVE', scope: SCOPE, audit: AUDIT, input: 'x' } as const;

  /** A creation with a key, whose request ends. Answers with what came of it. */
  async function issue(model: ReturnType<typeof world>) {
    const { context, answered } = request(model, 'mine');
    try {
      const opened = await withIdempotencyRecord(context, 'key', (idempotency) =>
        issueToken(context, { ...draft, idempotency }),
      );
      return opened.kind === 'busy' ? opened : opened.result;
    } catch (error) {
      return error;
    } finally {
      await answered();
    }
  }
  const UNKNOWN = { extensions: { code: 'OUTCOME_UNKNOWN' } };

  test('is not sent again before the first cannot land any more, and then it is', async () => {
    const model = world();
    const create = vi.spyOn(model, 'create').mockRejectedValueOnce(lost());
    const sentAt = Date.now();
    expect(await issue(model)).toMatchObject(UNKNOWN);
    model.pause = async (ms) => {
      // The request ends before the first creation can have landed.
      vi.advanceTimersByTime(ms);
      return Date.now() < sentAt + 8_000;
    };
    expect(await issue(model)).toMatchObject(UNKNOWN);
    expect(create).toHaveBeenCalledTimes(1);

    model.pause = world().pause;
    expect(await issue(model)).toMatchObject({ token: { name: 'Twin' }, recovered: false });
    expect(Date.now()).toBeGreaterThanOrEqual(settledAt(TIMES, sentAt));
    expect(create).toHaveBeenCalledTimes(2);
  });

  test('finds what landed late, and sends nothing', async () => {
    const model = world();
    const create = vi.spyOn(model, 'create').mockRejectedValueOnce(lost());
    const sentAt = Date.now();
    expect(await issue(model)).toMatchObject(UNKNOWN);
    const landing = settledAt(TIMES, sentAt) - 1_000;
    model.list = async () => (Date.now() >= landing ? [token('late')] : []);

    expect(await issue(model)).toMatchObject({ tokenHash: hashOf('late'), recovered: true });
    expect(create).toHaveBeenCalledTimes(1);
  });

  test.each(['replace', 'setAll'] as const)(
    'goes on where a store that failed to %s after the answer has stopped it',
    async (method) => {
      const store = failingStore();
      const model = world(store);
      const create = vi.spyOn(model, 'create').mockImplementationOnce(async () => {
        store.failing.add(method);
        model.tokens.push(token('made'));
        return token('made');
      });
      expect(await issue(model)).toMatchObject({ extensions: { code: 'STATE_UNAVAILABLE' } });
      store.failing.clear();

      expect(await issue(model)).toMatchObject({ tokenHash: hashOf('made'), recovered: true });
      expect(create).toHaveBeenCalledTimes(1);
    },
  );

  test.each(['replace', 'setAll'] as const)('is not sent when a store fails to %s before', async (method) => {
    const store = failingStore();
    const model = world(store);
    const create = vi.spyOn(model, 'create');
    store.failing.add(method);

    expect(await issue(model)).toMatchObject({ extensions: { code: 'STATE_UNAVAILABLE' } });
    expect(create).not.toHaveBeenCalled();
  });

  test('is a new one after 24 hours', async () => {
    const model = world();
    const create = vi.spyOn(model, 'create');
    await issue(model);
    vi.advanceTimersByTime(RECORD_KEPT_MS - 1_000);
    expect(await issue(model)).toMatchObject({ tokenHash: hashOf('twin_0') });
    vi.advanceTimersByTime(1_000);

    expect(await issue(model)).toMatchObject({ tokenHash: hashOf('twin_1') });
    expect(create).toHaveBeenCalledTimes(2);
  });
});
