import { readFileSync, writeFileSync } from 'node:fs';
import type { TakenToken } from '../../src/cost/reading.ts';
import { type PermittedField, permissionTable } from '../../src/graphql/permissionTable.ts';
import { createSubgraph } from '../../src/graphql/schema.ts';

/** `npm run docs`: writes the fields of each permission and scope into `docs/access.md`. A test fails when the page is out of date. */

export const ACCESS_PAGE = new URL('../../docs/access.md', import.meta.url);
const TABLE = /(<!-- fields -->\n).*(<!-- \/fields -->)/s;
const TOKENS: readonly (readonly [TakenToken | undefined, string])[] = [
  ['ORGANIZATION', '`ORGANIZATION`: of the organization'],
  ['PROJECT', '`PROJECT`: of that project, or borrowed'],
  ['ADMINISTRATOR', '`ADMINISTRATOR`: of a user who is a system administrator'],
  [undefined, 'any that opens the parent'],
];

/** The page with the table that the resolvers declare now: fields that take a token of a scope, or check a permission. */
export function withAccessTable(page: string): string {
  const listed = permissionTable(createSubgraph()).filter((entry) => entry.isChecked || scopeOf(entry) !== undefined);
  const byPermission = Map.groupBy(listed, ({ permission }) => permission);
  const rows = [...byPermission].flatMap(([permission, entries]) =>
    TOKENS.map(([scope, token]) => {
      const fields = entries.filter((entry) => scopeOf(entry) === scope).map(nameOf);
      return fields.length > 0 ? `| \`${permission}\` | ${token} | ${fields.sort().join(', ')} |\n` : '';
    }),
  );
  return page.replace(TABLE, `$1| permission | token | fields |\n|---|---|---|\n${rows.sort().join('')}$2`);
}

function scopeOf({ field }: PermittedField): TakenToken | undefined {
  return field.extensions.reading?.takes;
}

function nameOf({ type, field }: PermittedField): string {
  return `\`${type.name}.${field.name}\``;
}

if (import.meta.main) writeFileSync(ACCESS_PAGE, withAccessTable(readFileSync(ACCESS_PAGE, 'utf8')));
