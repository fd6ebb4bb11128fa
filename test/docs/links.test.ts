import { existsSync } from 'node:fs';
import { posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { filesLike, readPage } from './pages.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const pages = filesLike('*.md', '{docs,bench}/**/*.md');
const sources = filesLike('{src,resolvers,schema,emulator,test,bench,scripts,tools}/**/*.{ts,graphql}', '*.ts');

const withoutCode = (text: string) => text.replace(/^```.*?^```/gms, '').replace(/`[^`\n]*`/g, '');

/** Anchors of the headings of a page, as GitHub makes them. */
const anchorsOf = (path: string) =>
  [...readPage(path).matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}_ -]/gu, '')
      .replaceAll(' ', '-'),
  );

function isBroken(page: string, target: string): boolean {
  const [path = '', anchor] = target.split('#');
  const file = path === '' ? page : posix.join(posix.dirname(page), path);
  if (!existsSync(`${root}/${file}`)) return true;
  return anchor !== undefined && !anchorsOf(file).includes(anchor);
}

test('every link between pages leads to a file, and every anchor to a heading', () => {
  const links = pages.flatMap((page) =>
    [...withoutCode(readPage(page)).matchAll(/\]\((?!https?:)([^)\s]+)\)/g)].map(([, target = '']) => ({
      page,
      target,
    })),
  );

  expect(links.length).toBeGreaterThan(50);
  expect(links.filter(({ page, target }) => isBroken(page, target))).toEqual([]);
});

/** Pages that are cited by section, as in `platform-api.md 2.3 and 5, trap 3`. */
const CITED = /(platform-api|design|performance-notes)\.md((?:,? (?:and |sections? )?\d+(?:\.\d+)?(?:, trap \d+)?)*)/gi;

/** A section has a heading of its number. A trap is an item of section 5, and a performance note an item. */
function isMissing(page: string, number: string): boolean {
  const text = readPage(`docs/${page}.md`);
  const trap = /^trap (\d+)$/.exec(number)?.[1];
  if (trap) return !hasItem(text.split('\n## ').find((section) => section.startsWith('5. ')) ?? '', trap);
  if (page === 'performance-notes') return !hasItem(text, number);
  return !text.split('\n').some((line) => /^#+ ([\d.]*\d)/.exec(line)?.[1] === number);
}

const hasItem = (text: string, number: string) => new RegExp(`^${number}\\. `, 'm').test(text);

test('every section that code or a page cites exists', () => {
  const citations = [...sources, ...pages].flatMap((path) =>
    [...readPage(path).matchAll(CITED)].flatMap(([, page = '', numbers = '']) =>
      (numbers.match(/trap \d+|\d+(\.\d+)?/g) ?? []).map((number) => ({ path, page: page.toLowerCase(), number })),
    ),
  );

  expect(citations.length).toBeGreaterThan(80);
  expect(citations.filter(({ page, number }) => isMissing(page, number))).toEqual([]);
});

test('every decision and page of docs/ that code names exists', () => {
  const named = sources.flatMap((path) =>
    [...readPage(path).matchAll(/(?<![./\w])docs\/([\w/-]+(?:\.md)?)/g)].map(([, name = '']) => ({ path, name })),
  );
  const known = pages.map((page) => page.replace(/^docs\//, ''));

  expect(named.length).toBeGreaterThan(8);
  expect(named.filter(({ name }) => !known.some((page) => page === name || page.startsWith(`${name}-`)))).toEqual([]);
});

test('no page or source cites a document that is not in the repository', () => {
  const files = new Set(pages.map((page) => posix.basename(page).toLowerCase()));
  const cited = [...sources, ...pages].flatMap((path) =>
    [...readPage(path).matchAll(/[\w-]+\.md\b/g)].map(([name]) => ({ path, name: name.toLowerCase() })),
  );

  expect(cited.filter(({ name }) => !files.has(name))).toEqual([]);
});
