import { createHmac } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import { Pool } from 'undici';

/**
 * Reference F: what a good engineer writes by hand for these questions and no others. No GraphQL, the fewest platform calls,
 * and the same bytes as the facade answers.
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

interface Caller {
  readonly id: string;
  /** Null for the token of an organization. */
  readonly projectId: string | null;
  readonly name: string;
  readonly until: number;
}

const REMEMBERED_MS = 5_000;
const { GEAI_BASE_URL = '', ID_SECRET = '' } = process.env;
const pool = new Pool(GEAI_BASE_URL, { connections: 1024 });
const callers = new Map<string, Caller>();

async function get<T>(path: string, token: string): Promise<T> {
  const { statusCode, body } = await pool.request({
    method: 'GET',
    path,
    headers: { authorization: `Bearer ${token}`, accept: 'application/json' },
  });
  const answer = await body.json();
  if (statusCode !== 200) throw new Error(`the platform answered ${statusCode}`);
  return answer as T;
}

async function callerOf(token: string): Promise<Caller> {
  const known = callers.get(token);
  if (known && known.until > Date.now()) return known;
  const { organizationId, organizationName, projectId } = await get<{
    organizationId: string;
    organizationName: string;
    projectId?: string;
  }>('/v1/accessControl/apitoken/validate', token);
  const until = Date.now() + REMEMBERED_MS;
  const caller = { id: organizationId, name: organizationName, projectId: projectId ?? null, until };
  callers.set(token, caller);
  return caller;
}

const STATUS: Record<number, string> = { 0: 'ACTIVE', 1: 'DELETED', 2: 'HIDDEN' };

function toProject({ projectId, projectName, projectDescription, projectStatus, projectActive }: WireProject) {
  return {
    id: projectId,
    name: projectName,
    description: projectDescription || null,
    status: STATUS[projectStatus] ?? 'UNRECOGNIZED',
    isActive: projectActive,
  };
}

async function listProjects(token: string): Promise<WireProject[]> {
  return (await get<{ projects: WireProject[] }>('/v1/organization/projects?detail=full', token)).projects;
}

function byName(projects: readonly WireProject[]): WireProject[] {
  const keyed = projects.map((project) => ({
    key: `${project.projectName.toLowerCase()}\0${project.projectId}`,
    project,
  }));
  keyed.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
  return keyed.map(({ project }) => project);
}

/** All projects, in pages of 100 that are named `p0`, `p1` and so on. */
async function flat(token: string, query: URLSearchParams): Promise<object> {
  const projects = byName(await listProjects(token)).map(toProject);
  const organization: Record<string, object> = {};
  for (let page = 0; page < Number(query.get('pages')); page += 1) {
    organization[`p${page}`] = { nodes: projects.slice(page * 100, page * 100 + 100) };
  }
  return { organization };
}

/** `presented` are the tokens of projects that the caller sends along; the others are borrowed. */
async function nested(token: string, query: URLSearchParams, presented: readonly string[]): Promise<object> {
  const skip = Number(query.get('skip'));
  const owners = await Promise.all(presented.map((one) => callerOf(one)));
  const keys = new Map(owners.map(({ projectId }, index) => [projectId, presented[index]]));
  const projects = byName(await listProjects(token)).slice(skip, skip + 20);
  const nodes = await Promise.all(projects.map((project) => withInside(project, token, keys.get(project.projectId))));
  return { organization: { projects: { nodes } } };
}

