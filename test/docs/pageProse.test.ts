import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { filesLike, readPage } from './pages.ts';
import { MOST_WORDS } from './prose.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** The reference and the notes are kept as they came. */
const pages = filesLike('*.md', 'docs/**/*.md').filter((path) => !/platform-api|performance-notes/.test(path));

/** Sentences of a page, by paragraph, item and cell; code counts as one word, and the mark of an item as none. */
const sentencesOf = (path: string) =>
  readPage(path)
    .replace(/^```.*?^```/gms, '')
    // The table that `npm run docs` writes is a list of names.
    .replace(/<!-- fields -->.*?<!-- \/fields -->|<!--.*?-->/gs, '')
    .replace(/`[^`\n]*`/g, (code) => code.replace(/[ .:?!|]/g, '_'))
    .split(/\n\n|\n(?=\s*(?:[-*]|\d+\.) )|\n#|\||\n(?=\|)/)
    .flatMap((part) =>
      part
        .replace(/\s+/g, ' ')
        .replace(/^ ?([-*]|\d+\.) /, '')
        .trim()
        .split(/(?<=[.:?!;]|[.:?!]\*\*) /),
    )
    .map((sentence) => ({ path, sentence }));

test(`a sentence of a page has ${MOST_WORDS} words at most`, () => {
  const sentences = pages.flatMap(sentencesOf);

  expect(sentences.length).toBeGreaterThan(300);
  expect(sentences.filter(({ sentence }) => sentence.split(' ').length > MOST_WORDS)).toEqual([]);
});

test('every path of a file that a page names exists', () => {
  const named = filesLike('*.md', 'docs/**/*.md').flatMap((page) =>
    [...readPage(page).matchAll(/`((?:src|resolvers|schema|emulator|test|tools|bench|scripts)\/[\w./-]*)`/g)].map(
      ([, path = '']) => ({ page, path }),
    ),
  );

  expect(named.length).toBeGreaterThan(40);
  expect(named.filter(({ path }) => !existsSync(`${root}/${path}`))).toEqual([]);
});
