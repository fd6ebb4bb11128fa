import { badUserInput } from '../src/errors.ts';
import type { ApiTokenOrderField, ProjectApiTokenFilter, ProjectApiTokensArgs } from '../src/generated/resolvers.ts';
import type { ApiTokenRecord } from '../src/platform/resources/apiTokens.ts';
import type { View } from '../src/request/fields.ts';
import { listing, type Orders, orders } from '../src/request/paging/pagination.ts';
import { isWithin } from '../src/usage/window.ts';
import { readNamePart, readText } from './input.ts';
import { readOpenWindow } from './window.ts';

type Condition = (token: ApiTokenRecord) => boolean;

/** Orders of tokens, for lists of these names. `tieOf` separates equal items. */
export function tokenOrders<Item>(
  name: string,
  tokenOf: (item: Item) => ApiTokenRecord,
  tieOf: (item: Item) => string,
): Orders<Item, ApiTokenOrderField> {
  const timeOf = (item: Item) => tokenOf(item).createdAt ?? '';
  const timeAndTie = (item: Item) => `${timeOf(item)}\u0000${tieOf(item)}`;
  return orders({
    CREATED_AT: listing(name, timeOf, tieOf),
    NAME: listing(`${name} NAME`, (item) => tokenOf(item).name.toLowerCase(), timeAndTie),
    // In the alphabet as in the schema.
    STATUS: listing(`${name} STATUS`, (item) => tokenOf(item).status, timeAndTie),
  });
}

/** The hint orders tokens of the same time and name, without the cost of their ids. */
export const nameAndHint = ({ name, secret }: ApiTokenRecord) => `${name}\u0000${secret.hint}`;

const TOKENS_OF_PROJECT = tokenOrders('apiTokens', (token: ApiTokenRecord) => token, nameAndHint);

/** Order and filter of a project's tokens, from the arguments. Throws `BAD_USER_INPUT`. */
export function readTokenView({ filter, orderBy }: ProjectApiTokensArgs): View<ApiTokenRecord> {
  return { order: TOKENS_OF_PROJECT(orderBy), isIn: filter ? readTokenFilter(filter) : null };
}

/** Reads the conditions of a filter, all of which a token meets. Throws `BAD_USER_INPUT`. */
export function readTokenFilter(filter: ProjectApiTokenFilter): Condition {
  const { status, nameContains, createdAfter, createdBefore } = filter;
  const statuses = status ? new Set(status) : null;
  const isNamed = readNamePart('filter.nameContains', nameContains);
  const ending = readHint(filter.hint);
  const window = readOpenWindow(
    { from: createdAfter, to: createdBefore },
    { from: 'filter.createdAfter', to: 'filter.createdBefore' },
  );
  return ({ name, secret, status, createdAt }) =>
    (statuses === null || statuses.has(status)) &&
    (isNamed === null || isNamed(name)) &&
    (ending === null || secret.hint.endsWith(ending)) &&
    (window === null || (createdAt !== null && isWithin(window, Date.parse(createdAt))));
}

/** Word of at most 20 characters with its underscore, the dots, and the last four characters; or an end of that. */
const HINT = /^\S{1,26}$/;

/** Null for every hint. Another text may be the token itself, and is not repeated. */
function readHint(text: string | null | undefined): string | null {
  if (text == null) return null;
  if (HINT.test(text)) return readText('filter.hint', text);
  throw badUserInput('`filter.hint` takes a hint, such as `default_…AzY4`, or its end, such as `AzY4`.');
}
