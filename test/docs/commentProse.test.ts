import { expect, test } from 'vitest';
import { filesLike, readPage } from './pages.ts';
import { isLong, lineAt, MOST_WORDS, type Sentence, startsPlainly, withoutCode } from './prose.ts';

/** A doc comment, or lines of comments below each other. */
const COMMENT = /\/\*\*([\s\S]*?)\*\/|((?:^[ \t]*\/\/ .*\n)+)/gm;

function commentsOf(path: string): Sentence[] {
  const source = readPage(path);
  return [...source.matchAll(COMMENT)]
    .map(({ index, 1: doc, 2: lines = '' }) => ({
      ...{ path, line: lineAt(source, index) },
      text: withoutCode((doc ?? lines).replace(/^[ \t]*(?:\*|\/\/) ?/gm, '').trim()),
    }))
    .filter(({ text }) => !text.startsWith('biome-ignore'));
}

const splitAt = (end: RegExp) => (comment: Sentence) => comment.text.split(end).map((text) => ({ ...comment, text }));

const comments = filesLike('src/**/*.ts')
  .filter((path) => !path.startsWith('src/generated/'))
  .flatMap(commentsOf);

test(`a clause of a comment has ${MOST_WORDS} words at most`, () => {
  const clauses = comments.flatMap(splitAt(/(?<=[.:?!;]) /));

  expect(clauses.length).toBeGreaterThan(1_000);
  expect(clauses.filter(isLong)).toEqual([]);
});

test('a sentence of a comment starts with a noun or a verb', () => {
  const sentences = comments.flatMap(splitAt(/(?<=[.?!]) /));

  expect(sentences.filter((sentence) => !startsPlainly(sentence))).toEqual([]);
});
