import { expect, test } from 'vitest';
import type { PlatformSession } from '../../src/platform/client/session.ts';
import { createProject, listProjects } from '../../src/platform/resources/projects.ts';
import { ARGUMENTS, bare } from './endpoints.ts';
import { caches, credentialOf, scriptedPlatform } from './scripted.ts';

const credential = credentialOf('organization', 'manager', 'organization');

/** What comes of a read: its answer, or the kind of its failure. */
const read = (session: PlatformSession) =>
  session
    .as(credential)
    .call(bare(listProjects), {})
    .catch(({ kind }) => kind);

test('a read that nobody waits for any more is ended', async () => {
  const { sent, session } = scriptedPlatform(caches());
  const callers = [session(), session(), session()];
  const reads = callers.map(read);
  for (const caller of callers) caller.cancel();

  expect(sent.map(({ isCancelled }) => isCancelled)).toEqual([true]);
  expect(await Promise.all(reads)).toEqual(['CANCELLED', 'CANCELLED', 'CANCELLED']);
});

test.each([0, 1, 2])('a read goes on for the two that stay, when caller %i leaves', async (leaving) => {
  const { sent, session } = scriptedPlatform(caches());
  const callers = [session(), session(), session()];
  const reads = callers.map(read);
  // Nobody leaves more than once, however often the end is heard of.
  for (const _time of callers) callers[leaving]!.cancel();
  expect(sent.map(({ isCancelled }) => isCancelled)).toEqual([false]);
  sent[0]!.answer({ projects: [] });

  const answers = await Promise.all(reads);
  expect(answers.toSpliced(leaving, 1)).toEqual([{ projects: [] }, { projects: [] }]);
});

test('a caller who asks for what others have just given up is answered by a new call', async () => {
  const { sent, session } = scriptedPlatform(caches());
  const leaving = session();
  const left = read(leaving);
  leaving.cancel();
  const late = read(session());
  expect(sent).toHaveLength(2);
  sent[1]!.answer({ projects: [] });

  expect([await left, await late]).toEqual(['CANCELLED', { projects: [] }]);
});

test('a caller who has left begins nothing', async () => {
  const { sent, session } = scriptedPlatform(caches());
  const gone = session();
  gone.cancel();

  expect(await read(gone)).toBe('CANCELLED');
  expect(sent).toEqual([]);
});

test('a read is not tried again for nobody', async () => {
  const { sent, session } = scriptedPlatform(caches());
  const leaving = session();
  const left = read(leaving);
  sent[0]!.answer({}, 503);
  // In the pause before the next attempt, or before it begins.
  await Promise.resolve();
  leaving.cancel();

  expect(await left).toBe('CANCELLED');
  expect(sent).toHaveLength(1);
});

test('a write is carried through though its caller has left', async () => {
  const { sent, session } = scriptedPlatform(caches());
  const leaving = session();
  const write = leaving.as(credential).call(bare(createProject), ARGUMENTS);
  leaving.cancel();
  expect(sent[0]!.isCancelled).toBe(false);
  sent[0]!.answer({ projectId: 'new' });

  expect(await write).toEqual({ projectId: 'new' });
});
