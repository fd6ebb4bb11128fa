import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { claim, handOut, isOthers, mayHandOut, NO_HANDOUT, own } from '../../src/mutations/disclosure.ts';
import { type IdempotencyRecord, RECORD_KEPT_MS, transientRecord } from '../../src/mutations/idempotencyRecord.ts';
import { disclose } from '../../src/projects/create.ts';
import { firstTokens } from '../../src/projects/firstTokens.ts';
import { Secret } from '../../src/values/secret.ts';
import { CLEAR, failingStore, request, SCOPE, stopClock, token, world } from '../support/creating.ts';

beforeEach(stopClock);
afterEach(() => void vi.useRealTimers());

const SECRET = new Secret('twin_secret');

function opened() {
  const store = failingStore();
  const scope = world(store);
  return { store, open: () => request(scope, 'somebody') };
}

/** The record of a creation that can be repeated. */
const kept = (owner: string): IdempotencyRecord => ({ ...transientRecord(), owner, isKept: true });
const loose = (owner: string): IdempotencyRecord => ({ ...transientRecord(), owner, isKept: false });

test('a token that was found belongs to its first claimant, for as long as keys are known', async () => {
  const { context } = opened().open();

  expect(await claim(context, 'hash', 'one')).toBe(true);
  expect(await claim(context, 'hash', 'one')).toBe(true);
  expect(await claim(context, 'hash', 'other')).toBe(false);
  expect([await isOthers(context, 'hash', 'one'), await isOthers(context, 'hash', 'other')]).toEqual([false, true]);
  vi.advanceTimersByTime(RECORD_KEPT_MS - 1);
  expect(await isOthers(context, 'hash', 'other')).toBe(true);
  vi.advanceTimersByTime(1);
  expect(await isOthers(context, 'hash', 'other')).toBe(false);
});

test('a run with the answer of the platform wins over one that has only found it', async () => {
  const { open } = opened();
  const { context } = open();
  await claim(context, 'hash', 'finder');
  await own(context, 'hash', 'maker');

  expect(await isOthers(context, 'hash', 'finder')).toBe(true);
  expect(await handOut({ context, idempotency: kept('finder'), recipient: CLEAR }, 'hash', SECRET)).toBeNull();
  expect(await handOut({ context, idempotency: kept('maker'), recipient: CLEAR }, 'hash', SECRET)).toEqual({
    secret: SECRET,
    sealedSecret: null,
  });
});

test('a secret that went out is not shown to who has the answer, either', async () => {
  const { open } = opened();
  const first = open();
  await claim(first.context, 'hash', 'finder');
  await handOut({ context: first.context, idempotency: kept('finder'), recipient: CLEAR }, 'hash', SECRET);
  await first.answered();
  const { context } = open();
  await own(context, 'hash', 'maker');

  for (const idempotency of [kept('maker'), loose('maker')]) {
    expect(await handOut({ context, idempotency, recipient: CLEAR }, 'hash', SECRET)).toBeNull();
  }
});

test('a claim that came in between keeps an answer back', async () => {
  const { open } = opened();
  const first = open();
  await claim(first.context, 'hash', 'finder');
  await handOut({ context: first.context, idempotency: kept('finder'), recipient: CLEAR }, 'hash', SECRET);
  await own(open().context, 'hash', 'maker');

  expect(await first.answered()).toMatchObject({ extensions: { code: 'STATE_UNAVAILABLE' } });
});

test('the secret goes out once, whoever asks in whatever order', async () => {
  const { open } = opened();
  const [one, other] = [open(), open()];
  await own(one.context, 'hash', 'owner');
  const handed = await Promise.all(
    [one, other].map(({ context }) =>
      handOut({ context, idempotency: kept('owner'), recipient: CLEAR }, 'hash', SECRET),
    ),
  );
  expect(handed).toEqual([expect.anything(), expect.anything()]);

  // What is handed to a payload is shown only when the answer leaves.
  expect([await one.answered(), await other.answered()]).toEqual([null, expect.any(Error)]);
  expect(await mayHandOut({ context: open().context, idempotency: kept('owner') }, 'hash')).toBe(false);
});

test('a request hands a secret out once, however often it is asked for in it', async () => {
  const { context } = opened().open();
  await own(context, 'hash', 'owner');

  expect(await handOut({ context, idempotency: kept('owner'), recipient: CLEAR }, 'hash', SECRET)).not.toBeNull();
  expect(await handOut({ context, idempotency: kept('owner'), recipient: CLEAR }, 'hash', SECRET)).toBeNull();
});

