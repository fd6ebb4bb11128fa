import { hash } from 'node:crypto';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import type { Random } from '../support/random.ts';
import { anyValue, type Params, randomParams } from './documents.ts';
import { type Material, mutated } from './material.ts';

export interface Body {
  readonly bytes: Buffer;
  /** Its `content-encoding`. Null: none. */
  readonly coding: string | null;
  /** True if it is so long that the server may hang up before it has read it all. */
  readonly isHuge: boolean;
}

const MEBIBYTE = 1024 * 1024;

/** The body of a POST: a good one in half of all cases. */
export function randomBody(random: Random, material: Material): Body {
  const params = randomParams(random, material);
  const text = random.oneOf(
    [90, () => JSON.stringify(withNames(random, material, params))],
    [6, () => JSON.stringify({ ...params, [random.pick(MEMBERS)]: anyValue(random, material) })],
    [5, () => mutated(random, JSON.stringify(params))],
    [1, () => JSON.stringify(random.many(0, 3, () => params))],
    [2, () => JSON.stringify(anyValue(random, material))],
    [2, () => deepJson(random)],
    [1, () => `${JSON.stringify(params).slice(0, -1)},"query":"{ __typename }","__proto__":{"query":"{ x }"}}`],
    [1, () => random.text(random.below(200), '{}[]":,0123456789abc\\ \n')],
    [0.05, () => JSON.stringify({ ...params, padding: 'x'.repeat(MEBIBYTE + random.between(-200, 200)) })],
  );
  const plain = Buffer.from(text);
  const isHuge = plain.length > MEBIBYTE / 2;
  if (isHuge || random.chance(0.94)) return { bytes: plain, coding: null, isHuge };
  return compressed(random, plain);
}

const MEMBERS = ['query', 'variables', 'operationName', 'extensions', 'documentId', 'id', 'x'];

/** Adds how clients name documents: by hash, by id, or by both and wrongly. */
function withNames(random: Random, { words }: Material, params: Params): Params {
  if (random.chance(0.9)) return params;
  const text = String(params.query);
  const sha256Hash = random.pick([hash('sha256', text), hash('sha256', 'other'), 'abc', text.slice(0, 64), '']);
  const { query: _query, ...unnamed } = params;
  const version = random.pick([1, 1, 1, 1, 1, 2, '1', null]);
  return {
    ...(random.chance(0.5) ? params : unnamed),
    ...random.pick<Params>([
      { extensions: { persistedQuery: { version, sha256Hash } } },
      { documentId: `sha256:${sha256Hash}` },
      { documentId: random.pick(['relay-md5', 'constructor', '__proto__', sha256Hash]) },
      { extensions: random.pick([null, [], 7, { persistedQuery: null }, { persistedQuery: [sha256Hash] }]) },
      { operationName: random.pick(words) },
    ]),
  };
}

function deepJson(random: Random): string {
  const [open, close] = random.pick([
    ['[', ']'],
    ['{"a":', '}'],
  ] as const);
  const depth = random.between(10, 4_000);
  const value = open.repeat(depth) + (open === '[' ? '' : '1') + close.repeat(depth);
  return `{"query":"{ __typename }","${random.pick(MEMBERS)}":${value}}`;
}

const CODINGS: readonly (readonly [name: string, compress: (bytes: Buffer) => Buffer])[] = [
  ['gzip', gzipSync],
  ['deflate', deflateSync],
  ['deflate', deflateRawSync],
  ['br', brotliCompressSync],
];

/** Far more than a body may be, by name. */
const BOMBS = new Map(CODINGS.map(([name, compress]) => [name, compress(Buffer.alloc(4 * MEBIBYTE))]));

/** Compressed under its own name, under another, in part, twice, or to far less than it is. */
function compressed(random: Random, plain: Buffer): Body {
  const [name, compress] = random.pick(CODINGS);
  const bytes = compress(plain);
  const cut = bytes.subarray(0, random.below(bytes.length));
  return random.oneOf<Body>(
    [10, () => ({ bytes, coding: name, isHuge: false })],
    [
      3,
      () => ({ bytes, coding: random.pick(['gzip', 'br', 'zstd', 'identity', 'x', 'gzip, gzip', '']), isHuge: false }),
    ],
    [3, () => ({ bytes: cut, coding: name, isHuge: false })],
    [1, () => ({ bytes: compress(bytes), coding: `${name}, ${name}`, isHuge: false })],
    [0.3, () => ({ bytes: BOMBS.get(name)!, coding: name, isHuge: false })],
  );
}
