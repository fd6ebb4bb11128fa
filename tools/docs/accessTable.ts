import { readFileSync, writeFileSync } from 'node:fs';
import { isObjectType } from 'graphql';
import type { TokenScope } from '../../src/cost/reading.ts';
import { createSubgraph } from '../../src/graphql/schema.ts';

/** `npm run docs`: writes the fields of each scope into `docs/access.md`. A test fails when the page is out of date. */

export const ACCESS_PAGE = new URL('../../docs/access.md', import.meta.url);
const TABLE = /(<!-- fields -->\n).*(<!-- \/fields -->)/s;
const TOKENS: readonly (readonly [TokenScope, string])[] = [
  ['ORGANIZATION', 'of the organization'],
  ['PROJECT', 'of that project, or borrowed'],
];

/** The page with the table that the resolvers declare now. */
export function withAccessTable(page: string): string {
  const rows = TOKENS.map(([scope, token]) => `| \`${scope}\` | ${token} | ${fieldsThatTake(scope).join(', ')} |\n`);
  return page.replace(TABLE, `$1| scope | token | fields |\n|---|---|---|\n${rows.join('')}$2`);
}

function fieldsThatTake(scope: TokenScope): string[] {
  const types = Object.values(createSubgraph().getTypeMap()).filter(isObjectType);
  const fields = types.flatMap((type) => Object.values(type.getFields()).map((field) => ({ type, field })));
  return fields
    .filter(({ field }) => field.extensions.reading?.takes === scope)
    .map(({ type, field }) => `\`${type.name}.${field.name}\``)
    .sort();
}

if (import.meta.main) writeFileSync(ACCESS_PAGE, withAccessTable(readFileSync(ACCESS_PAGE, 'utf8')));
