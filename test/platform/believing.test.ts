import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { NoCache } from '../../src/cache/none.ts';
import type { Credential } from '../../src/platform/client/credential.ts';
import type { Endpoint } from '../../src/platform/client/endpoint.ts';
import { FIGURES } from '../../src/platform/resources/analytics.ts';
import { createApiToken, listApiTokens } from '../../src/platform/resources/apiTokens.ts';
import { listAssistants } from '../../src/platform/resources/assistants.ts';
import { listProjectMemberships } from '../../src/platform/resources/members.ts';
import { deleteOrganization } from '../../src/platform/resources/organizations.ts';
import { createProject, listProjects } from '../../src/platform/resources/projects.ts';
import { validateToken } from '../../src/platform/resources/tokenIntrospection.ts';
import { ARGUMENTS, bare, READS, WRITES } from './endpoints.ts';
import { caches, credentialOf, type ScriptedPlatform, scriptedPlatform } from './scripted.ts';

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

const KEPT = READS.filter(({ keptMs }) => keptMs > 0);

const manager = credentialOf('organization', 'manager', 'mine');
const colleague = credentialOf('oauth', 'colleague', 'mine', 'project');
const stranger = credentialOf('organization', 'stranger', 'theirs');
const unplaced = credentialOf('oauth', 'unplaced', null, 'project');

const perform = (platform: ScriptedPlatform, endpoint: Endpoint, credential: Credential) =>
  platform.session().as(credential).call(bare(endpoint), ARGUMENTS);

/** How often the platform is asked for a read from now on, when it comes again. */
async function isBelieved(platform: ScriptedPlatform, endpoint: Endpoint, credential: Credential): Promise<boolean> {
  const before = platform.sent.length;
  await perform(platform, endpoint, credential);
  return platform.sent.length === before;
}

describe.each(KEPT.map((endpoint) => [endpoint.name, endpoint] as const))('%s', (_name, endpoint) => {
  test('is believed for as long as it declares', async () => {
    const platform = scriptedPlatform(caches(), () => ({}));
    await perform(platform, endpoint, manager);
    await pass(endpoint.keptMs - 10);
    expect(await isBelieved(platform, endpoint, manager)).toBe(true);

    await pass(20);
    expect(await isBelieved(platform, endpoint, manager)).toBe(false);
  });

  test('is not believed longer for being asked again meanwhile', async () => {
    const platform = scriptedPlatform(caches(), () => ({}));
    await perform(platform, endpoint, manager);
    for (let time = 1; time < 5; time += 1) {
      await pass(endpoint.keptMs / 5);
      await perform(platform, endpoint, manager);
    }
    await pass(endpoint.keptMs / 5 + 10);

    expect(await isBelieved(platform, endpoint, manager)).toBe(false);
  });

  test('is not kept when it fails', async () => {
    let status = 403;
    const platform = scriptedPlatform(caches());
    const fails = perform(platform, endpoint, manager);
    platform.sent[0]!.answer({}, status);
    await expect(fails).rejects.toThrow();
    status = 200;
    const succeeds = perform(platform, endpoint, manager);
    platform.sent[1]!.answer({}, status);
    await succeeds;

    expect(platform.sent).toHaveLength(2);
  });
});

/** `VERSION_LIFE_S` of `src/cache/shared.ts`; versions of one process live longer. */
const VERSION_LIFE_MS = 300_000;

test('no answer outlives the note of a change that made it untrue', () => {
  expect(READS.filter(({ keptMs }) => keptMs > VERSION_LIFE_MS)).toEqual([]);
});

const UNKEPT = READS.filter(({ keptMs }) => keptMs === 0);

test.each(UNKEPT.map((endpoint) => [endpoint.name, endpoint] as const))(
  '%s is asked for every time, neither looked for in memory nor put there',
  async (_name, endpoint) => {
    const known = caches();
    const gets = Object.values(known).map((cache) => vi.spyOn(cache, 'get'));
    const sets = Object.values(known).map((cache) => vi.spyOn(cache, 'set'));
    const platform = scriptedPlatform(known, () => ({}));
    await perform(platform, endpoint, manager);

    expect(await isBelieved(platform, endpoint, manager)).toBe(false);
    expect(gets.flatMap(({ mock }) => mock.calls.map(([, key]) => key))).toEqual([null, null]);
    expect(sets.flatMap(({ mock }) => mock.calls)).toEqual([]);
  },
);

const ENDS: [string, (write: ScriptedPlatform['sent'][number]) => void][] = [
  ['done', (write) => write.answer({})],
  ['refused', (write) => write.answer({ errors: [{ id: 2000 }] }, 400)],
  ['without an answer', (write) => write.lose()],
];

/** Asks as each credential; answers with who had to be sent for. */
async function asked(platform: ScriptedPlatform, endpoint: Endpoint, credentials: readonly Credential[]) {
  const sent: Credential[] = [];
  for (const credential of credentials) {
    const before = platform.sent.length;
    const reading = perform(platform, endpoint, credential);
    if (platform.sent.length > before) sent.push(credential);
    platform.sent.at(-1)!.answer({});
    await reading;
  }
  return sent;
}

const CHANGES: Endpoint = { ...createProject, changes: ['projects'] };

