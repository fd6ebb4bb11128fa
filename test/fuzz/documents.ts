import { HOSTILE } from '../growth/hostile.ts';
import type { Random } from '../support/random.ts';
import { type Material, mutated } from './material.ts';

/** Members of the body of a request, which need not be of the right types. */
export type Params = Readonly<Record<string, unknown>>;

/** Parameters of an operation: valid, broken, random or hostile. */
export function randomParams(random: Random, material: Material): Params {
  return random.oneOf<Params>(
    [65, () => valid(random, material)],
    [8, () => ofOperation(random.pick(material.mutations))],
    [22, () => brokenDocument(random, material)],
    [8, () => ({ query: randomTokens(random, material) })],
    [8, () => hostile(random)],
    [8, () => structured(random, material)],
    [8, () => brokenVariables(random, material)],
  );
}

interface Operation {
  readonly document: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

const ofOperation = ({ document, variables }: Operation): Params => ({ query: document, variables });

function valid(random: Random, { operations }: Material): Params {
  return random.chance(0.3) ? { query: random.pick(SMALL) } : ofOperation(random.pick(operations));
}

const SMALL = [
  '{ __typename }',
  '{ viewer { scopes } }',
  '{ organization { id name } }',
  'query Named { organization { projects(first: 2) { nodes { id apiTokens { nodes { id hint } } } } } }',
  '{ _service { sdl } }',
];

function brokenDocument(random: Random, material: Material): Params {
  const { document, variables } = random.pick(random.chance(0.8) ? material.operations : material.mutations);
  if (random.chance(0.4)) return { query: mutated(random, document), variables };
  const tokens = document.match(/\w+|"[^"]*"|\.{3}|[^\s\w]/g) ?? [];
  for (let left = random.between(1, 4); left > 0; left -= 1) {
    const [at, length] = [random.below(tokens.length), random.between(1, 12)];
    random.oneOf<unknown>(
      [3, () => tokens.splice(at, random.between(1, 3))],
      [3, () => tokens.splice(at, 1, random.pick(material.words))],
      [2, () => tokens.splice(at, 0, random.pick(material.words))],
      [2, () => tokens.splice(at, 0, ...tokens.slice(at, at + length))],
      [1, () => tokens.splice(at, 1, random.pick([...material.ids, ...material.tokens]))],
      // Repeats a part of the text: what costs more than its length shows then.
      [
        1,
        () =>
          tokens.splice(
            at,
            0,
            ...Array(random.between(5, 60))
              .fill(tokens.slice(at, at + length))
              .flat(),
          ),
      ],
    );
  }
  return { query: tokens.join(' '), variables };
}

function randomTokens(random: Random, { words, tokens }: Material): string {
  const word = () => (random.chance(0.02) ? random.pick(tokens) : random.pick(words));
  const inner = random.many(0, 60, word).join(random.pick([' ', '', '\n']));
  return random.chance(0.7) ? `{ ${inner} }` : inner;
}

const HOSTILE_KINDS = Object.values(HOSTILE);

function hostile(random: Random): Params {
  const { variablesText, headers: _headers, ...body } = random.pick(HOSTILE_KINDS)(random.between(60, 3_000));
  return variablesText ? { ...body, variables: JSON.parse(variablesText) } : { ...body };
}

/** Documents whose form is odd: deep, wide, circular, of many operations. */
function structured(random: Random, material: Material): Params {
  const count = random.between(1, 40);
  const id = JSON.stringify(random.pick(material.ids));
  const each = (text: (index: number) => string) => Array.from({ length: count }, (_, index) => text(index)).join(' ');
  const query = random.pick([
    () => `{ ...A0 } ${each((i) => `fragment A${i} on Query { ...A${(i + 1) % count} }`)}`,
    () => `{ ${each((i) => `a${i}: project(id: ${id}) { name organization { id } }`)} }`,
    () => `{ organization ${'{ projects { nodes { organization '.repeat(count)}{ id }${' } } }'.repeat(count)} }`,
    () => `{ __typename ${each(() => '@include(if: true) @skip(if: false)')} }`,
    () => `${each((i) => `query Q${i % 3} { __typename }`)} mutation M { __typename } subscription S { x }`,
    () => `query ($a: [[[ID!]!]!]! = ${'['.repeat(count)}${id}${']'.repeat(count)}) { project(id: $a) { id } }`,
    () => `{ node(id: ${id}) { ${each(() => '... on Project { id }')} ... on ApiToken { hint } } }`,
    () => `{ a: project(id: ${id}) { id } a: organization { id } }`,
    () => `{ __type(name: "Project") { ${'fields { type { '.repeat(count)}name${' } }'.repeat(count)} } }`,
    () => `extend type Query { x: Int } directive @a on FIELD schema { query: Query } { __typename }`,
    () => `{ project(id: """${'\\"""'.repeat(count)}\n${id}""") { id } }`,
  ])();
  return { query, operationName: random.pick([undefined, null, 'Q1', 'M', 'S', '', 7]) };
}

/** Values of every JSON type, the wrong ones for most places. */
export function anyValue(random: Random, material: Material, depth = 0): unknown {
  return random.oneOf<unknown>(
    [2, () => random.pick([null, true, false, 0, -1, 1.5, 2 ** 53, 1e308, -0])],
    [3, () => random.pick(['', 'x', '\u0000', '\ud800', '😀', 'x'.repeat(random.below(3_000)), '__proto__'])],
    [2, () => random.pick(material.ids)],
    [2, () => mutated(random, random.pick(material.ids))],
    [1, () => random.pick(material.tokens)],
    [depth < 4 ? 2 : 0, () => random.many(0, 4, () => anyValue(random, material, depth + 1))],
    [depth < 4 ? 2 : 0, () => anyObject(random, material, depth + 1)],
  );
}

const KEYS = ['id', '__typename', 'input', 'constructor', 'toString', '', 'a b', 'platformId', 'project', 'first'];

function anyObject(random: Random, material: Material, depth: number): object {
  const entries = random.many(0, 4, () => [random.pick(KEYS), anyValue(random, material, depth)] as const);
  return random.chance(0.3)
    ? {
        __typename: random.pick(['Project', 'ApiToken', 'Assistant', 'Organization', 'Query', 'x']),
        ...Object.fromEntries(entries),
      }
    : Object.fromEntries(entries);
}

/** A valid document with variables of which some are wrong, missing, or of another operation. */
function brokenVariables(random: Random, material: Material): Params {
  const { document, variables } = random.pick(random.chance(0.6) ? material.operations : material.mutations);
  if (random.chance(0.2)) {
    return { query: REFERENCES, variables: { r: random.many(0, 12, () => anyValue(random, material)) } };
  }
  if (random.chance(0.2)) return { query: document, variables: anyValue(random, material) };
  return { query: document, variables: changeSomewhere(random, material, variables) };
}

const REFERENCES = 'query ($r: [_Any!]!) { _entities(representations: $r) { __typename ... on Project { name } } }';

/** The value with one part of it replaced, however deep. */
function changeSomewhere(random: Random, material: Material, value: unknown): unknown {
  if (typeof value === 'string' && random.chance(0.6)) return mutated(random, value);
  if (typeof value !== 'object' || value === null || random.chance(0.15)) return anyValue(random, material);
  const keys = Object.keys(value);
  if (keys.length === 0) return anyObject(random, material, 2);
  const key = random.pick(keys);
  const changed: unknown = changeSomewhere(random, material, Reflect.get(value, key));
  if (Array.isArray(value)) return value.with(Number(key), changed);
  return { ...value, [key]: random.chance(0.1) ? undefined : changed };
}
