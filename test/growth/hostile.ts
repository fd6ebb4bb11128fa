/** A request of somebody without a credential. */
export interface Hostile {
  readonly query: string;
  readonly variables?: Record<string, unknown>;
  /** In place of `variables`, for what is too deep to be written by the program. */
  readonly variablesText?: string;
  readonly operationName?: string;
  readonly extensions?: Record<string, unknown>;
  readonly headers?: Record<string, string>;
}

const each = (count: number, text: (index: number) => string) =>
  Array.from({ length: Math.max(1, Math.floor(count)) }, (_, index) => text(index)).join(' ');
const many = <T>(count: number, value: T): T[] => Array.from({ length: Math.max(1, Math.floor(count)) }, () => value);
const chain = (count: number, spread: (next: string) => string, type = 'Query', last = '__typename') =>
  `${each(count, (i) => `fragment F${i} on ${type} { ${spread(`...F${i + 1}`)} }`)} fragment F${Math.floor(count)} on ${type} { ${last} }`;
const inside = (open: string, close: string, count: number, core: string) =>
  `${open.repeat(count)}${core}${close.repeat(count)}`;

const ENTITIES = '_entities(representations: $r) { __typename }';
const REFERENCES = `query ($r: [_Any!]!) { ${ENTITIES} }`;
const PROJECT = '0b7f6c1e-52c8-4c5b-9d0a-6f2f1f0e7a11';

