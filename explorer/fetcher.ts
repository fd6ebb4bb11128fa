import type { GraphiQLProps } from 'graphiql';
import { getOperationAST, parse } from 'graphql';
import { introduced } from './introduced.ts';

/** Sends an operation to the graph of this origin. */
export const fetcher: GraphiQLProps['fetcher'] = async ({ operationName, ...operation }, options) => {
  const answer = await fetch('/graphql', {
    method: 'POST',
    credentials: 'omit',
    headers: { 'content-type': 'application/json', ...options?.headers },
    body: JSON.stringify(isNamed(operation.query, operationName) ? { ...operation, operationName } : operation),
  });
  return introduced(await answer.json());
};

/** Tells a name of this text from one of the tab before, which GraphiQL keeps for a moment. */
function isNamed(query: string, name?: string | null): boolean {
  try {
    return !!getOperationAST(parse(query), name);
  } catch {
    return true;
  }
}
