import { afterAll, beforeAll, test } from 'vitest';
import { type RedisServer, startRedisServer } from '../support/redisServer.ts';
import { plansAndFindingsAreOfWhatIsSeen } from './plansAndFindings.ts';
import { type Claimed, type Restricted, startRestricted } from './restricted.ts';
import { answersAsIfTheRestWereNotThere, leavesNoTrace } from './restriction.ts';

let redis: RedisServer;
let situation: Restricted;

beforeAll(async () => {
  [redis, situation] = await Promise.all([startRedisServer(), startRestricted()]);
});
afterAll(async () => {
  await situation.close();
  await redis.close();
});

test.each<Claimed>(['organizations', 'projects', 'both'])(
  'two replicas that share Redis tell callers nothing outside their %s',
  async (claimed) => {
    const env = { CACHE: 'redis', REDIS_URL: redis.url, GEAI_BORROW_PROJECT_TOKENS: 'true' };
    const replicas = [await situation.facadeFor(claimed, env), await situation.facadeFor(claimed, env)];
    try {
      await answersAsIfTheRestWereNotThere(situation, replicas, claimed);
      await leavesNoTrace(situation, replicas, claimed);
      await plansAndFindingsAreOfWhatIsSeen(situation, replicas, claimed);
    } finally {
      for (const replica of replicas) await replica.close();
    }
  },
  1_800_000,
);