async function withInside({ projectId, projectName }: WireProject, token: string, key?: string): Promise<object> {
  const listed = get<{ tokens: WireToken[] }>(`/v1/organization/project/${projectId}/tokens`, token);
  const borrowed = async () => (await listed).tokens.find(({ status }) => status === 'Active')?.id ?? '';
  const opened = get<{ assistants: { assistantName: string }[] }>(
    '/v1/organization/assistants?detail=summary',
    key ?? (await borrowed()),
  );
  const [{ tokens }, { assistants }] = await Promise.all([listed, opened]);
  tokens.sort((a, b) => compare(a.timestamp, b.timestamp) || compare(a.name, b.name));
  assistants.sort((a, b) => compare(a.assistantName.toLowerCase(), b.assistantName.toLowerCase()));
  return {
    name: projectName,
    apiTokens: {
      nodes: tokens.map(({ id, name, status }) => ({ name, status: status.toUpperCase(), hint: hintOf(id) })),
    },
    assistants: { nodes: assistants.map(({ assistantName }) => ({ name: assistantName })) },
  };
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function hintOf(secret: string): string {
  return `${/^[a-z0-9]{1,20}_/.exec(secret)?.[0] ?? ''}…${secret.slice(-4)}`;
}

async function entities(token: string, body: string): Promise<object> {
  const { ids }: { ids: string[] } = JSON.parse(body);
  const byId = new Map((await listProjects(token)).map((project) => [project.projectId, project]));
  return {
    _entities: ids.map((id) => {
      const project = byId.get(id);
      return project ? toProject(project) : null;
    }),
  };
}

async function project(token: string, query: URLSearchParams): Promise<object> {
  return { project: toProject(await get<WireProject>(`/v1/organization/project/${query.get('id')}`, token)) };
}

async function projectWithOrganization(token: string, query: URLSearchParams): Promise<object> {
  const { id, name } = await callerOf(token);
  const found = toProject(await get<WireProject>(`/v1/organization/project/${query.get('id')}`, token));
  return { project: { ...found, organization: { id, name } } };
}

/** The handle of a token is the project's UUID and a keyed hash of the secret: base64url of 1 + 16 + 16 bytes. */
async function apiToken(token: string, query: URLSearchParams): Promise<object> {
  const handle = query.get('id') ?? '';
  const bytes = Buffer.from(handle, 'base64url');
  const projectId = bytes.toString('hex', 1, 17).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
  const mark = bytes.subarray(17);
  const { tokens } = await get<{ tokens: WireToken[] }>(`/v1/organization/project/${projectId}/tokens`, token);
  const found = tokens.find(({ id }) =>
    createHmac('sha256', ID_SECRET).update(id).digest().subarray(0, 16).equals(mark),
  );
  if (!found) return { apiToken: null };
  const { id, name, description, status, timestamp } = found;
  return {
    apiToken: {
      id: handle,
      name,
      description: description || null,
      status: status.toUpperCase(),
      hint: hintOf(id),
      createdAt: new Date(`${timestamp}Z`).toISOString(),
    },
  };
}

async function answerTo(request: IncomingMessage): Promise<object> {
  const [path, search = ''] = (request.url ?? '').split('?');
  if (path === '/ready') return {};
  const token = request.headers.authorization?.replace('Bearer ', '') ?? '';
  if (path === '/typename') return { __typename: 'Query' };
  await callerOf(token);
  const query = new URLSearchParams(search);
  switch (path) {
    case '/flat':
      return flat(token, query);
    case '/nested':
      return nested(token, query, tokensIn(request.headers['geai-tokens']));
    case '/entities':
      return entities(token, await textOf(request));
    case '/project':
      return project(token, query);
    case '/projectWithOrganization':
      return projectWithOrganization(token, query);
    case '/apiToken':
      return apiToken(token, query);
    default:
      throw new Error(`there is nothing at ${path}`);
  }
}

function tokensIn(header: string | string[] | undefined): string[] {
  return typeof header === 'string' ? header.split(', ') : [];
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

const server = createServer((request, response) => {
  answerTo(request).then(
    (data) => {
      const body = `${JSON.stringify({ data })}\n`;
      response.writeHead(200, {
        'content-type': 'application/json; charset=utf-8',
        'content-length': Buffer.byteLength(body),
      });
      response.end(body);
    },
    (error: unknown) => response.writeHead(500).end(String(error)),
  );
});
server.listen(0, '127.0.0.1');
process.once('SIGTERM', () => process.exit());
