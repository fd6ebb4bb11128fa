import { readFileSync, writeFileSync } from 'node:fs';
import type { TakenToken } from '../../src/cost/reading.ts';
import { type PermittedField, permissionTable } from '../../src/graphql/permissionTable.ts';
import { createSubgraph } from '../../src/graphql/schema.ts';

/** `npm run docs`: writes the fields of each permission and scope into `docs/access.md`. A test fails when the page is out of date. */

export const ACCESS_PAGE = new URL('../../docs/access.md', import.meta.url);
const TABLE = /(<!-- fields -->\n).*(<!-- \/fields -->)/s;
const ANY = 'any that opens the parent';
const TOKENS: Readonly<Record<TakenToken, string>> = {
  ORGANIZATION: '`ORGANIZATION`: of the organization',
  PROJECT: '`PROJECT`: of that project, or borrowed',
  ADMINISTRATOR: '`ADMINISTRATOR`: of a user who is a system administrator',
};

/** The page with the table that the resolvers declare now: fields that take a token of a scope, or check a permission. */
export function withAccessTable(page: string): string {
  const listed = permissionTable(createSubgraph()).filter((entry) => entry.isChecked || scopeOf(entry) !== undefined);
  // A row a field, so that two people who add fields change different lines.
  const rows = listed.map((entry) => {
    const scope = scopeOf(entry);
    return `| ${nameOf(entry)} | \`${entry.permission}\` | ${scope ? TOKENS[scope] : ANY} |\n`;
  });
  return page.replace(TABLE, `$1| field | permission | token |\n|---|---|---|\n${rows.sort().join('')}$2`);
}

function scopeOf({ field }: PermittedField): TakenToken | undefined {
  return field.extensions.reading?.takes;
}

function nameOf({ type, field }: PermittedField): string {
  return `\`${type.name}.${field.name}\``;
}

if (import.meta.main) writeFileSync(ACCESS_PAGE, withAccessTable(readFileSync(ACCESS_PAGE, 'utf8')));
