import { buildSchema, getOperationAST, parse } from 'graphql';
import { describe, expect, test } from 'vitest';
import {
  type AnsweredOperation,
  CompiledQueries,
  MAX_COMPILED_SIZE,
} from '../../src/graphql/compiled/compiledQueries.ts';

const schema = buildSchema('type Query { a: Int } type Mutation { a: Int }');

function operation(source: string): AnsweredOperation {
  const document = parse(source);
  return { source, hash: `hash of ${source}`, document, operation: getOperationAST(document)! };
}

function answeredOften(queries: CompiledQueries, one: AnsweredOperation, times = 10): void {
  for (let time = 0; time < times; time += 1) queries.answered(one);
}

test('a query is compiled at its third answer, and found by its text and by its hash', () => {
  const queries = new CompiledQueries(schema);
  const one = operation('{ a }');
  answeredOften(queries, one, 2);
  expect(queries.ofSource(one.source)).toBeUndefined();
  answeredOften(queries, one, 1);

  expect(queries.ofSource(one.source)?.document).toBe(one.document);
  expect(queries.ofHash(one.hash)).toBe(queries.ofSource(one.source));
  expect(queries.ofSource(one.source)?.execute(null, {})).toEqual({ data: { a: null } });
});

test.each(['mutation { a }', '{ a @include(if: true) }', 'query A { a } query B { a }'])('%s is not', (source) => {
  const queries = new CompiledQueries(schema);
  const document = parse(source);
  answeredOften(queries, {
    source,
    hash: source,
    document,
    operation: getOperationAST(document, 'A') ?? getOperationAST(document)!,
  });

  expect(queries.ofSource(source)).toBeUndefined();
});

test('compiled queries are bounded by their text', () => {
  const queries = new CompiledQueries(schema);
  const long = Array.from({ length: 20 }, (_, index) => operation(`{ a } # ${index} ${'x'.repeat(50_000)}`));
  for (const one of long) answeredOften(queries, one);

  const kept = long.filter(({ source }) => queries.ofSource(source) !== undefined);
  expect(kept.length).toBeGreaterThan(5);
  expect(kept.length).toBeLessThan(12);
  expect(kept.at(-1)).toBe(long.at(-1));
});

test('compiled queries are bounded by their fragments as written out', () => {
  const queries = new CompiledQueries(schema);
  const fields = `fragment F on Query { ${'...G '.repeat(30)} } fragment G on Query { ${'a '.repeat(30)} }`;
  const short = Array.from({ length: 200 }, (_, index) => operation(`query Q${index} { ...F } ${fields}`));
  for (const one of short) answeredOften(queries, one);

  const kept = short.filter(({ source }) => queries.ofSource(source) !== undefined);
  expect(kept.length).toBeGreaterThan(5);
  expect(kept.length).toBeLessThan(40);
});

describe('of what a document expands to', () => {
  const doubled = (levels: number) =>
    `{ ...F0 } ${Array.from({ length: levels }, (_, i) => `fragment F${i} on Query { ...F${i + 1} ...F${i + 1} }`).join(' ')}
    fragment F${levels} on Query { a }`;
  const isCompiled = (source: string) => {
    const queries = new CompiledQueries(schema);
    answeredOften(queries, operation(source));
    return queries.ofSource(source) !== undefined;
  };

  test('as much as the bound is compiled, and more is not', () => {
    // Each level is as many spreads as all before it, and one field stands under each of the last.
    const levels = Math.floor(Math.log2(MAX_COMPILED_SIZE / 3));

    expect(isCompiled(doubled(levels))).toBe(true);
    expect(isCompiled(doubled(levels + 1))).toBe(false);
    expect(isCompiled(`{ ${'a '.repeat(MAX_COMPILED_SIZE)} }`)).toBe(true);
    expect(isCompiled(`{ ${'a '.repeat(MAX_COMPILED_SIZE + 1)} }`)).toBe(false);
  });

  test('any number of fields costs no more than reading the document', () => {
    // Compiled, this would take longer than anybody can wait.
    expect(isCompiled(doubled(300))).toBe(false);
  });
});
