import fc from 'fast-check';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { issueToken } from '../../src/apiTokens/issue.ts';
import { handOut } from '../../src/mutations/disclosure.ts';
import {
  type IdempotencyRecord,
  transientRecord,
  withIdempotencyRecord,
} from '../../src/mutations/idempotencyRecord.ts';
import {
  AUDIT,
  CLEAR,
  failingStore,
  lost,
  type Made,
  request,
  SCOPE,
  stopClock,
  token,
  world,
} from '../support/creating.ts';

beforeEach(stopClock);
afterEach(() => void vi.useRealTimers());

const caller = fc.record({
  /** Of each time that a creation is sent: whether it is carried out, and whether its answer arrives. */
  answers: fc.array(fc.constantFrom('answered', 'lost', 'dropped'), { minLength: 2, maxLength: 2 }),
  isKeyed: fc.boolean(),
  /** How often the caller asks. */
  times: fc.integer({ min: 1, max: 2 }),
  /** Whether the store cannot be written while the answer of the platform arrives. */
  hasOutage: fc.boolean(),
});
type Caller = typeof caller extends fc.Arbitrary<infer T> ? T : never;

interface Shown {
  readonly to: string;
  readonly value: string;
  readonly madeBy: string;
}

/** Two callers who create a token of one name, and everything that they wait for in an order of the scheduler's. */
async function create(scheduler: fc.Scheduler, callers: readonly Caller[]): Promise<{ shown: Shown[]; made: Made[] }> {
  const store = failingStore();
  const model = world(store);
  const soon = <T>(what: string, work: () => Promise<T>) => scheduler.schedule(Promise.resolve(), what).then(work);
  const sent = new Map<string, number>();
  const list = model.list;
  model.list = () => soon('list', list);
  model.pause = (ms) =>
    soon('pause', async () => {
      vi.advanceTimersByTime(ms);
      return true;
    });
  model.create = async (by, name, description) => {
    const count = sent.get(by) ?? 0;
    sent.set(by, count + 1);
    const { answers, hasOutage } = callers[Number(by)]!;
    const fate = answers[count] ?? 'answered';
    const made = token(`twin ${by} ${count}`.replaceAll(' ', '_'), { name, description, madeBy: by });
    await soon(`${by} arrives`, async () => fate !== 'dropped' && model.tokens.push(made));
    return soon(`${by} is ${fate}`, async () => {
      if (fate !== 'answered') throw lost();
      if (hasOutage && count === 0) store.failing.add('replace');
      return made;
    });
  };
  const shown: Shown[] = [];
  const ask = async (by: string, { isKeyed }: Caller) => {
    const { context, answered } = request(model, by);
    const run = async (idempotency: IdempotencyRecord) => {
      const draft = {
        name: 'Twin',
        description: null,
        status: 'ACTIVE',
        scope: SCOPE,
        audit: AUDIT,
        input: by,
      } as const;
      const issued = await issueToken(context, { ...draft, idempotency });
      if (issued.kind === 'refused') return null;
      const handout = await handOut({ context, idempotency, recipient: CLEAR }, issued.tokenHash, issued.token.secret);
      return handout?.secret ? issued.token : null;
    };
    const keyed = async () => {
      const opened = await withIdempotencyRecord(context, `key of ${by}`, run);
      return opened.kind === 'busy' ? null : opened.result;
    };
    const outcome = isKeyed ? keyed() : run(transientRecord());
    const handed = await outcome.catch(() => null);
    store.failing.clear();
    const failure = await soon(`${by} leaves`, answered);
    if (failure || handed === null) return;
    const { madeBy } = model.tokens.find(({ secret }) => secret.equals(handed.secret))!;
    shown.push({ to: by, value: handed.secret.reveal(), madeBy });
  };
  const all = Promise.all(
    callers.map(async (each, index) => {
      for (let time = 0; time < each.times; time += 1) await ask(String(index), each);
    }),
  );
  await scheduler.waitFor(all);
  return { shown, made: model.tokens };
}

test('in whatever order two creations of one name go, a secret is shown once, and only to who made it', async () => {
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), caller, caller, async (scheduler, one, other) => {
      stopClock();
      const { shown, made } = await create(scheduler, [one, other]);

      expect(new Set(shown.map(({ value }) => value)).size).toBe(shown.length);
      for (const { to, madeBy } of shown) expect(madeBy).toBe(to);
      for (const [index, { isKeyed, answers }] of [one, other].entries()) {
        const own = made.filter(({ madeBy }) => madeBy === String(index));
        // A key makes no second token: one that is dropped makes none, and any other is found again.
        if (isKeyed && answers[0] !== 'dropped') expect(own.length).toBeLessThanOrEqual(1);
      }
    }),
    { numRuns: 300 },
  );
});
