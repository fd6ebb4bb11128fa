import { beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { type Facade, routes, startFacade } from '../support/facade.ts';
import { bulk, type Caller, callerOf, codesOf, graphId, type Mutation, planAndRun } from './bulk.ts';

const HOUR_MS = 60 * 60_000;

let facade: Facade;
let caller: Caller;
let projectId: string;
let value: string;
let input: { ids: string[] };

beforeEach(async () => {
  facade = await startFacade({ emulator: { organizations: 1, projects: 2 } });
  const started = facade;
  onTestFinished(() => started.close());
  caller = callerOf(facade);
  projectId = facade.emulator.seeded.organizations[0]!.projects[0]!.id;
  value = facade.emulator.createToken(projectId, 'Disputed');
  const other = facade.emulator.createToken(projectId, 'Undisputed');
  input = { ids: [value, other].map((token) => graphId(projectId, token)) };
});

const statusOf = () => facade.emulator.tokens(projectId).find(({ id }) => id === value)!.status;
const plan = (mutation: Mutation) => bulk(caller, mutation, input);
const carryOut = (mutation: Mutation, planId: string | null) =>
  bulk(caller, mutation, { ...input, dryRun: false, planId });

/** One token, through the facade. */
async function single(name: string): Promise<void> {
  const { errors } = await facade.query(
    `mutation { ${name}(input: { id: "${input.ids[0]}"${name === 'rotateApiToken' ? ', oldToken: BLOCK' : ''} }) { userErrors { code } } }`,
    { token: caller.token },
  );
  expect(errors).toBeUndefined();
}

describe('a plan that was carried out', () => {
  test('does not block again what somebody has unblocked since, and nothing is sent', async () => {
    const [{ planId }] = await planAndRun(caller, 'blockApiTokens', input);
    facade.emulator.setTokenStatus(value, 'Active');
    facade.emulator.resetCalls();

    const again = await carryOut('blockApiTokens', planId);

    expect(codesOf(again)).toEqual(['PLAN_CHANGED']);
    expect(again.userErrors[0]!.message).toContain('1 of its tokens were changed since it was made, and changed back');
    expect(statusOf()).toBe('Active');
    expect(facade.upstream()[routes.updateToken]).toBeUndefined();
    expect((await planAndRun(caller, 'blockApiTokens', input))[1].counts).toMatchObject({ changed: 1, alreadyDone: 1 });
  });

  test('does not unblock again what somebody has blocked since', async () => {
    for (const { id } of facade.emulator.tokens(projectId).slice(-2)) facade.emulator.setTokenStatus(id, 'Blocked');
    const [{ planId }] = await planAndRun(caller, 'unblockApiTokens', input);
    facade.emulator.setTokenStatus(value, 'Blocked');

    expect(codesOf(await carryOut('unblockApiTokens', planId))).toEqual(['PLAN_CHANGED']);
    expect(statusOf()).toBe('Blocked');
  });

  test('goes on with what was never changed: failures are tried again', async () => {
    const { planId } = await plan('blockApiTokens');
    facade.emulator.setFaults([{ route: routes.updateToken, kind: 'drop', times: 1 }]);
    expect(codesOf(await carryOut('blockApiTokens', planId))).toEqual(['INCOMPLETE']);

    expect((await carryOut('blockApiTokens', planId)).counts).toMatchObject({ changed: 1, alreadyDone: 1 });
  });
});

test.each(['blockApiToken', 'rotateApiToken'])(
  'a plan is refused that is about a token which %s has changed since, and somebody has changed back',
  async (name) => {
    const { planId } = await plan('blockApiTokens');
    await single(name);
    facade.emulator.setTokenStatus(value, 'Active');

    expect(codesOf(await carryOut('blockApiTokens', planId))).toEqual(['PLAN_CHANGED']);
    expect(statusOf()).toBe('Active');
  },
);

test('an unblocking is refused of a token that was unblocked and blocked again since', async () => {
  facade.emulator.setTokenStatus(value, 'Blocked');
  const { planId } = await plan('unblockApiTokens');
  await single('unblockApiToken');
  facade.emulator.setTokenStatus(value, 'Blocked');

  expect(codesOf(await carryOut('unblockApiTokens', planId))).toEqual(['PLAN_CHANGED']);
});

test('changes from before the plan are no concern of it', async () => {
  await single('blockApiToken');
  facade.emulator.setTokenStatus(value, 'Active');

  expect((await planAndRun(caller, 'blockApiTokens', input))[1].counts).toMatchObject({ changed: 2 });
});

test('a plan expires after an hour, and nothing is sent', async () => {
  const { planId } = await plan('blockApiTokens');
  facade.emulator.resetCalls();
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + HOUR_MS + 1_000 });
  onTestFinished(() => void vi.useRealTimers());

  const late = await carryOut('blockApiTokens', planId);

  expect(codesOf(late)).toEqual(['PLAN_EXPIRED']);
  expect(facade.upstream()[routes.updateToken]).toBeUndefined();
  expect(statusOf()).toBe('Active');
});
