import { getIntrospectionQuery } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DEFAULT_LIMITS } from '../../src/limits/limits.ts';
import { codes, type Facade, startFacade } from '../support/facade.ts';

let facade: Facade;
let token: string;

beforeAll(async () => {
  facade = await startFacade({ emulator: { projects: 4 } });
  token = facade.emulator.seeded.organizations[0]!.token;
});
afterAll(() => facade.close());

const range = (count: number) => Array.from({ length: count }, (_, index) => index);
const nested = (levels: number) => `${'organization { projects { nodes { '.repeat(levels)}id${' } } }'.repeat(levels)}`;
const { aliases, directives, nameLength, rootFields, tokens } = DEFAULT_LIMITS;

/** Fragments that each spread the next one twice: 40 bytes more double what the document expands to. */
const doubling = (type: string, levels: number, field: string) =>
  `${range(levels)
    .map((i) => `fragment F${i} on ${type} { ...F${i + 1} ...F${i + 1} }`)
    .join(' ')} fragment F${levels} on ${type} { ${field} }`;

/** Documents that are over one limit, and how they would dodge it if they could. */
const HOSTILE: [code: string, how: string, document: string][] = [
  ['QUERY_TOO_DEEP', 'plainly', `{ ${nested(6)} }`],
  [
    'QUERY_TOO_DEEP',
    'in named fragments',
    `{ organization { ...A } }
    fragment A on Organization { projects { nodes { organization { projects { nodes { organization { ...B } } } } } } }
    fragment B on Organization { projects { nodes { organization { projects { nodes { organization { ...C } } } } } } }
    fragment C on Organization { projects { nodes { organization { projects { nodes { organization { id } } } } } } }`,
  ],
  [
    'QUERY_TOO_DEEP',
    'in inline fragments',
    `{ ... on Query { organization { ... { ${'projects { nodes { organization { ... { '.repeat(6)}id${' } } } }'.repeat(6)} } } } }`,
  ],
  [
    'TOO_MANY_ALIASES',
    'plainly',
    `{ organization { ${range(aliases + 1)
      .map((i) => `a${i}: id`)
      .join(' ')} } }`,
  ],
  [
    'TOO_MANY_ALIASES',
    'on __typename',
    `{ organization { ${range(aliases + 1)
      .map((i) => `a${i}: __typename`)
      .join(' ')} } }`,
  ],
  [
    'TOO_MANY_ALIASES',
    'through fragments spread twice',
    `{ organization { ...F0 } } ${range(9)
      .map((i) => `fragment F${i} on Organization { a: id ...F${i + 1} ...F${i + 1} }`)
      .join(' ')} fragment F9 on Organization { id }`,
  ],
  [
    'TOO_MANY_DIRECTIVES',
    'on fields',
    `{ organization { ${range(directives + 1)
      .map(() => 'id @skip(if: false)')
      .join(' ')} } }`,
  ],
  [
    'TOO_MANY_DIRECTIVES',
    'on spreads of one fragment',
    `{ organization { ${range(directives + 1)
      .map(() => '...F @skip(if: false)')
      .join(' ')} } } fragment F on Organization { id }`,
  ],
  [
    'TOO_MANY_ROOT_FIELDS',
    'plainly',
    `{ ${range(rootFields + 1)
      .map((i) => `a${i}: __typename`)
      .join(' ')} }`,
  ],
  [
    'TOO_MANY_ROOT_FIELDS',
    'in a fragment',
    `{ ...F } fragment F on Query { ${range(rootFields + 1)
      .map((i) => `a${i}: __typename`)
      .join(' ')} }`,
  ],
  [
    'TOO_MANY_ROOT_FIELDS',
    'in inline fragments',
    `{ ${range(rootFields + 1)
      .map((i) => `... on Query { a${i}: __typename }`)
      .join(' ')} }`,
  ],
  ['QUERY_TOO_LARGE', 'through fragments spread twice', `{ _service { ...F0 } } ${doubling('_Service', 24, 'sdl')}`],
  ['QUERY_TOO_LARGE', 'more often than a number can say', `{ ...F0 } ${doubling('Query', 390, '__typename')}`],
  [
    'QUERY_TOO_LARGE',
    'by one fragment that is spread often',
    `{ ${range(rootFields)
      .map(() => '...F')
      .join(' ')} } fragment F on Query { _service { ${'sdl '.repeat(60)} } }`,
  ],
  [
    'TOO_MANY_TOKENS',
    'by 10,000 aliased root fields',
    `{ ${range(10_000)
      .map((i) => `a${i}: __typename`)
      .join(' ')} }`,
  ],
  ['NAME_TOO_LONG', 'of an alias', `{ ${'a'.repeat(nameLength + 1)}: __typename }`],
  ['NAME_TOO_LONG', 'of a variable', `query ($${'a'.repeat(nameLength + 1)}: ID) { __typename }`],
  ['TOO_MANY_TOKENS', 'by repetition', `{ organization { ${'id '.repeat(tokens)} } }`],
];

describe('a document over a limit is refused before anything is executed', () => {
  test.each(HOSTILE)('%s, %s', async (code, _how, document) => {
    const answer = await facade.query(document, { token });

    expect(answer.status).toBe(400);
    expect(answer.data).toBeUndefined();
    expect(codes(answer)).toContain(code);
    const error = answer.errors!.find(({ extensions }) => extensions.code === code)!;
    expect(error.message).toMatch(/\d+ .*; \d+ at most\.$/);
    expect(error.extensions).toEqual({ code, retryable: false, requestId: expect.any(String) });
    expect(facade.upstream()).toEqual({});
  });
});

test.each([
  ['QUERY_TOO_DEEP', nested(6)],
  ['TOO_MANY_MUTATIONS', '', `mutation { ${'nothing '.repeat(11)} }`],
  ['NAME_TOO_LONG', 'a'.repeat(nameLength + 1)],
])('no other rule looks into a document that is over a limit: %s', async (code, fields, more = '') => {
  const repeated = 'organization { id } '.repeat(rootFields / 2);
  const document = `query A($a: Nothing) { ${fields} nothing ...Unknown ${repeated} } ${more} fragment Unused on Nothing { id }`;

  const answer = await facade.query(document, { token });

  expect(answer.status).toBe(400);
  expect(codes(answer)).toEqual([code]);
});

test('documents of tools and routers are within the limits', async () => {
  const introspection = await facade.query(getIntrospectionQuery({ inputValueDeprecation: true }), {});
  const service = await facade.query('{ _service { sdl } }', {});

  expect(introspection.errors).toBeUndefined();
  expect(service.errors).toBeUndefined();
});

test('a document at the limits is answered', async () => {
  const many = range(rootFields).map((i) => `a${i}: __typename`);
  const answer = await facade.query(`{ ${many.join(' ')} }`, { token });

  expect(answer.errors).toBeUndefined();
  expect(Object.keys(answer.data)).toHaveLength(rootFields);
});
