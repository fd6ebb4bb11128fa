import { composeServices } from '@apollo/composition';
import { ApolloGateway, RemoteGraphQLDataSource } from '@apollo/gateway';
import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import { parse } from 'graphql';
import { query } from '../support/facade.ts';

/** The SDL as a subgraph serves it to whoever composes. */
export async function servedSdl(url: string): Promise<string> {
  const { data, errors } = await query(url, '{ _service { sdl } }');
  if (errors) throw new Error(`no SDL: ${errors.map(({ message }) => message).join('; ')}`);
  return data._service.sdl;
}

/** A subgraph to compose: its name in the graph, where it is reached, and its contract. */
export interface Subgraph {
  readonly name: string;
  readonly url: string;
  readonly sdl: string;
}

export interface Composition {
  readonly supergraphSdl: string | undefined;
  /** Why nothing was composed, and what the composer finds odd: one line each. */
  readonly errors: string[];
  readonly hints: string[];
}

export function compose(subgraphs: readonly Subgraph[]): Composition {
  const services = subgraphs.map(({ name, url, sdl }) => ({ name, url, typeDefs: parse(sdl) }));
  const { supergraphSdl, errors = [], hints = [] } = composeServices(services);
  return {
    supergraphSdl,
    errors: errors.map(({ message }) => message),
    hints: hints.map((hint) => `${hint.definition.code}: ${hint.message}`),
  };
}

/** A router over HTTP. It hands the caller's credentials on to every subgraph. */
export interface Router {
  readonly url: string;
  close(): Promise<void>;
}

interface Caller {
  readonly credentials: Readonly<Record<string, string | undefined>>;
}

export async function startRouter(subgraphs: readonly Subgraph[]): Promise<Router> {
  const { supergraphSdl, errors } = compose(subgraphs);
  if (supergraphSdl === undefined) throw new Error(`no supergraph: ${errors.join('; ')}`);
  const gateway = new ApolloGateway({ supergraphSdl, buildService: ({ url = '' }) => forwarding(url) });
  const server = new ApolloServer<Caller>({ gateway });
  const { url } = await startStandaloneServer(server, {
    listen: { host: '127.0.0.1', port: 0 },
    context: async ({ req: { headers } }) => ({
      credentials: { authorization: headers.authorization, 'geai-tokens': headers['geai-tokens']?.toString() },
    }),
  });
  return { url: url.replace(/\/$/, ''), close: () => server.stop() };
}

function forwarding(url: string): RemoteGraphQLDataSource<Caller> {
  return new RemoteGraphQLDataSource<Caller>({
    url,
    willSendRequest: ({ request, context }) => {
      // The gateway also asks on its own account, without a caller.
      for (const [name, value] of Object.entries<string | undefined>(context.credentials ?? {})) {
        if (value !== undefined) request.http?.headers.set(name, value);
      }
    },
  });
}
