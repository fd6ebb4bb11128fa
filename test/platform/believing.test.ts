import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { NoMemory } from '../../src/cache/none.ts';
import type { Credential } from '../../src/platform/client/credential.ts';
import { type Operation, operations } from '../../src/platform/client/operations.ts';
import type { CallArguments } from '../../src/platform/client/request.ts';
import { Secret } from '../../src/values/secret.ts';
import { credentialOf, memories, type ScriptedPlatform, scriptedPlatform } from './scripted.ts';

let now: number;

beforeEach(() => {
  now = 1_000;
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  // In its place, since `lru-cache` holds on to the clock that it found.
  vi.spyOn(performance, 'now').mockImplementation(() => now);
});
afterEach(() => void vi.useRealTimers());

async function pass(milliseconds: number): Promise<void> {
  now += milliseconds;
  await vi.advanceTimersByTimeAsync(milliseconds);
}

const ALL = Object.values(operations);
const KEPT = ALL.filter(({ remembered }) => remembered !== 'no');
const WRITES = ALL.filter(({ method }) => method !== 'GET');

const manager = credentialOf('organization', 'manager', 'mine');
const colleague = credentialOf('oauth', 'colleague', 'mine', 'project');
const stranger = credentialOf('organization', 'stranger', 'theirs');
const unplaced = credentialOf('oauth', 'unplaced', null, 'project');

const decode = (body: unknown) => body;
const perform = (platform: ScriptedPlatform, operation: Operation, credential: Credential, args: CallArguments = {}) =>
  platform.session().call({ operation, credential, args, decode }, null);

/** How often the platform is asked for a read from now on, when it comes again. */
async function isBelieved(platform: ScriptedPlatform, operation: Operation, credential: Credential): Promise<boolean> {
  const before = platform.sent.length;
  await perform(platform, operation, credential);
  return platform.sent.length === before;
}

describe.each(KEPT.map((operation) => [operation.route, operation] as const))('%s', (_route, operation) => {
  test('is believed for five seconds', async () => {
    const platform = scriptedPlatform(memories(), () => ({}));
    await perform(platform, operation, manager);
    await pass(4_990);
    expect(await isBelieved(platform, operation, manager)).toBe(true);

    await pass(20);
    expect(await isBelieved(platform, operation, manager)).toBe(false);
  });

  test('is not believed longer for being asked again meanwhile', async () => {
    const platform = scriptedPlatform(memories(), () => ({}));
    await perform(platform, operation, manager);
    for (let time = 0; time < 4_000; time += 1_000) {
      await pass(1_000);
      await perform(platform, operation, manager);
    }
    await pass(1_010);

    expect(await isBelieved(platform, operation, manager)).toBe(false);
  });

  test('is not kept when it fails', async () => {
    let status = 403;
    const platform = scriptedPlatform(memories());
    const fails = perform(platform, operation, manager);
    platform.sent[0]!.answer({}, status);
    await expect(fails).rejects.toThrow();
    status = 200;
    const succeeds = perform(platform, operation, manager);
    platform.sent[1]!.answer({}, status);
    await succeeds;

    expect(platform.sent).toHaveLength(2);
  });
});

const UNKEPT = ALL.filter(({ method, remembered }) => method === 'GET' && remembered === 'no');

test.each(UNKEPT.map((operation) => [operation.route, operation] as const))(
  '%s is asked for every time, neither looked for in memory nor put there',
  async (_route, operation) => {
    const known = memories();
    const recalls = Object.values(known).map((memory) => vi.spyOn(memory, 'recall'));
    const keeps = Object.values(known).map((memory) => vi.spyOn(memory, 'keep'));
    const platform = scriptedPlatform(known, () => ({}));
    await perform(platform, operation, manager);

    expect(await isBelieved(platform, operation, manager)).toBe(false);
    expect(recalls.flatMap(({ mock }) => mock.calls.map(([, key]) => key))).toEqual([null, null]);
    expect(keeps.flatMap(({ mock }) => mock.calls)).toEqual([]);
  },
);

