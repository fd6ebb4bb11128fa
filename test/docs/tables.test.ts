import { ApolloServerErrorCode } from '@apollo/server/errors';
import { expect, test } from 'vitest';
import { withAccessTable } from '../../tools/docs/accessTable.ts';
import { filesLike, firstCells, readPage } from './pages.ts';

test('docs/settings.md has every variable of the configuration, and no other', () => {
  // Names have an underscore, which the names of algorithms lack, or are one of these.
  const isName = (word = '') => word.includes('_') || ['HOST', 'PORT', 'EXPLORER', 'CACHE'].includes(word);
  const read = new Set(
    filesLike('src/config.ts', 'src/config/*.ts')
      .flatMap((path) => [...readPage(path).matchAll(/'([A-Z]{2,}(?:_[A-Z]+)*)'/g)].map(([, name]) => name))
      .filter(isName),
  );
  const names = firstCells(readPage('docs/settings.md')).filter((name) => /^[A-Z_]+$/.test(name));

  expect(names.sort()).toEqual([...read].sort());
});

test('docs/errors.md has every code of an error, and no other', () => {
  // Codes of user errors are enums of the schema, and described there.
  const sources = filesLike('src/**/*.ts', 'resolvers/*.ts').filter(
    (path) => !/^src\/(apiTokens|projects|usageLimits|mutations|platform)\//.test(path),
  );
  const codes = sources.flatMap((path) =>
    [...readPage(path).matchAll(/code: ((?:'[A-Z_]+'(?: \| )?)+)/g)].flatMap(([, text = '']) => text.match(/[A-Z_]+/g)),
  );
  const page = readPage('docs/errors.md');
  const documented = [...firstCells(page), ...(page.match(/`(?:GRAPHQL|OPERATION|PERSISTED)_[A-Z_]+`/g) ?? [])]
    .map((code) => code.replaceAll('`', ''))
    .filter((code) => code !== 'extensions.code');

  expect(documented.toSorted()).toEqual([...new Set([...codes, ...Object.values(ApolloServerErrorCode)])].sort());
});

test('docs/access.md has the fields of each scope as resolvers declare them (npm run docs)', () => {
  const page = readPage('docs/access.md');

  expect(page).toBe(withAccessTable(page));
});