test.each(ENDS)('a write that is %s ends what its organization knows of its family', async (_end, end) => {
  const platform = scriptedPlatform(caches());
  const readers = [manager, colleague, stranger];
  await asked(platform, listProjects, readers);
  const writing = perform(platform, CHANGES, manager).catch(() => undefined);
  end(platform.sent.at(-1)!);
  await writing;

  expect(await asked(platform, listProjects, readers)).toEqual([manager, colleague]);
});

test.each(WRITES.map((write) => [write.name, write] as const))(
  '%s ends what is known of the reads that it changes, and of no other',
  async (_name, write) => {
    const platform = scriptedPlatform(caches());
    const readers = [manager, stranger, unplaced];
    for (const kept of KEPT) await asked(platform, kept, readers);
    const writing = perform(platform, write, manager);
    platform.sent.at(-1)!.answer({});
    await writing;

    for (const kept of KEPT) {
      const isChanged = kept.family !== null && write.changes.includes(kept.family);
      expect(await asked(platform, kept, readers), kept.name).toEqual(isChanged ? [manager, unplaced] : []);
    }
  },
);

test.each([
  ['figures of the organization', FIGURES.createdProjects.ofOrganization],
  ['projects that its administrator belongs to', listProjectMemberships],
])('a project that is created ends what was read of the %s', async (_what, read) => {
  const platform = scriptedPlatform(caches());
  const early = perform(platform, read, manager);
  const writing = perform(platform, createProject, manager);
  platform.sent[1]!.answer({});
  await writing;
  const late = perform(platform, read, manager);
  for (const { answer } of [platform.sent[0]!, ...platform.sent.slice(2)]) answer({});
  await Promise.all([early, late]);

  expect(platform.sent).toHaveLength(3);
});

test('a write ends what is known of the organization that it names, though the writer is of another', async () => {
  const platform = scriptedPlatform(caches());
  const readers = [manager, credentialOf('organization', 'owner', ARGUMENTS.organizationId as string), stranger];
  await asked(platform, listProjects, readers);
  const writing = perform(platform, deleteOrganization, manager);
  platform.sent.at(-1)!.answer({});
  await writing;

  expect(await asked(platform, listProjects, readers)).toEqual(readers.slice(0, 2));
});

test('chat and the like would leave everything remembered: a write that changes nothing ends nothing', async () => {
  const platform = scriptedPlatform(caches());
  for (const kept of KEPT) await asked(platform, kept, [manager]);
  const writing = perform(platform, { ...createApiToken, changes: [] } as Endpoint, manager);
  platform.sent.at(-1)!.answer({});
  await writing;

  for (const kept of KEPT) expect(await asked(platform, kept, [manager])).toEqual([]);
});

test('a write as a user of whom no organization is known ends what any credential knows of the family', async () => {
  const platform = scriptedPlatform(caches());
  const readers = [manager, stranger, unplaced];
  for (const read of [listProjects, listAssistants.full]) await asked(platform, read, readers);
  const writing = perform(platform, CHANGES, unplaced);
  platform.sent.at(-1)!.answer({});
  await writing;

  expect(await asked(platform, listProjects, readers)).toEqual(readers);
  expect(await asked(platform, listAssistants.full, readers)).toEqual([]);
});

test('a write of a credential that is not taken ends nothing', async () => {
  const platform = scriptedPlatform(caches());
  await asked(platform, listProjects, [manager, unplaced]);
  const writing = perform(platform, CHANGES, credentialOf('oauth', 'unheard of', null, 'project')).catch(
    () => undefined,
  );
  platform.sent.at(-1)!.answer({}, 401);
  await writing;

  expect(await asked(platform, listProjects, [manager, unplaced])).toEqual([]);
});

test.each([
  ['memory', caches],
  ['no memory', () => ({ answers: new NoCache(), identities: new NoCache() })],
])('with %s, a read from before a write is neither joined after it nor believed', async (_name, known) => {
  const platform = scriptedPlatform(known());
  const early = perform(platform, listProjects, manager);
  const writing = perform(platform, createProject, manager);
  platform.sent[1]!.answer({});
  await writing;
  const late = perform(platform, listProjects, manager);
  expect(platform.sent).toHaveLength(3);
  platform.sent[2]!.answer({ projects: ['after'] });
  platform.sent[0]!.answer({ projects: ['before'] });

  expect([await early, await late]).toEqual([{ projects: ['before'] }, { projects: ['after'] }]);
  const again = perform(platform, listProjects, manager);
  platform.sent[3]?.answer({ projects: ['after'] });
  expect(await again).toEqual({ projects: ['after'] });
});

test('a refusal of a credential ends what is known with it, of other credentials nothing', async () => {
  const platform = scriptedPlatform(caches());
  const read = async (endpoint: Endpoint, credential: Credential, status = 200) => {
    const before = platform.sent.length;
    const reading = perform(platform, endpoint, credential).catch(() => undefined);
    const isSent = platform.sent.length > before;
    platform.sent.at(-1)!.answer({}, status);
    await reading;
    return isSent;
  };
  for (const one of [manager, colleague]) {
    await read(listProjects, one);
    await read(validateToken, one);
  }
  await read(listApiTokens, manager, 401);

  expect([await read(listProjects, manager), await read(validateToken, manager)]).toEqual([true, true]);
  expect([await read(listProjects, colleague), await read(validateToken, colleague)]).toEqual([false, false]);
});
