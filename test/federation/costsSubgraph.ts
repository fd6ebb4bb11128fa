import { readFileSync } from 'node:fs';
import { ApolloServer } from '@apollo/server';
import { ApolloServerPluginInlineTraceDisabled } from '@apollo/server/plugin/disabled';
import { startStandaloneServer } from '@apollo/server/standalone';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { GraphQLError, parse } from 'graphql';

/** One cost centre as its company keeps it. The platform knows nothing of it. */
export interface CostCentre {
  readonly code: string;
  readonly organizationId: string;
  readonly projectIds: readonly string[];
  readonly apiTokenIds?: readonly string[];
  readonly assistantIds?: readonly string[];
}

/** The subgraph of another team: it refers to our entities by key, and adds fields to two of them. */
export interface CostsSubgraph {
  readonly url: string;
  /** GraphQL requests so far. */
  requests(): number;
  /** Whether every request from now on is refused. */
  setFailing(isFailing: boolean): void;
  close(): Promise<void>;
}

interface Reference {
  readonly id: string;
}

export const COSTS_SDL = readFileSync(new URL('costs.graphql', import.meta.url), 'utf8');

/** Budgets come from the id, so that a mixed-up order shows. */
export function budgetOf(id: string): number {
  return Number.parseInt(id.slice(0, 6), 16);
}

export async function startCostsSubgraph(centres: readonly CostCentre[]): Promise<CostsSubgraph> {
  let requests = 0;
  let isFailing = false;
  const schema = buildSubgraphSchema([{ typeDefs: parse(COSTS_SDL), resolvers: resolversFor(centres) }]);
  const server = new ApolloServer({ schema, plugins: [ApolloServerPluginInlineTraceDisabled()] });
  const { url } = await startStandaloneServer(server, {
    listen: { host: '127.0.0.1', port: 0 },
    context: async () => {
      requests += 1;
      if (isFailing) throw new GraphQLError('down for maintenance', { extensions: { http: { status: 503 } } });
      return {};
    },
  });
  return {
    url,
    requests: () => requests,
    setFailing: (wanted) => {
      isFailing = wanted;
    },
    close: () => server.stop(),
  };
}

function resolversFor(centres: readonly CostCentre[]) {
  const byCode = (code: string) => centres.find((centre) => centre.code === code) ?? null;
  const known = { __resolveReference: (reference: Reference) => reference };
  const reference = (id: string): Reference => ({ id });
  return {
    Query: {
      costCentre: (_root: unknown, { code }: { code: string }) => byCode(code),
      costCentres: () => ({
        nodes: centres,
        pageInfo: { hasNextPage: false, hasPreviousPage: false, endCursor: centres.at(-1)?.code },
      }),
    },
    CostCentre: {
      __resolveReference: ({ code }: { code: string }) => byCode(code),
      organization: ({ organizationId }: CostCentre) => reference(organizationId),
      projects: ({ projectIds }: CostCentre) => projectIds.map(reference),
      apiTokens: ({ apiTokenIds = [] }: CostCentre) => apiTokenIds.map(reference),
      assistants: ({ assistantIds = [] }: CostCentre) => assistantIds.map(reference),
    },
    Project: {
      ...known,
      monthlyBudget: ({ id }: Reference) => budgetOf(id),
      costCentre: ({ id }: Reference) => centres.find(({ projectIds }) => projectIds.includes(id)) ?? null,
    },
    Organization: { ...known, monthlyBudget: ({ id }: Reference) => budgetOf(id) },
  };
}
