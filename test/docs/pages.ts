import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Text of a file, by its path from the root. */
export const readPage = (path: string) => readFileSync(`${root}/${path}`, 'utf8');

/** Paths of our files that match a pattern. */
export const filesLike = (...patterns: string[]) =>
  globSync(patterns, { cwd: root, exclude: (path) => /^(node_modules|dist)$|generated$/.test(path) }).sort();

/** Code blocks of a language, in order. */
export const blocks = (page: string, language: string) =>
  [...page.matchAll(new RegExp(`\`\`\`${language}\\n(.*?)\`\`\``, 'gs'))].map(([, text]) => text ?? '');

/** Texts in backquotes in the first cells of the tables of a page. */
export const firstCells = (page: string) =>
  page
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .flatMap((line) => [...(line.split('|')[1] ?? '').matchAll(/`([^`]+)`/g)].map(([, text = '']) => text));
