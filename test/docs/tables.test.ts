import { ApolloServerErrorCode } from '@apollo/server/errors';
import { isEnumType } from 'graphql';
import { expect, test } from 'vitest';
import { settingNames } from '../../src/config.ts';
import { createSubgraph } from '../../src/graphql/schema.ts';
import { withAccessTable } from '../../tools/docs/accessTable.ts';
import { filesLike, firstCells, readPage } from './pages.ts';

test('docs/settings.md has every variable of the configuration, and no other', () => {
  // Other programs spell those of proxies in lower case.
  const read = [...settingNames().all].filter((name) => name === name.toUpperCase() && name !== 'NODE_ENV');
  const names = new Set(firstCells(readPage('docs/settings.md')).filter((name) => /^[A-Z_]+$/.test(name)));

  const secrets = [...settingNames().secret];
  const files = secrets.map((name) => `${name}_FILE`);
  expect([...names].sort()).toEqual(read.filter((name) => !files.includes(name)).sort());
  for (const name of secrets) expect(readPage('docs/settings.md')).toContain(`| \`${name}\` | \`${name}_FILE\` |`);
});

/** Codes that the schema describes, as they are no errors of a field. */
const userErrorCodes = new Set(
  Object.values(createSubgraph().getTypeMap())
    .filter(isEnumType)
    .filter(({ name }) => /(Error|Problem)Code$/.test(name))
    .flatMap((type) => type.getValues().map(({ name }) => name)),
);

test('docs/errors.md has every code of an error, and no other', () => {
  const sources = filesLike('src/**/*.ts', 'resolvers/*.ts');
  const codes = sources.flatMap((path) =>
    [...readPage(path).matchAll(/code: ((?:'[A-Z_]+'(?: \| )?)+)/g)].flatMap(
      ([, text = '']) => text.match(/[A-Z_]+/g) ?? [],
    ),
  );
  const page = readPage('docs/errors.md');
  const documented = [...firstCells(page), ...(page.match(/`(?:GRAPHQL|OPERATION|PERSISTED)_[A-Z_]+`/g) ?? [])]
    .map((code) => code.replaceAll('`', ''))
    .filter((code) => code !== 'extensions.code');

  const known = new Set<string>([...codes, ...Object.values(ApolloServerErrorCode)]);

  expect(documented.filter((code) => !known.has(code))).toEqual([]);
  expect([...known].filter((code) => !documented.includes(code) && !userErrorCodes.has(code))).toEqual([]);
});

test('docs/access.md has the fields of each scope as resolvers declare them (npm run docs)', () => {
  const page = readPage('docs/access.md');

  expect(page).toBe(withAccessTable(page));
});