const ENDS: [string, (write: ScriptedPlatform['sent'][number]) => void][] = [
  ['done', (write) => write.answer({})],
  ['refused', (write) => write.answer({ errors: [{ id: 2000 }] }, 400)],
  ['without an answer', (write) => write.lose()],
];

describe.each(WRITES.map((operation) => [operation.route, operation] as const))('%s', (_route, write) => {
  const args = { id: new Secret('default_changed'), body: { name: 'New' } };

  test.each(ENDS)(
    'ends, when it is %s, what all credentials of its organization know, and no others',
    async (_end, end) => {
      const platform = scriptedPlatform(memories());
      const read = async (credential: Credential) => {
        const before = platform.sent.length;
        const reading = perform(platform, operations.listProjects, credential);
        const isSent = platform.sent.length > before;
        platform.sent.at(-1)!.answer({});
        await reading;
        return isSent;
      };
      for (const credential of [manager, colleague, stranger]) await read(credential);
      const writing = perform(platform, write, manager, args).catch(() => undefined);
      end(platform.sent.at(-1)!);
      await writing;

      expect([await read(manager), await read(colleague), await read(stranger)]).toEqual([true, true, false]);
    },
  );
});

test('a write as a user of whom no organization is known ends what this user knows, and nobody else', async () => {
  const platform = scriptedPlatform(memories(), () => ({}));
  const another = credentialOf('oauth', 'another', null, 'project');
  await perform(platform, operations.listProjects, another);
  await perform(platform, operations.listProjects, unplaced);
  expect(await isBelieved(platform, operations.listProjects, unplaced)).toBe(true);
  await perform(platform, operations.createApiToken, unplaced, { body: { name: 'New' } });

  expect(await isBelieved(platform, operations.listProjects, unplaced)).toBe(false);
  expect(await isBelieved(platform, operations.listProjects, another)).toBe(true);
});

test.each([
  ['memory', memories],
  ['no memory', () => ({ answers: new NoMemory(), identities: new NoMemory() })],
])('with %s, a read from before a write is neither joined after it nor believed', async (_name, known) => {
  const platform = scriptedPlatform(known());
  const early = perform(platform, operations.listProjects, manager);
  const writing = perform(platform, operations.createProject, manager, { body: { name: 'New' } });
  platform.sent[1]!.answer({});
  await writing;
  const late = perform(platform, operations.listProjects, manager);
  expect(platform.sent).toHaveLength(3);
  platform.sent[2]!.answer({ projects: ['after'] });
  platform.sent[0]!.answer({ projects: ['before'] });

  expect([await early, await late]).toEqual([{ projects: ['before'] }, { projects: ['after'] }]);
  const again = perform(platform, operations.listProjects, manager);
  platform.sent[3]?.answer({ projects: ['after'] });
  expect(await again).toEqual({ projects: ['after'] });
});

test('a refusal of a credential ends what is known with it, of other credentials nothing', async () => {
  const platform = scriptedPlatform(memories());
  const read = async (operation: Operation, credential: Credential, status = 200) => {
    const before = platform.sent.length;
    const reading = perform(platform, operation, credential).catch(() => undefined);
    const isSent = platform.sent.length > before;
    platform.sent.at(-1)!.answer({}, status);
    await reading;
    return isSent;
  };
  for (const one of [manager, colleague]) {
    await read(operations.listProjects, one);
    await read(operations.validateToken, one);
  }
  await read(operations.listApiTokens, manager, 401);

  expect([await read(operations.listProjects, manager), await read(operations.validateToken, manager)]).toEqual([
    true,
    true,
  ]);
  expect([await read(operations.listProjects, colleague), await read(operations.validateToken, colleague)]).toEqual([
    false,
    false,
  ]);
});
