import { readFileSync } from 'node:fs';
import type { IncomingHttpHeaders } from 'node:http';
import { ApolloServer } from '@apollo/server';
import { ApolloServerPluginInlineTraceDisabled } from '@apollo/server/plugin/disabled';
import { startStandaloneServer } from '@apollo/server/standalone';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { parse } from 'graphql';

/** A budget, and the ids of the projects that are booked on it. */
export interface Budget {
  readonly code: string;
  readonly projectIds: readonly string[];
}

/** The subgraph of another team: it refers to our projects, and needs a part of them to compute a field. */
export interface BudgetsSubgraph {
  readonly url: string;
  /** Requests so far, which a test may empty. */
  readonly requests: { readonly headers: IncomingHttpHeaders }[];
  close(): Promise<void>;
}

interface Project {
  readonly id: string;
  readonly name?: string;
  readonly status?: string;
}

export const BUDGETS_SDL = readFileSync(new URL('budgets.graphql', import.meta.url), 'utf8');

export function bookingText({ name, status }: Project): string {
  return `${name} (${status})`;
}

export async function startBudgets(budgets: readonly Budget[], port = 0): Promise<BudgetsSubgraph> {
  const requests: BudgetsSubgraph['requests'] = [];
  const resolvers = {
    Query: { budgets: () => budgets },
    Budget: { projects: ({ projectIds }: Budget) => projectIds.map((id) => ({ id })) },
    Project: { __resolveReference: (project: Project) => project, bookingText },
  };
  const schema = buildSubgraphSchema([{ typeDefs: parse(BUDGETS_SDL), resolvers }]);
  const server = new ApolloServer({ schema, plugins: [ApolloServerPluginInlineTraceDisabled()] });
  const { url } = await startStandaloneServer(server, {
    listen: { host: '127.0.0.1', port },
    context: async ({ req: { headers } }) => {
      requests.push({ headers });
      return {};
    },
  });
  return { url, requests, close: () => server.stop() };
}
