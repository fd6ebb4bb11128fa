import { expect, onTestFinished, test } from 'vitest';
import { stopTime } from '../support/clock.ts';
import { routes } from '../support/facade.ts';
import { disturb, startDrill } from './failures.ts';

/** Retries of one credential before it has earned more. */
const OF_ONE = 10;
const LIST = '{ organization { projects { nodes { name } } } }';
const CREDENTIALS = 20;

async function drilled() {
  const drill = await startDrill({ emulator: { organizations: CREDENTIALS, projects: 2 } });
  onTestFinished(() => drill.facade.close());
  const tokens = drill.emulator.seeded.organizations.map(({ token }) => token);
  for (const token of tokens) await drill.facade.query('{ viewer { scopes } }', { token });
  /** Number of calls that it takes to ask with each token in turn. */
  const listWith = async (...asking: string[]) => {
    drill.emulator.resetCalls();
    for (const token of asking) await drill.facade.query(LIST, { token });
    return drill.facade.upstream()[routes.listProjects] ?? 0;
  };
  const fail = (times = Number.POSITIVE_INFINITY) =>
    disturb(drill.emulator, [routes.listProjects], { kind: 'status', status: 503, retryAfter: '0', times });
  return { ...drill, tokens, listWith, fail };
}

const repeated = (token: string, times: number) => Array.from({ length: times }, () => token);
/** Each of the tokens in turn, so many times in all. */
const inTurns = (tokens: readonly string[], times: number) =>
  Array.from({ length: times }, (_, index) => tokens[index % tokens.length]!);

test('an outage costs the platform no more than 1.2 calls per call, whoever asks', async () => {
  const { tokens, listWith, fail } = await drilled();
  fail();
  const asking = inTurns(tokens, 120);

  expect(await listWith(...asking)).toBeLessThanOrEqual(asking.length * 1.2);
});

test('a family that fails for everybody is asked once a second, and the error says how long to wait', async () => {
  const { facade, tokens, listWith, fail } = await drilled();
  const pass = stopTime();
  fail();
  await listWith(...inTurns(tokens, 60));

  expect(await listWith(...inTurns(tokens, 60))).toBe(0);
  pass(1_000);
  expect(await listWith(...inTurns(tokens, 60))).toBe(1);
  const { data, errors } = await facade.query('{ organization { name projects { totalCount } } }', {
    token: tokens[0]!,
  });
  expect(data.organization).toEqual({ name: expect.any(String), projects: null });
  expect(errors![0]!.extensions).toMatchObject({ code: 'UPSTREAM_UNAVAILABLE', retryable: true, retryAfter: 1 });
});

test('one credential that fails leaves retries and the family to others', async () => {
  const { emulator, tokens, listWith, fail } = await drilled();
  const [failing, other] = tokens as [string, string];
  fail();
  const spent = await listWith(...repeated(failing, 30));
  expect(spent).toBeLessThan(30 + OF_ONE);

  emulator.setFaults([]);
  fail(1);
  expect(await listWith(other)).toBe(2);
  expect(await listWith(other)).toBe(1);
});

test('tokens that the platform never took share the retries of one, and leave the rest to callers', async () => {
  const { facade, emulator, tokens, listWith, fail } = await drilled();
  await listWith(tokens[0]!);
  disturb(emulator, [routes.validate], { kind: 'status', status: 503, retryAfter: '0', times: 40 });
  emulator.resetCalls();
  for (let index = 0; index < 12; index += 1) await facade.query(LIST, { token: `nobody_${index}` });
  expect(facade.upstream()[routes.validate]).toBe(12 + OF_ONE);

  emulator.setFaults([]);
  fail(1);
  expect(await listWith(tokens[0]!)).toBe(2);
});
