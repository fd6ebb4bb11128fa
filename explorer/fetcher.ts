import type { GraphiQLProps } from 'graphiql';

/** Sends an operation to the graph of this origin. */
export const fetcher: GraphiQLProps['fetcher'] = async (operation, options) => {
  const answer = await fetch('/graphql', {
    method: 'POST',
    credentials: 'omit',
    headers: { 'content-type': 'application/json', ...options?.headers },
    body: JSON.stringify(operation),
  });
  return answer.json();
};
