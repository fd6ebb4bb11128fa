import { type DocumentNode, getOperationAST, parse, type SelectionSetNode, validate, visit } from 'graphql';
import { describe, expect, test, vi } from 'vitest';
import { CostEstimator } from '../../src/cost/estimator.ts';
import { compile, MAX_COMPILED_SIZE } from '../../src/graphql/compiled/compiledQueries.ts';
import { createSubgraph } from '../../src/graphql/schema.ts';
import { DEFAULT_LIMITS } from '../../src/limits/limits.ts';
import { limitsRule } from '../../src/limits/rule.ts';
import { ids, plan, TIMES, uuid } from '../cost/planned.ts';
import { HOSTILE, type Hostile } from './hostile.ts';

const schema = createSubgraph();

/** A document that counts how often somebody looks into one of its selection sets. */
function counted(document: DocumentNode) {
  const count = { sets: 0, steps: 0 };
  visit(document, {
    SelectionSet: (set: SelectionSetNode) => {
      const { selections } = set;
      count.sets += 1;
      Object.defineProperty(set, 'selections', {
        get: () => {
          count.steps += 1;
          return selections;
        },
      });
    },
  });
  return count;
}

type Stage = (document: DocumentNode, request: Hostile) => unknown;

const limits = (document: DocumentNode) => validate(schema, document, [limitsRule(DEFAULT_LIMITS)]);
const isOver = (document: DocumentNode) => limits(document).length > 0;
const compilation: Stage = (document, { operationName }) => {
  const operation = getOperationAST(document, operationName);
  return operation && compile(schema, { source: '', hash: '', document, operation });
};
const callPlan: Stage = (document, { variables }) => {
  try {
    return plan(document, variables, {}, TIMES, 50_000);
  } catch (error) {
    return expect(error).toMatchObject({ extensions: { code: 'TOO_MANY_OBJECTS' } });
  }
};

/** Stages that a document passes, which of them it passes, and how many steps it may take there. */
const STAGES: [
  name: string,
  sees: 'everything' | 'what is let through',
  stage: Stage,
  most: (sets: number) => number,
][] = [
  ['the limits', 'everything', limits, (sets) => 4 * sets],
  ['the validation', 'everything', (document) => validate(schema, document), (sets) => 8 * sets],
  ['the call plan', 'what is let through', callPlan, (sets) => 4 * sets],
  ['the compilation', 'what is let through', compilation, () => 5 * MAX_COMPILED_SIZE],
];

const SIZES = [500, 2_000, 8_000];

/** Requests of a kind that a stage sees, with their documents. */
function seenBy(sees: (typeof STAGES)[number][1], make: (size: number) => Hostile) {
  return SIZES.map(make).flatMap((request) => {
    const document = parsed(request.query);
    return !document || (sees === 'what is let through' && isOver(document)) ? [] : [{ request, document }];
  });
}

describe.each(STAGES)('%s of %s', (_name, sees, stage, most) => {
  const kinds = Object.entries(HOSTILE).filter(([, make]) => sees === 'everything' || seenBy(sees, make).length > 0);

  test.each(kinds)('takes few steps: %s', (_kind, make) => {
    for (const { request, document } of seenBy(sees, make)) {
      const count = counted(document);
      stage(document, request);
      expect(count.steps).toBeLessThanOrEqual(most(count.sets));
    }
  });
});

/** Null for what the parser refuses. */
function parsed(query: string): DocumentNode | null {
  try {
    return parse(query, { maxTokens: DEFAULT_LIMITS.tokens });
  } catch {
    return null;
  }
}

/** A value of which each look at one of its members is counted. */
function watched<T extends object>(value: T) {
  const count = { looks: 0 };
  const look = <Args extends unknown[], Result>(reflect: (...args: Args) => Result) => {
    return (...args: Args) => {
      count.looks += 1;
      return reflect(...args);
    };
  };
  return { count, value: new Proxy(value, { get: look(Reflect.get), ownKeys: look(Reflect.ownKeys) }) };
}

const aliases = (count: number, field: string) =>
  Array.from({ length: count }, (_, index) => `a${index}: ${field}`).join(' ');

test('a long list of kinds is not gone through for each alias that it is used under', () => {
  const { value, count } = watched(Array.from({ length: 300 }, () => 'NO_USAGE_LIMIT'));

  plan(
    `query ($v: [TokenFindingKind!]) { organization { ${aliases(9, 'tokenFindings(kinds: $v) { totalCount }')} } }`,
    {
      v: value,
    },
  );

  expect(count.looks).toBeLessThan(300);
});

test('a long argument is a short part of its keys, and other arguments have other keys', () => {
  const estimator = new CostEstimator(() => ({ tokens: 1, hasUserToken: false, borrows: false }));
  const texts = ['a'.repeat(10_000), 'b'.repeat(10_000), 'a', '[0]'];
  const keys = texts.map((after) => estimator.keyOf({ first: 3, after }));

  for (const key of keys) expect(key.length).toBeLessThan(50);
  expect(new Set(keys).size).toBe(texts.length);
  expect(texts.map((after) => estimator.keyOf({ first: 3, after }))).toEqual(keys);
});

test('a text that cannot be an id is not decoded', () => {
  const decode = vi.spyOn(Buffer, 'from');

  expect(ids.readApiTokenId('a'.repeat(10_000))).toBeNull();
  expect(ids.readAssistantId('a'.repeat(10_000))).toBeNull();
  expect(decode).not.toHaveBeenCalled();
});

test('a compiled query does not write out a list of variables for each element that is wrong', async () => {
  const source = 'query ($r: [_Any!]!) { _entities(representations: $r) { __typename } }';
  const document = parse(source);
  const query = compile(schema, { source, hash: '', document, operation: getOperationAST(document)! });
  const { value, count } = watched({ __typename: 'Project', id: uuid(1) });

  const { errors } = await query!.execute(null, { r: [value, ...Array.from({ length: 500 }, () => null)] });

  expect(errors).toHaveLength(1);
  expect(count.looks).toBeLessThan(50);
});

test('the text of the schema is printed once', () => {
  const service = schema.getQueryType()?.getFields()._service;
  const resolve = () => service?.resolve?.(undefined, {}, undefined, Object.create(null));

  expect(resolve()).toEqual({ sdl: expect.stringContaining('type Query') });
  expect(resolve()).toBe(resolve());
});