/** Requests of about `size` bytes, each of which once cost, or could cost, more than in proportion to that. */
export const HOSTILE: Readonly<Record<string, (size: number) => Hostile>> = {
  // Fragments.
  'nested fragments, each spread once': (size) => ({ query: `{ ...F0 } ${chain(size / 30, (next) => next)}` }),
  'nested fragments, each spread twice': (size) => ({
    query: `{ _service { ...F0 } } ${chain(size / 45, (next) => `${next} ${next}`, '_Service')}`,
  }),
  'nested fragments, each spread twice, with fields between': (size) => ({
    query: `{ organization { ...F0 } } ${chain(size / 75, (next) => `id ${next} name ${next}`, 'Organization')}`,
  }),
  'fragments that spread all others': (size) => ({
    query: `{ ...F0 } ${each(Math.sqrt(size / 6), (i) => `fragment F${i} on Query { ${each(Math.sqrt(size / 6), (j) => `...F${j}`)} }`)}`,
  }),
  'a wide fragment at many places': (size) => ({
    query: `{ ${each(size / 50, (i) => `a${i}: organization { ...F }`)} } fragment F on Organization { ${each(size / 8, () => 'id')} }`,
  }),
  'a literal list in a fragment at many places': (size) => ({
    query: `{ ${each(size / 60, (i) => `a${i}: organization { ...F }`)} } fragment F on Organization {
      tokenFindings(kinds: [${each(size / 32, () => 'NO_USAGE_LIMIT')}]) { totalCount } }`,
  }),
  'many operations over many fragments': (size) => ({
    operationName: 'Q0',
    query: `${each(size / 60, (i) => `query Q${i} { ...F0 }`)} ${chain(size / 60, (next) => next)}`,
  }),
  // Depth and width.
  'inline fragments in each other': (size) => ({ query: inside('{ ... ', '}', size / 7, '{ __typename }') }),
  'lists in each other, as a literal': (size) => ({
    query: `{ _entities(representations: ${inside('[', ']', size / 2, '1')}) { __typename } }`,
  }),
  'objects in each other, as a literal': (size) => ({
    query: `{ _entities(representations: [${inside('{a:', '}', size / 4, '1')}]) { __typename } }`,
  }),
  'lists in each other, as a variable': (size) => ({
    query: REFERENCES,
    variablesText: `{"r":${inside('[', ']', size / 2, '')}}`,
  }),
  'lists in each other, as an id': (size) => ({
    query: REFERENCES,
    variablesText: `{"r":[{"__typename":"Project","id":${inside('[', ']', size / 2, '')}}]}`,
  }),
  'one field, repeated': (size) => ({ query: `{ organization { ${each(size / 3, () => 'id')} } }` }),
  'many aliases': (size) => ({ query: `{ ${each(size / 30, (i) => `a${i}: organization { name }`)} }` }),
  'the schema under many aliases': (size) => ({ query: `{ ${each(size / 22, (i) => `a${i}: _service { sdl }`)} }` }),
  'the text of the schema under many aliases': (size) => ({
    query: `{ _service { ${each(size / 10, (i) => `a${i}: sdl`)} } }`,
  }),
  'introspection that goes in circles': (size) => ({
    query: `{ ${each(size / 170, (i) => `a${i}: __schema { types { fields { type { ofType { ofType { fields { type { ofType { ofType { name } } } } } } } } } }`)} }`,
  }),
  'many directives': (size) => ({ query: `{ ${each(size / 26, () => '__typename @skip(if: false)')} }` }),
  'many unknown directives': (size) => ({ query: `{ __typename ${each(size / 5, (i) => `@x${i}`)} }` }),
  'many unknown fields': (size) => ({ query: `{ ${each(size / 14, (i) => `organizatio${i}`)} }` }),
  'one argument, repeated': (size) => ({ query: `{ organization(${each(size / 8, () => 'id: "x"')}) { id } }` }),
  'many declared variables': (size) => ({
    query: `query (${each(size / 10, (i) => `$v${i}: ID`)}) { organization(id: $v0) { id } }`,
  }),
  // Names and texts.
  'a long name of the operation, and many errors that name it': (size) => ({
    query: `query ${'N'.repeat(size)} { ${each(90, (i) => `a${i}: organization(id: $x${i}) { id }`)} }`,
  }),
  'a long alias of many references': (size) => ({
    query: `query ($r: [_Any!]!) { ${'a'.repeat(size / 2)}: ${ENTITIES} }`,
    variables: { r: many(size / 40, { __typename: 'x' }) },
  }),
  'a long name of a type under many aliases': (size) => ({
    query: `query ($r: [_Any!]!) { ${each(Math.min(190, size / 100), (i) => `a${i}: ${ENTITIES}`)} }`,
    variables: { r: [{ __typename: 'x'.repeat(size / 2) }] },
  }),
  'a long literal of the wrong type': (size) => ({
    query: `{ organization { projects(first: "_ ${'a'.repeat(size)}") { totalCount } } }`,
  }),
  'a literal of the words that suggestions begin with': (size) => ({
    query: `{ organization { projects(first: "${'Did you mean '.repeat(size / 13)}") { totalCount } } }`,
  }),
  'a long value of the wrong type': (size) => ({
    query: 'query ($n: Int!) { organization { projects(first: $n) { totalCount } } }',
    variables: { n: `_ ${'a'.repeat(size)}` },
  }),
  'a long name of the operation asked for': (size) => ({
    query: '{ __typename }',
    operationName: `_ ${'a'.repeat(size)}`,
  }),
  'a long reason and a long id': (size) => ({
    query: `mutation ($i: BlockApiTokenInput!) { ${each(9, (i) => `a${i}: blockApiToken(input: $i) { userErrors { message } }`)} }`,
    variables: { i: { id: `_ ${'a'.repeat(size / 2)}`, reason: `_ ${'a'.repeat(size / 2)}` } },
  }),
  'a long id under many aliases': (size) => ({
    query: `query ($id: ID!) { ${each(Math.min(90, size / 100), (i) => `a${i}: apiToken(id: $id) { id } b${i}: assistant(id: $id) { id }`)} }`,
    variables: { id: 'a'.repeat(size / 2) },
  }),
  'a long cursor under many aliases': (size) => ({
    query: `query ($after: String) { project(id: "${PROJECT}") { ${each(Math.min(190, size / 100), (i) => `a${i}: requests(after: $after) { nodes { status } }`)} } }`,
    variables: { after: 'a'.repeat(size / 2) },
  }),
  'a hash that is long': (size) => ({
    query: '{ __typename }',
    extensions: { persistedQuery: { version: 1, sha256Hash: 'f'.repeat(size) } },
  }),
  'many lines, and many errors': (size) => ({
    query: `${'\n'.repeat(size / 2)}{ ${each(95, (i) => `x${i}`)} }`,
  }),
  'many lines, and many references': (size) => ({
    query: `${'\n'.repeat(size / 4)}${REFERENCES}`,
    variables: { r: many(size / 40, { __typename: 'x' }) },
  }),
  'many lines, and many root fields': (size) => ({
    query: `${'\n'.repeat(size / 2)}{ ${each(Math.min(190, size / 50), (i) => `a${i}: organization { id }`)} }`,
  }),
  'a long comment': (size) => ({ query: `# ${'_'.repeat(size)}\n{ __typename }` }),
  // Variables.
  'many references': (size) => ({ query: REFERENCES, variables: { r: many(size / 20, { __typename: 'x' }) } }),
  'many references under many aliases': (size) => ({
    query: `query ($r: [_Any!]!) { ${each(Math.min(190, size / 100), (i) => `a${i}: ${ENTITIES}`)} }`,
    variables: { r: many(size / 40, { __typename: 'x' }) },
  }),
  'many references that are null, after a big one': (size) => ({
    query: REFERENCES,
    variables: { r: [Object.fromEntries(many(size / 20, 0).map((_, i) => [`a${i}`, i])), ...many(size / 10, null)] },
  }),
  'many kinds under many aliases': (size) => ({
    query: `query ($k: [TokenFindingKind!]) { organization { ${each(Math.min(190, size / 100), (i) => `a${i}: tokenFindings(kinds: $k) { totalCount }`)} } }`,
    variables: { k: many(size / 34, 'NO_USAGE_LIMIT') },
  }),
  'many members that are not known': (size) => ({
    query: 'mutation ($i: BlockApiTokensInput!) { blockApiTokens(input: $i) { planId } }',
    variables: { i: { reason: 'x', ...Object.fromEntries(many(size / 14, 1).map((_, i) => [`reasom${i}`, i])) } },
  }),
  'many variables that are not declared': (size) => ({
    query: '{ __typename }',
    variables: Object.fromEntries(many(size / 14, 1).map((_, i) => [`reasom${i}`, i])),
  }),
  // Headers, which Node bounds.
  'a long credential that is none': (size) => ({
    query: '{ viewer { credentials { hint } } }',
    headers: { authorization: `Bearer ${' '.repeat(size / 20)}a=${'a'.repeat(size / 20)}=x` },
  }),
  'many credentials': (size) => ({
    query: '{ viewer { credentials { hint } } }',
    headers: { 'geai-tokens': many(size / 20, 'a').join() },
  }),
  'many media types': (size) => ({ query: '{ __typename }', headers: { accept: many(size / 60, 'a/b;q=0.1').join() } }),
};
