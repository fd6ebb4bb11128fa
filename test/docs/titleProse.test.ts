import { expect, test } from 'vitest';
import { filesLike, readPage } from './pages.ts';
import { isLong, lineAt, MOST_WORDS, type Sentence, startsPlainly, withoutCode } from './prose.ts';

/** A title is the text before a function, at the beginning of a call. */
const TITLE =
  /(?:\b(?:test|describe)(?:\.\w+)*\(|\)\()\s*(?:'((?:[^'\\\n]|\\.)*)'|"((?:[^"\\\n]|\\.)*)"|`((?:[^`\\\n]|\\.)*)`),\s*(?:async|\(|\w+ =>)/g;

function titlesOf(path: string): Sentence[] {
  const source = readPage(path);
  return [...source.matchAll(TITLE)].map(({ index, 1: single, 2: double, 3: template }) => ({
    ...{ path, line: lineAt(source, index), text: withoutCode(single ?? double ?? template ?? '') },
  }));
}

const titles = filesLike('test/**/*.test.ts').flatMap(titlesOf);

test(`a title of a test has ${MOST_WORDS} words at most`, () => {
  expect(titles.length).toBeGreaterThan(1_000);
  expect(titles.filter(isLong)).toEqual([]);
});

test('a title of a test starts with a noun or a verb', () => {
  expect(titles.filter((title) => !startsPlainly(title))).toEqual([]);
});
