import { Writable } from 'node:stream';
import { setTimeout } from 'node:timers/promises';
import { routeName } from '../../emulator/call.ts';
import { type Emulator, type EmulatorOptions, startEmulator } from '../../emulator/emulator.ts';
import { ROUTES } from '../../emulator/routes/routes.ts';
import { type Config, loadConfig } from '../../src/config.ts';
import { HTTP_TIMES, type HttpTimes } from '../../src/http/app.ts';
import { createLogger } from '../../src/observability/logger.ts';
import { createServer } from '../../src/server.ts';

/** What a facade answered: the body, the HTTP status and headers, and the text as it went over the wire. */
export interface Answer {
  // biome-ignore lint/suspicious/noExplicitAny: tests read deep into answers; a wrong path fails the assertion.
  readonly data: any;
  readonly errors: GraphqlError[] | undefined;
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

export interface GraphqlError {
  readonly message: string;
  readonly path?: (string | number)[];
  readonly locations?: readonly { line: number; column: number }[];
  readonly extensions: {
    readonly code: string;
    readonly retryable: boolean;
    readonly requestId: string;
    readonly scope?: string;
    readonly projectId?: string;
    readonly reason?: string;
  };
}

export interface Request {
  /** Sent as `Authorization: Bearer`. */
  readonly token?: string | undefined;
  /** Sent as `geai-tokens`. */
  readonly tokens?: readonly string[];
  readonly headers?: Record<string, string>;
  readonly variables?: Record<string, unknown>;
  /** True if the answer of a server that sheds load is wanted, and not the one that comes after. */
  readonly takesRefusal?: boolean;
}

/** A facade over HTTP with an emulator of its own behind it. */
export interface Facade {
  readonly url: string;
  readonly emulator: Emulator;
  /** Everything that was logged so far. */
  log(): string;
  /** Everything that the audit log holds, line by line as it was written. Empty when `AUDIT_LOG` names a file. */
  audit(): AuditLine[];
  query(document: string, request?: Request): Promise<Answer>;
  /** Upstream calls since the last reset, by route, such as `{ 'GET /v1/organization/projects': 1 }`. */
  upstream(): Record<string, number>;
  close(): Promise<void>;
}

export interface FacadeOptions {
  readonly emulator?: EmulatorOptions;
  /** Environment of the facade, beside what it needs to start. */
  readonly env?: Record<string, string>;
  /** How long HTTP waits. A connection without a request counts as unused at once, unless said otherwise. */
  readonly times?: Partial<HttpTimes>;
  /** An emulator that others use as well: it is not closed with the facade. */
  readonly sharedEmulator?: Emulator;
  /** Awaited with each line of the audit log before it counts as written; it may throw or wait. */
  readonly beforeAudit?: (line: AuditLine) => void | Promise<void>;
}

/** A line of the audit log: an event, which has an `action`, or an intent, which has not. */
// biome-ignore lint/suspicious/noExplicitAny: tests read deep into events; a wrong path fails the assertion.
export type AuditLine = Record<string, any>;

export const TEST_ID_SECRET = 'test-only-test-only-test-only-test-only';

/** Starts a facade and its emulator on free ports. Close it when done. */
export async function startFacade({
  emulator: options,
  env,
  times,
  sharedEmulator,
  beforeAudit,
}: FacadeOptions = {}): Promise<Facade> {
  const emulator = sharedEmulator ?? (await startEmulator(options));
  const [lines, audited]: [string[], string[]] = [[], []];
  const config: Config = loadConfig({
    PORT: '0',
    GEAI_BASE_URL: emulator.url,
    ID_SECRET: TEST_ID_SECRET,
    LOG_LEVEL: 'trace',
    // So that each test sees the calls of its own request. Some suites run a second time with memory on (vitest.config.ts).
    CACHE: process.env.TEST_CACHE ?? 'off',
    VERIFY_TIMEOUT_MS: '250',
    ...env,
  });
  const log = createLogger(config.logLevel, collectIn(lines));
  const output = beforeAudit ? collectAfter(beforeAudit, audited) : collectIn(audited);
  const server = await createServer(config, log, output, { ...HTTP_TIMES, quiet: 0, ...times });
  const url = await server.listen();
  return {
    url,
    emulator,
    log: () => lines.join(''),
    audit: () => audited.map((line) => JSON.parse(line)),
    query: (document, request) => query(url, document, request),
    upstream: () => upstream(emulator),
    close: async () => {
      await server.close();
      if (!sharedEmulator) await emulator.close();
    },
  };
}

function collectIn(chunks: string[]): Writable {
  return new Writable({
    write: (chunk, _encoding, done) => {
      chunks.push(String(chunk));
      done();
    },
  });
}

/** A stream that takes each line only after `before`. */
function collectAfter(before: NonNullable<FacadeOptions['beforeAudit']>, lines: string[]): Writable {
  const write = async (line: string) => {
    await before(JSON.parse(line));
    lines.push(line);
  };
  return new Writable({ write: (chunk, _encoding, done) => void write(String(chunk)).then(() => done(), done) });
}

/** Sends a GraphQL request over HTTP. On a busy machine the server may shed it before it begins: then again, as clients do. */
export async function query(url: string, document: string, request: Request = {}): Promise<Answer> {
  for (;;) {
    const answer = await send(url, document, request);
    if (request.takesRefusal || answer.errors?.[0]?.extensions?.code !== 'OVERLOADED') return answer;
    await setTimeout(50);
  }
}

async function send(url: string, document: string, request: Request): Promise<Answer> {
  const headers: Record<string, string> = { 'content-type': 'application/json', ...request.headers };
  if (request.token !== undefined) headers.authorization = `Bearer ${request.token}`;
  if (request.tokens !== undefined) headers['geai-tokens'] = request.tokens.join(', ');
  const body = JSON.stringify({ query: document, variables: request.variables });
  const response = await fetch(`${url}/graphql`, { method: 'POST', headers, body });
  const text = await response.text();
  const { data, errors } = JSON.parse(text) as Pick<Answer, 'data' | 'errors'>;
  return { data, errors, status: response.status, headers: response.headers, text };
}

/** The value of a series in `/metrics`, such as `name` or `name{label="value"}`. */
export async function metricOf({ url }: Pick<Facade, 'url'>, series: string): Promise<number> {
  const lines = (await (await fetch(`${url}/metrics`)).text()).split('\n');
  const line = lines.find((one) => one.startsWith(`${series} `));
  if (line === undefined) throw new Error(`no series ${series}`);
  return Number(line.slice(series.length + 1));
}

function upstream(emulator: Emulator): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { route, count } of emulator.calls()) counts[route] = (counts[route] ?? 0) + count;
  return counts;
}