test.each(['before it is handed out', 'before the answer is begun', 'after it was settled'])(
  'a caller who went away %s may have it later',
  async (when) => {
    const { open } = opened();
    const first = open();
    await own(first.context, 'hash', 'owner');
    if (when === 'before it is handed out') await first.left();
    const handout = await handOut(
      { context: first.context, idempotency: kept('owner'), recipient: CLEAR },
      'hash',
      SECRET,
    );
    if (when === 'before it is handed out') expect(handout).toEqual(NO_HANDOUT);
    if (when === 'after it was settled') await first.departure.begin();
    await first.left();

    await expect.poll(() => mayHandOut({ context: open().context, idempotency: kept('owner') }, 'hash')).toBe(true);
  },
);

test('a note that is lost is no leave to show a secret again', async () => {
  const { open, store } = opened();
  const { context } = open();
  await own(context, 'hash', 'owner');
  await store.delete('creation hash');

  expect(await mayHandOut({ context, idempotency: kept('owner') }, 'hash')).toBe(false);
  expect(await handOut({ context, idempotency: kept('owner'), recipient: CLEAR }, 'hash', SECRET)).toBeNull();
});

test('a note that is lost before the answer leaves keeps it back', async () => {
  const { open, store } = opened();
  const { context, answered } = open();
  await own(context, 'hash', 'owner');
  await handOut({ context, idempotency: kept('owner'), recipient: CLEAR }, 'hash', SECRET);
  await store.delete('creation hash');

  expect(await answered()).toMatchObject({ extensions: { code: 'STATE_UNAVAILABLE', retryable: true } });
});

test('without a store, what nobody can repeat goes out, and what somebody can is kept back', async () => {
  const { open, store } = opened();
  store.failing.add('get').add('replace');
  const [one, other] = [open(), open()];

  expect(await handOut({ context: one.context, idempotency: loose('one'), recipient: CLEAR }, 'hash', SECRET)).toEqual({
    secret: SECRET,
    sealedSecret: null,
  });
  expect(await one.answered()).toBeNull();
  await expect(
    handOut({ context: other.context, idempotency: kept('other'), recipient: CLEAR }, 'hash', SECRET),
  ).rejects.toThrow('down');
});

test('a store that fails as the answer leaves keeps back what can be repeated, and nothing else', async () => {
  const { open, store } = opened();
  const [one, other] = [open(), open()];
  await own(one.context, 'of one', 'one');
  await own(other.context, 'of other', 'other');
  await handOut({ context: one.context, idempotency: loose('one'), recipient: CLEAR }, 'of one', SECRET);
  await handOut({ context: other.context, idempotency: kept('other'), recipient: CLEAR }, 'of other', SECRET);
  store.failing.add('replace');

  expect(await one.answered()).toBeNull();
  expect(await other.answered()).toMatchObject({ extensions: { code: 'STATE_UNAVAILABLE' } });
  store.failing.clear();
  expect(await mayHandOut({ context: open().context, idempotency: kept('other') }, 'of other')).toBe(true);
});

test('a creation that made no note, since the store was away, hands out what it was given', async () => {
  const { open } = opened();
  const { context, answered } = open();

  expect(await handOut({ context, idempotency: loose('one'), recipient: CLEAR }, 'hash', SECRET)).toEqual({
    secret: SECRET,
    sealedSecret: null,
  });
  expect(await answered()).toBeNull();
  expect(await claim(open().context, 'hash', 'finder')).toBe(false);
});

test('a sealed secret goes out sealed', async () => {
  const { context } = opened().open();
  await own(context, 'hash', 'owner');

  expect(
    await handOut(
      { context, idempotency: kept('owner'), recipient: { seal: async () => 'sealed', selected: CLEAR.selected } },
      'hash',
      SECRET,
    ),
  ).toEqual({
    secret: null,
    sealedSecret: 'sealed',
  });
});

test('no secret of a project counts as shown when the store fails at a later one', async () => {
  const { open, store } = opened();
  const { context, answered } = open();
  const tokens = ['a', 'b'].map((value) => ({ record: token(value), tokenHash: value, nameHash: value }));
  for (const { tokenHash } of tokens) await own(context, tokenHash, 'owner');
  const known = await store.get('creation a');
  vi.spyOn(context.store, 'get').mockResolvedValueOnce(known).mockRejectedValueOnce(new Error('down'));
  const work = { context, idempotency: kept('owner'), recipient: CLEAR, target: { manager: SCOPE.manager } };

  await expect(disclose(work, SCOPE.projectId, tokens)).rejects.toThrow('down');
  await answered();

  expect(await mayHandOut({ context: open().context, idempotency: kept('owner') }, 'a')).toBe(true);
});

test('tokens of a recovered project are not left out in silence when the store cannot tell whose they are', async () => {
  const store = failingStore();
  const scope = world(store);
  await scope.create('somebody', 'Default', null);
  const { context } = request(scope, 'somebody');
  store.failing.add('replace');
  const entry = { input: '', startedAt: 0, sentAt: 0, before: [], result: SCOPE.projectId };

  await expect(firstTokens(context, SCOPE.manager, loose('one'), entry, SCOPE.projectId)).rejects.toThrow('down');
});
