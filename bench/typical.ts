import { createHmac } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { type AugmentedRequest, RESTDataSource } from '@apollo/datasource-rest';
import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { parse } from 'graphql';

/**
 * Reference R: the same contract as a typical team builds it in a day. Apollo's own server and REST data source, one resolver
 * per field, one call per id, and no batching. It caches nothing beyond what the data source does within a request.
 */

interface WireProject {
  readonly projectId: string;
  readonly projectName: string;
  readonly projectDescription?: string;
  readonly projectStatus: number;
  readonly projectActive: boolean;
}

interface WireToken {
  readonly id: string;
  readonly name: string;
  readonly description?: string;
  readonly status: string;
  readonly timestamp: string;
}

interface WireAssistant {
  readonly assistantId: string;
  readonly assistantName: string;
}

interface Identity {
  readonly organizationId: string;
  readonly organizationName: string;
}

interface PageArguments {
  readonly first: number;
  readonly after?: string | null;
}

interface Context {
  readonly platform: PlatformApi;
}

const { GEAI_BASE_URL = '', ID_SECRET = '' } = process.env;
const REMEMBERED_MS = 5_000;
const identities = new Map<string, { identity: Identity; until: number }>();

class PlatformApi extends RESTDataSource {
  override baseURL = GEAI_BASE_URL;
  readonly #token: string;

  constructor(token: string) {
    super();
    this.#token = token;
  }

  /** The data source takes equal addresses for equal questions. Here the token is part of the question. */
  protected override cacheKeyFor(url: URL, request: Parameters<RESTDataSource['cacheKeyFor']>[1]): string {
    return `${request.headers?.authorization} ${super.cacheKeyFor(url, request)}`;
  }

  protected override willSendRequest(_path: string, request: AugmentedRequest): void {
    request.headers.authorization ??= `Bearer ${this.#token}`;
  }

  async identity(): Promise<Identity> {
    const known = identities.get(this.#token);
    if (known && known.until > Date.now()) return known.identity;
    const identity = await this.get<Identity>('/v1/accessControl/apitoken/validate');
    identities.set(this.#token, { identity, until: Date.now() + REMEMBERED_MS });
    return identity;
  }

  async projects(): Promise<WireProject[]> {
    const { projects } = await this.get<{ projects: WireProject[] }>('/v1/organization/projects', {
      params: { detail: 'full' },
    });
    return projects;
  }

  project(id: string): Promise<WireProject> {
    return this.get<WireProject>(`/v1/organization/project/${encodeURIComponent(id)}`);
  }

  async tokens(projectId: string): Promise<WireToken[]> {
    const path = `/v1/organization/project/${encodeURIComponent(projectId)}/tokens`;
    return (await this.get<{ tokens: WireToken[] }>(path)).tokens;
  }

  async assistants(projectId: string): Promise<WireAssistant[]> {
    const active = (await this.tokens(projectId)).find(({ status }) => status === 'Active');
    if (!active) throw new Error('the project has no active token');
    const { assistants } = await this.get<{ assistants: WireAssistant[] }>('/v1/organization/assistants', {
      params: { detail: 'summary' },
      headers: { authorization: `Bearer ${active.id}` },
    });
    return assistants;
  }
}

const STATUS: Record<number, string> = { 0: 'ACTIVE', 1: 'DELETED', 2: 'HIDDEN' };

function page<T>(items: readonly T[], keyOf: (item: T) => string, { first, after }: PageArguments) {
  const sorted = items.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  const [, key, tie] = after ? JSON.parse(Buffer.from(after, 'base64url').toString()) : [];
  const left = after ? sorted.filter((item) => keyOf(item) > `${key}\0${tie}`) : sorted;
  const nodes = left.slice(0, first);
  return { nodes, totalCount: items.length, pageInfo: { hasNextPage: left.length > first, endCursor: null } };
}

function projectKey({ projectName, projectId }: WireProject): string {
  return `${projectName.toLowerCase()}\0${projectId}`;
}

function markOf(secret: string): Buffer {
  return createHmac('sha256', ID_SECRET).update(secret).digest().subarray(0, 16);
}

interface TokenOfProject extends WireToken {
  readonly projectId: string;
}

const resolvers = {
  Query: {
    organization: (_root: unknown, _args: unknown, { platform }: Context) => platform.identity(),
    project: (_root: unknown, { id }: { id: string }, { platform }: Context) => platform.project(id),
    apiToken: async (_root: unknown, { id }: { id: string }, { platform }: Context) => {
      const bytes = Buffer.from(id, 'base64url');
      const projectId = bytes.toString('hex', 1, 17).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
      const found = (await platform.tokens(projectId)).find((token) => markOf(token.id).equals(bytes.subarray(17)));
      return found ? { ...found, projectId } : null;
    },
  },
  Organization: {
    id: ({ organizationId }: Identity) => organizationId,
    name: ({ organizationName }: Identity) => organizationName,
    projects: async (_organization: Identity, args: PageArguments, { platform }: Context) =>
      page(await platform.projects(), projectKey, args),
  },
  Project: {
    __resolveReference: ({ id }: { id: string }, { platform }: Context) => platform.project(id),
    id: ({ projectId }: WireProject) => projectId,
    name: ({ projectName }: WireProject) => projectName,
    description: ({ projectDescription }: WireProject) => projectDescription || null,
    status: ({ projectStatus }: WireProject) => STATUS[projectStatus] ?? 'UNRECOGNIZED',
    isActive: ({ projectActive }: WireProject) => projectActive,
    organization: (_project: WireProject, _args: unknown, { platform }: Context) => platform.identity(),
    apiTokens: async ({ projectId }: WireProject, args: PageArguments, { platform }: Context) => {
      const tokens = (await platform.tokens(projectId)).map((token) => ({ ...token, projectId }));
      return page(tokens, ({ timestamp, name }) => `${timestamp}\0${name}`, args);
    },
    assistants: async ({ projectId }: WireProject, args: PageArguments, { platform }: Context) =>
      page(await platform.assistants(projectId), ({ assistantName }) => assistantName.toLowerCase(), args),
  },
  ApiToken: {
    id: ({ projectId, id }: TokenOfProject) =>
      Buffer.concat([Buffer.of(1), Buffer.from(projectId.replaceAll('-', ''), 'hex'), markOf(id)]).toString(
        'base64url',
      ),
    description: ({ description }: TokenOfProject) => description || null,
    status: ({ status }: TokenOfProject) => status.toUpperCase(),
    hint: ({ id }: TokenOfProject) => `${/^[a-z0-9]{1,20}_/.exec(id)?.[0] ?? ''}…${id.slice(-4)}`,
    createdAt: ({ timestamp }: TokenOfProject) => new Date(`${timestamp}Z`).toISOString(),
  },
  Assistant: {
    name: ({ assistantName }: WireAssistant) => assistantName,
  },
};

const folder = new URL('../schema/', import.meta.url);
const files = readdirSync(folder).filter((file) => file.endsWith('.graphql'));
const typeDefs = parse(files.map((file) => readFileSync(new URL(file, folder), 'utf8')).join('\n'));

const server = new ApolloServer<Context>({ schema: buildSubgraphSchema([{ typeDefs, resolvers }]) });
await startStandaloneServer(server, {
  listen: { port: 0, host: '127.0.0.1' },
  context: async ({ req }) => ({ platform: new PlatformApi(req.headers.authorization?.replace('Bearer ', '') ?? '') }),
});