/** The codes of the errors in an answer, in order. */
export function codes({ errors }: Answer): string[] {
  return (errors ?? []).map(({ extensions }) => extensions.code);
}

/** A route of the platform, as the emulator counts it. */
export function route<const Name extends string>(name: Name): Name {
  if (!ROUTES.some((one) => routeName(one) === name)) throw new Error(`the emulator has no route ${name}`);
  return name;
}

/** Routes that many suites name. A suite of one field names its own by `route`. */
export const routes = {
  validate: route('GET /v1/accessControl/apitoken/validate'),
  listProjects: route('GET /v1/organization/projects'),
  getProject: route('GET /v1/organization/project/{id}'),
  listTokens: route('GET /v1/organization/project/{id}/tokens'),
  createToken: route('POST /v2/projects/tokens'),
  updateToken: route('PUT /v2/projects/tokens/{id}'),
  revokeToken: route('DELETE /v2/projects/tokens/{id}'),
  listAssistants: route('GET /v1/organization/assistants'),
  getAssistant: route('GET /v1/assistant/{id}'),
  listProjectLimits: route('GET /v2/usageLimits/organizations/{organization}/projects/{project}/limits'),
  listOrganizationLimits: route('GET /v2/usageLimits/organizations/{organization}/limits'),
  exportRequests: route('GET /v1/organization/request/export'),
};
