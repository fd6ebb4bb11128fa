import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { type AddressInfo, createServer as createPort } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ApolloGateway, RemoteGraphQLDataSource } from '@apollo/gateway';
import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import { createGatewayRuntime, type GatewayConfigSupergraph } from '@graphql-hive/gateway-runtime';
import { unifiedGraphHandler } from '@graphql-hive/router-runtime';
import { compose, type Router, type Subgraph } from '../../test/federation/supergraph.ts';
import { GRAFBASE } from '../composers.ts';
import { withSecret } from './hive-gateway.config.ts';

/** What a router is started with. */
export interface RouterOptions {
  readonly subgraphs: readonly Subgraph[];
  /** Secret that it proves to the facade. Without it, it proves nothing. */
  readonly secret?: string;
}

export type StartRouter = (options: RouterOptions) => Promise<Router>;

const GEAI = 'geai';

/** Apollo's gateway has no file of settings. What it forwards is written here, as its users would. */
const apolloGateway: StartRouter = async ({ subgraphs, secret }) => {
  const gateway = new ApolloGateway({
    supergraphSdl: supergraphOf(subgraphs),
    buildService: ({ name, url = '' }) =>
      new RemoteGraphQLDataSource<{ authorization?: string }>({
        url,
        willSendRequest: ({ request: { http }, context: { authorization } }) => {
          if (name !== GEAI) return;
          if (authorization !== undefined) http?.headers.set('authorization', authorization);
          if (secret !== undefined) http?.headers.set('x-router-secret', secret);
        },
      }),
  });
  const server = new ApolloServer<{ authorization?: string }>({ gateway });
  const { url } = await startStandaloneServer(server, {
    listen: { host: '127.0.0.1', port: 0 },
    context: async ({ req: { headers } }) => (headers.authorization ? { authorization: headers.authorization } : {}),
  });
  return { url: url.replace(/\/$/, ''), close: () => server.stop() };
};

/** Hive Gateway with our settings, and others in their place. */
export async function startHiveGateway(
  { subgraphs, secret }: RouterOptions,
  others: Partial<GatewayConfigSupergraph> = {},
): Promise<Router> {
  const config = { ...withSecret(secret), supergraph: supergraphOf(subgraphs), logging: false, ...others };
  const runtime = createGatewayRuntime(config as GatewayConfigSupergraph);
  const server = createServer(runtime);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await runtime[Symbol.asyncDispose]();
    },
  };
}

/** Grafbase's program with our settings, where the addresses and the schemas of the subgraphs are those of the test. */
const grafbase: StartRouter = async ({ subgraphs, secret }) => {
  const folder = mkdtempSync(join(tmpdir(), 'grafbase-'));
  let settings = readFileSync(new URL('grafbase.toml', import.meta.url), 'utf8');
  for (const { name, url, sdl } of subgraphs) {
    writeFileSync(join(folder, `${name}.graphql`), sdl);
    settings = settings.replace(
      new RegExp(`(\\[subgraphs\\.${name}\\]\n)url = .*\nschema_path = .*\n`),
      `$1url = "${url}"\nschema_path = "${name}.graphql"\n`,
    );
  }
  writeFileSync(join(folder, 'grafbase.toml'), settings);
  const address = `127.0.0.1:${await freePort()}`;
  const child = spawn(GRAFBASE, ['dev', '--config', 'grafbase.toml', '--listen-address', address], {
    cwd: folder,
    env: { HOME: folder, NO_COLOR: '1', ROUTER_SECRET: secret ?? 'none' },
    stdio: 'ignore',
  });
  const ended = once(child, 'exit');
  await answers(`http://${address}/health`, ended);
  return {
    url: `http://${address}`,
    close: async () => {
      child.kill('SIGKILL');
      await ended;
      rmSync(folder, { recursive: true });
    },
  };
};

/** Every router that this machine can run, by name. */
export const ROUTERS: Readonly<Record<string, StartRouter>> = {
  '@apollo/gateway': apolloGateway,
  'Hive Gateway': (options) => startHiveGateway(options),
  'Hive Gateway with the planner of Hive Router': (options) => startHiveGateway(options, { unifiedGraphHandler }),
  ...(existsSync(GRAFBASE) && { Grafbase: grafbase }),
};

function supergraphOf(subgraphs: readonly Subgraph[]): string {
  const { supergraphSdl, errors } = compose(subgraphs);
  if (supergraphSdl === undefined) throw new Error(`no supergraph: ${errors.join('; ')}`);
  return supergraphSdl;
}

async function freePort(): Promise<number> {
  const server = createPort().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Waits until an address answers. Throws if the program ends before. */
async function answers(url: string, ended: Promise<unknown[]>): Promise<void> {
  let hasEnded = false;
  void ended.then(() => {
    hasEnded = true;
  });
  for (;;) {
    if (hasEnded) throw new Error('the router ended before it answered');
    const response = await fetch(url).catch(() => null);
    await response?.body?.cancel();
    if (response?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
