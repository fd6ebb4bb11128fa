import { expect, test } from 'vitest';
import { Dependencies, endedBy, endedWithTokens } from '../../src/platform/client/cacheTags.ts';
import type { Request } from '../../src/platform/client/request.ts';
import { credentialOf } from './scripted.ts';

const named = (projectId: string | null = null, organizationId: string | null = null) =>
  ({ projectId, organizationId }) as Request;
const of = (organizationId: string | null) => credentialOf('organization', 'manager', organizationId);
const ofProject = credentialOf('project', 'inside', 'O', 'P');

const changes = (...families: string[]) => ({ changes: families }) as never;

/** Every read that an answer may rest on, alone. */
const READS = [
  [of('O'), named()],
  [of('O'), named('P')],
  [of('O'), named('Q')],
  [of('other'), named(null, 'O')],
  [of(null), named()],
  [of(null), named('P')],
  [ofProject, named()],
] as const;

const tagsOf = (...reads: (typeof READS)[number][]) => {
  const dependencies = new Dependencies();
  for (const [credential, request] of reads) dependencies.read(credential, request);
  return dependencies.all;
};

test('an answer bears the tags of its organization and of the one project, or of all', () => {
  expect(tagsOf(READS[1])).toEqual(['organization:O', 'project:P']);
  expect(tagsOf(READS[1], READS[2])).toEqual(['organization:O', 'organization:O:projects']);
  expect(tagsOf(READS[4])).toEqual(['organization:unknown']);
});

test('a token that opens the answer counts, though nothing was read with it', () => {
  const dependencies = new Dependencies();
  dependencies.opened(of('other'));
  dependencies.opened(ofProject);

  expect(dependencies.all).toEqual(['organization:other', 'organization:O', 'project:P']);
  expect(dependencies.within('Q')).toEqual(['organization:other', 'organization:O', 'project:Q']);
});

test('an answer of several reads ends with all that any of them ends with', () => {
  const writes = [
    endedBy(of('O'), changes('projects'), named('P')),
    endedBy(of('O'), changes('projects'), named('Q')),
    endedBy(of('O'), changes('projects'), named()),
    endedBy(of('other'), changes('organizations'), named(null, 'O')),
    endedBy(of('O'), changes('projects', 'apiTokens'), named('P')),
    endedWithTokens(of('O')),
  ];
  const ends = (tags: readonly string[], write: readonly string[] | null) => tags.some((tag) => write?.includes(tag));

  for (const write of writes) {
    for (const one of READS) {
      for (const other of READS) {
        const isUntrue = ends(tagsOf(one), write) || ends(tagsOf(other), write);
        expect(isUntrue && !ends(tagsOf(one, other), write)).toBe(false);
      }
    }
  }
});

test('a change of a project leaves answers about another alone, and a change of tokens leaves none', () => {
  const update = endedBy(of('O'), changes('projects'), named('P'));
  const block = endedWithTokens(of('O'));

  expect(tagsOf(READS[2]).some((tag) => update?.includes(tag))).toBe(false);
  for (const [place, read] of READS.entries()) {
    expect([place, tagsOf(read).some((tag) => block?.includes(tag))]).toEqual([place, true]);
  }
});

test('a writer of unknown organization ends everything', () => {
  expect([endedBy(of(null), changes('projects'), named('P')), endedWithTokens(of(null))]).toEqual([null, null]);
});
