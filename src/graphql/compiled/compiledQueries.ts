import {
  BREAK,
  type DocumentNode,
  type ExecutionResult,
  GraphQLError,
  type GraphQLSchema,
  getVariableValues,
  isLeafType,
  Kind,
  type ListTypeNode,
  type NamedTypeNode,
  type OperationDefinitionNode,
  OperationTypeNode,
  type TypeNode,
  typeFromAST,
  type VariableDefinitionNode,
  visit,
} from 'graphql';
import { compileQuery, isCompiledQuery } from 'graphql-jit';
import { LRUCache } from 'lru-cache';
import { DocumentFigures, writtenOutLength } from '../../limits/figures.ts';

/** A query is compiled when it has been answered this many times: most documents of an attacker come once. */
const COMPILED_AT = 3;

/**
 * Fields, fragments and values of a compiled query at most, those of a fragment at each of its spreads. The compiler writes
 * code for each, in one stretch of 25 µs each. Fragments that spread others twice would keep it busy for days.
 */
export const MAX_COMPILED_SIZE = 1_000;

/** Compiled code takes some fifty times its source, with fragments written out; this bounds it to about 25 MB. */
const MAX_COMPILED_SOURCE = 512 * 1024;

/** An operation that Apollo Server has parsed, validated and answered without an error. */
export interface AnsweredOperation {
  readonly source: string;
  /** SHA-256 of the source, as persisted queries are asked for. */
  readonly hash: string;
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
}

/** A query, ready to be executed. */
export interface CompiledQuery extends AnsweredOperation {
  /** The whole answer; with errors, none of it is to be used. */
  execute(context: unknown, variables: Readonly<Record<string, unknown>>): ExecutionResult | Promise<ExecutionResult>;
}

/** Compiles queries that come again, with graphql-jit, which resolves plain properties ten times faster than graphql-js. */
export class CompiledQueries {
  readonly #schema: GraphQLSchema;
  /** Answers so far. Forgotten together with the document, when Apollo Server drops it. */
  readonly #answered = new WeakMap<DocumentNode, number>();
  readonly #bySource = new LRUCache<string, CompiledQuery>({ maxSize: MAX_COMPILED_SOURCE });
  readonly #byHash = new LRUCache<string, CompiledQuery>({ maxSize: MAX_COMPILED_SOURCE });

  constructor(schema: GraphQLSchema) {
    this.#schema = schema;
  }

  /** The query of this text, if it has been compiled. */
  ofSource(source: string): CompiledQuery | undefined {
    return this.#bySource.get(source);
  }

  /** The query whose text has this SHA-256, if it has been compiled. */
  ofHash(hash: string): CompiledQuery | undefined {
    return this.#byHash.get(hash);
  }

  /** Forgets a query that is not to be trusted, until its document was dropped. False if it was forgotten before. */
  drop({ source, hash }: CompiledQuery): boolean {
    this.#byHash.delete(hash);
    return this.#bySource.delete(source);
  }

  /** True if a document is compiled with its next answer. */
  isDue(document: DocumentNode): boolean {
    return (this.#answered.get(document) ?? 0) + 1 === COMPILED_AT;
  }

  /** Counts an operation that was answered without an error, and compiles it if it comes again. */
  answered(operation: AnsweredOperation): void {
    const times = (this.#answered.get(operation.document) ?? 0) + 1;
    this.#answered.set(operation.document, times);
    if (times !== COMPILED_AT) return;
    const query = compile(this.#schema, operation);
    if (!query) return;
    const options = { size: writtenOutLength(operation.document) };
    this.#bySource.set(operation.source, query, options);
    this.#byHash.set(operation.hash, query, options);
  }
}

/** Undefined for what graphql-js alone executes rightly. */
export function compile(schema: GraphQLSchema, answered: AnsweredOperation): CompiledQuery | undefined {
  const { document, operation } = answered;
  if (!isSingleQuery(document) || isMistaken(document)) return undefined;
  if (DocumentFigures.of(document).ofOperation(operation).size > MAX_COMPILED_SIZE) return undefined;
  const compiled = compileQuery(schema, document, undefined, { disablingCapturingStackErrors: true });
  if (!isCompiledQuery(compiled)) return undefined;
  const takes = variableCheck(schema, operation);
  return {
    ...answered,
    execute: (context, variables) =>
      takes(variables)
        ? compiled.query(undefined, context, variables)
        : { errors: [new GraphQLError('wrong variables')] },
  };
}

/**
 * Check of variables against the declarations of the operation. Compiled code writes an error for each wrong element of a
 * list, with the whole list in it. Values without parts need no check.
 */
function variableCheck(schema: GraphQLSchema, { variableDefinitions = [] }: OperationDefinitionNode) {
  const hasParts = ({ type }: VariableDefinitionNode) => !isLeafType(typeFromAST(schema, nullable(type)));
  const definitions = variableDefinitions.filter(hasParts);
  if (definitions.length === 0) return () => true;
  return (variables: Readonly<Record<string, unknown>>) =>
    getVariableValues(schema, definitions, variables, { maxErrors: 1 }).errors === undefined;
}

function nullable(type: TypeNode): NamedTypeNode | ListTypeNode {
  return type.kind === Kind.NON_NULL_TYPE ? type.type : type;
}

/** Mutations are left out: their fields run one after the other, and once. */
function isSingleQuery({ definitions }: DocumentNode): boolean {
  const [only, ...others] = definitions.filter((definition) => definition.kind === Kind.OPERATION_DEFINITION);
  return only?.operation === OperationTypeNode.QUERY && others.length === 0;
}

/**
 * True if graphql-jit 0.8.9 may give wrong data for it, without an error. Conditions on one of several merged selections do
 * that. `{ a { x } a @skip(if: true) { ... { y } } }` answers `y` too, and `{ ...F ...F @skip(if: true) }` lacks `F`. Names
 * become members of object literals, in which `__proto__` is lost.
 */
function isMistaken(document: DocumentNode): boolean {
  let found = false;
  const find = () => {
    found = true;
    return BREAK;
  };
  visit(document, { Directive: find, Name: ({ value }) => (value === '__proto__' ? find() : undefined) });
  return found;
}
