import { type ExecutionResult, execute, type GraphQLError, type GraphQLSchema, parse } from 'graphql';
import { createExecutor } from '../../src/execution.ts';

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

/** The facade's executor, for documents that it has seen often enough to compile. */
export function compiled(schema: GraphQLSchema): Engine {
  const executor = createExecutor(schema, 1);
  return async ({ document, variables, operationName, context }) => {
    const request = { variables, operationName };
    // Of what a gateway is told, the executor reads these.
    return executor({ document: parse(document), request, context } as never) as Promise<ExecutionResult>;
  };
}

/** What callers see of an answer, and what `src/errors.ts` and the engine look at in its errors. */
export function comparable({ data, errors = [] }: ExecutionResult) {
  // Through JSON, as it leaves the server: a key without a value is none.
  return { data: JSON.parse(JSON.stringify(data ?? null)), errors: errors.map(comparableError) };
}

function comparableError({ message, path, locations, extensions, originalError, nodes }: GraphQLError) {
  return { message, path, locations, extensions, original: String(originalError), hasNodes: nodes !== undefined };
}
