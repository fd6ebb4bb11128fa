import { type ExecutionResult, execute, type GraphQLError, type GraphQLSchema, getOperationAST, parse } from 'graphql';
import { compile } from '../../src/graphql/compiled/compiledQueries.ts';

/** One execution of a valid document. */
export interface Execution {
  readonly document: string;
  readonly variables?: Record<string, unknown>;
  readonly operationName?: string;
  readonly context?: unknown;
}

export type Engine = (execution: Execution) => Promise<ExecutionResult>;

/** The library that defines what is right. */
export function reference(schema: GraphQLSchema): Engine {
  return async ({ document, variables, operationName, context }) =>
    execute({
      schema,
      document: parse(document),
      variableValues: variables,
      operationName,
      contextValue: context,
    });
}

/** What the facade does with a query that comes again: compiled where that is right, and by graphql-js when anything failed. */
export function compiled(schema: GraphQLSchema): Engine {
  return async (execution) => {
    const { document: source, variables = {}, context } = execution;
    const document = parse(source);
    const operation = getOperationAST(document, execution.operationName);
    if (!operation) throw new Error('no such operation');
    const result = await compile(schema, { source, hash: '', document, operation })?.execute(context, variables);
    return !result || result.errors ? reference(schema)(execution) : result;
  };
}

/** What callers see of an answer, and what `src/errors.ts` and Apollo Server look at in its errors. */
export function comparable({ data, errors = [] }: ExecutionResult) {
  // Through JSON, as it leaves the server: a key without a value is none.
  return { data: JSON.parse(JSON.stringify(data ?? null)), errors: errors.map(comparableError) };
}

function comparableError({ message, path, locations, extensions, originalError, nodes }: GraphQLError) {
  return { message, path, locations, extensions, original: String(originalError), hasNodes: nodes !== undefined };
}
