import { expect, onTestFinished, test } from 'vitest';
import { type Answer, codes, routes, startFacade } from '../support/facade.ts';
import { startRedisServer } from '../support/redisServer.ts';
import { bulk, callerOf, document, graphId } from './bulk.ts';

test('without the state blocking goes on, and unblocking, which may undo what somebody had a reason for, does not', async () => {
  const server = await startRedisServer();
  const facade = await startFacade({
    emulator: { organizations: 1, projects: 1 },
    env: { REDIS_URL: server.url, CACHE: 'off' },
  });
  onTestFinished(async () => {
    await facade.close();
    await server.close();
  });
  const { emulator } = facade;
  const caller = callerOf(facade);
  const projectId = emulator.seeded.organizations[0]!.projects[0]!.id;
  const [active, blocked] = ['Active', 'Blocked'].map((name) => emulator.createToken(projectId, name));
  emulator.setTokenStatus(blocked!, 'Blocked');
  const [toBlock, toUnblock] = [active!, blocked!].map((token) => ({ ids: [graphId(projectId, token)] }));
  const [block, unblock] = [
    await bulk(caller, 'blockApiTokens', toBlock!),
    await bulk(caller, 'unblockApiTokens', toUnblock!),
  ];
  await server.close();
  emulator.resetCalls();

  const run = { ...toUnblock, dryRun: false, planId: unblock.planId };
  const refused: Answer = await facade.query(document('unblockApiTokens'), {
    token: caller.token,
    variables: { input: run },
  });
  expect(codes(refused)).toEqual(['STATE_UNAVAILABLE']);
  expect(facade.upstream()[routes.updateToken]).toBeUndefined();

  const { counts } = await bulk(caller, 'blockApiTokens', { ...toBlock, dryRun: false, planId: block.planId });
  expect(counts).toMatchObject({ changed: 1 });
});
