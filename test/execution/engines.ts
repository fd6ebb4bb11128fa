import {
  type DocumentNode,
  type ExecutionResult,
  execute,
  type GraphQLError,
  type GraphQLSchema,
  getOperationAST,
  getVariableValues,
} from 'graphql';
import { compileQuery, isCompiledQuery } from 'graphql-jit';

/** One execution of a valid document. */
export interface Execution {
  readonly document: DocumentNode;
  readonly variables?: Record<string, unknown>;
  readonly operationName?: string | undefined;
  readonly context?: unknown;
  readonly root?: unknown;
}

export type Engine = (execution: Execution) => Promise<ExecutionResult>;

/** The library that defines what is right. */
export function reference(schema: GraphQLSchema): Engine {
  return async ({ document, variables, operationName, context, root }) =>
    execute({ schema, document, variableValues: variables, operationName, contextValue: context, rootValue: root });
}

/** Compiles and runs. */
export function compiling(schema: GraphQLSchema, options: Parameters<typeof compileQuery>[3] = {}): Engine {
  return async ({ document, variables, operationName, context, root }) => {
    const compiled = compileQuery(schema, document, operationName, options);
    if (!isCompiledQuery(compiled)) throw new Error(`not compiled: ${JSON.stringify(compiled.errors)}`);
    const definitions = getOperationAST(document, operationName)?.variableDefinitions ?? [];
    const { coerced, errors } = getVariableValues(schema, definitions, variables ?? {}, { maxErrors: 50 });
    return errors ? { errors } : compiled.query(root, context, coerced);
  };
}

/** What matters of an error: what callers see, and what `src/errors.ts` looks at. */
export function comparable({ data, errors = [] }: ExecutionResult) {
  // Through JSON, as it leaves the server: a key without a value is none.
  return {
    data: data === undefined ? undefined : JSON.parse(JSON.stringify(data)),
    errors: errors.map(comparableError).sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)),
  };
}

function comparableError(error: GraphQLError) {
  const { message, path, locations, extensions, originalError } = error;
  return { message, path, locations, extensions: { ...extensions }, original: String(originalError) };
}
