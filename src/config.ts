import { type AccessConfig, accessContradictions, accessWarnings, readAccess } from './config/access.ts';
import { type BrowserConfig, readBrowsers } from './config/browsers.ts';
import { type ObservingConfig, portContradictions, readObserving } from './config/observing.ts';
import { type ProxySettings, readProxy } from './config/proxy.ts';
import { Reader } from './config/reader.ts';
import { type RouterCacheSettings, readRouterCaches } from './config/routers.ts';
import { checkTogether } from './config/together.ts';
import { readTrustedDocuments, type TrustedDocumentsConfig } from './config/trustedDocuments.ts';
import { DEFAULT_LIMITS } from './limits/limits.ts';
import type { Secret } from './values/secret.ts';

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Place where answers are cached for a few seconds: nowhere, in this process, or in Redis for all replicas. */
const CACHE_MODES = ['off', 'memory', 'redis'] as const;
export type CacheMode = (typeof CACHE_MODES)[number];

/** Values of `NODE_ENV` with the explorer on by default. Others, `prod` and `staging` among them, keep it off as `production` does. */
const OPEN_ENVIRONMENTS: ReadonlySet<string | undefined> = new Set([undefined, 'development', 'test']);

/** Name of the service in lines and spans, unless it is set. */
export const SERVICE_NAME = 'geai-graph';

export interface Config extends AccessConfig, BrowserConfig, ObservingConfig, TrustedDocumentsConfig {
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  readonly baseUrl: URL;
  readonly borrowProjectTokens: boolean;
  /** True if callers may read the input and output of requests. */
  readonly exposeRequestContent: boolean;
  /** Key of the token handles. The same on every replica. */
  readonly idSecret: Secret;
  /** Key of ids that are still read, and no longer made. Null: none. */
  readonly formerIdSecret: Secret | null;
  /** Proxy of calls that leave the company. Null: none. */
  readonly proxy: ProxySettings | null;
  readonly logLevel: LogLevel;
  /** Bound of one upstream attempt, and of all that one request sends upstream. Milliseconds. */
  readonly upstreamTimeoutMs: number;
  readonly upstreamDeadlineMs: number;
  /** Calls to the platform under way at most, of all requests. */
  readonly upstreamMaxCalls: number;
  /** True to let routers keep what the facade keeps. */
  readonly cacheControl: boolean;
  /** True to tell routers by which tags they may end an answer. */
  readonly cacheTags: boolean;
  /** Routers that are told of changes. Null: none. */
  readonly routerCaches: RouterCacheSettings | null;
  /** For how long a change is watched until the platform acts on it, at most. Milliseconds. */
  readonly verifyTimeoutMs: number;
  /** After a signal to end, for how long requests are still taken while `/health/ready` says no. Milliseconds. */
  readonly shutdownDelayMs: number;
  /** File that the audit events are appended to. Null: standard output. */
  readonly auditLog: string | null;
  /** For how long a line of the audit log may take to be written. Milliseconds. */
  readonly auditTimeoutMs: number;
  /** File that keeps what must outlive the process. Null: in memory. Of no use with `redisUrl`. */
  readonly stateFile: string | null;
  /** Upstream calls that one request may come to, retries not counted. */
  readonly upstreamCallBudget: number;
  /** Objects that one answer may hold. */
  readonly maxAnswerObjects: number;
  /** Bounds of a document: levels of fields, and tokens. */
  readonly maxQueryDepth: number;
  readonly maxQueryTokens: number;
  /** Redis that the replicas share. Null: each replica keeps to itself. May hold a password. */
  readonly redisUrl: Secret | null;
  readonly cache: CacheMode;
  /** True to compile repeated queries and answer them without Apollo Server. */
  readonly compileQueries: boolean;
  /** Prefixes of root fields and of types but the entities, and of the entities. Empty: none. */
  readonly schemaPrefix: string;
  readonly schemaEntityPrefix: string;
  /** True if the SDL for composition has the root field `node`. */
  readonly schemaNode: boolean;
  /** True if the SDL for composition tells routers which permission a field takes. */
  readonly schemaScopes: boolean;
}

/** Every problem of the environment at once, in plain words. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(`The configuration has ${problems.length} problem(s):\n${problems.map((line) => `  - ${line}`).join('\n')}`);
    this.problems = problems;
  }
}

/** Reads the environment. Nothing else does. Throws `ConfigError`; no value that could be a secret is in its text. */
export function loadConfig(env: NodeJS.ProcessEnv): Config {
  const problems: string[] = [];
  const reader = new Reader(env, problems);
  const config = readConfig(reader);
  checkTogether(reader);
  problems.push(...contradictions(config));
  if (problems.length > 0) throw new ConfigError(problems);
  return config;
}

/** Names of all variables, and of those that may come from a file. */
export function settingNames(): { readonly all: ReadonlySet<string>; readonly secret: ReadonlySet<string> } {
  // Some are asked for only where another is set, so each is set once and absent once.
  const readers = [{}, new Proxy({}, { get: () => '-' })].map((env) => new Reader(env, []));
  for (const reader of readers) {
    readConfig(reader);
    checkTogether(reader);
  }
  return {
    all: new Set(readers.flatMap(({ names }) => [...names])),
    secret: new Set(readers.flatMap(({ secretNames }) => [...secretNames])),
  };
}

function readConfig(read: Reader): Config {
  const redisUrl = read.redisUrl('REDIS_URL');
  return {
    host: read.text('HOST') ?? '127.0.0.1',
    port: read.integer('PORT', 4000, 0, 65_535),
    baseUrl: read.url('GEAI_BASE_URL', 'the address of the platform, such as https://api.example.com'),
    ...readAccess(read),
    ...readObserving(read, SERVICE_NAME),
    borrowProjectTokens: read.boolean('GEAI_BORROW_PROJECT_TOKENS', false),
    exposeRequestContent: read.boolean('EXPOSE_REQUEST_CONTENT', false),
    idSecret: read.idSecret('ID_SECRET'),
    formerIdSecret: read.formerIdSecret('ID_SECRET_PREVIOUS') ?? null,
    proxy: readProxy(read),
    routerCaches: readRouterCaches(read),
    cacheControl: read.boolean('CACHE_CONTROL', false),
    cacheTags: read.boolean('CACHE_TAGS', false),
    logLevel: read.choice('LOG_LEVEL', LOG_LEVELS, 'info'),
    ...readBrowsers(read, !OPEN_ENVIRONMENTS.has(read.text('NODE_ENV'))),
    upstreamTimeoutMs: read.integer('UPSTREAM_TIMEOUT_MS', 10_000, 1, 600_000),
    upstreamDeadlineMs: read.integer('UPSTREAM_DEADLINE_MS', 25_000, 1, 600_000),
    upstreamMaxCalls: read.integer('UPSTREAM_MAX_CALLS', 1_024, 1, 65_536),
    verifyTimeoutMs: read.integer('VERIFY_TIMEOUT_MS', 3_000, 0, 60_000),
    shutdownDelayMs: read.integer('SHUTDOWN_DELAY_MS', 0, 0, 600_000),
    auditLog: read.text('AUDIT_LOG') ?? null,
    auditTimeoutMs: read.integer('AUDIT_TIMEOUT_MS', 5_000, 1, 60_000),
    stateFile: read.text('STATE_FILE') ?? null,
    upstreamCallBudget: read.integer('UPSTREAM_CALL_BUDGET', 5_000, 1, 1_000_000),
    maxAnswerObjects: read.integer('MAX_ANSWER_OBJECTS', 50_000, 1, 1_000_000_000),
    maxQueryDepth: read.integer('MAX_QUERY_DEPTH', DEFAULT_LIMITS.depth, 1, 100),
    maxQueryTokens: read.integer('MAX_QUERY_TOKENS', DEFAULT_LIMITS.tokens, 100, 100_000),
    redisUrl,
    cache: read.choice('CACHE', CACHE_MODES, redisUrl === null ? 'memory' : 'redis'),
    compileQueries: read.boolean('COMPILE_QUERIES', true),
    ...readTrustedDocuments(read),
    schemaPrefix: read.namePrefix('SCHEMA_PREFIX'),
    schemaNode: read.boolean('SCHEMA_NODE', false),
    schemaScopes: read.boolean('SCHEMA_SCOPES', read.text('AUTH_MODE') === 'jwt'),
    schemaEntityPrefix: read.namePrefix('SCHEMA_ENTITY_PREFIX'),
  };
}

/** True if only programs on this machine can reach the host. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}

const STATE_IN_MEMORY =
  'Idempotency keys and rotations are kept in memory only: a restart forgets them, and replicas know nothing of each ' +
  "other's. Set STATE_FILE for one process, REDIS_URL for several.";

/** Settings that are allowed, and may not be meant: for the log at start. */
export function warningsOf(config: Config): string[] {
  const { baseUrl, redisUrl, stateFile, idSecret, formerIdSecret } = config;
  const warnings = accessWarnings(config, isLoopback);
  if (baseUrl.protocol === 'http:' && !isLoopback(baseUrl.hostname))
    warnings.push('GEAI_BASE_URL is http: tokens travel in the clear. Use https unless the network itself encrypts.');
  if (formerIdSecret?.equals(idSecret))
    warnings.push('ID_SECRET_PREVIOUS is ID_SECRET itself: ids of no other key are read.');
  if (redisUrl === null && stateFile === null) warnings.push(STATE_IN_MEMORY);
  return warnings;
}

function contradictions(config: Config): string[] {
  const { host, cache, redisUrl, stateFile } = config;
  const problems = [...accessContradictions(config, isLoopback(host)), ...portContradictions(config)];
  if (cache === 'off' && config.cacheControl) {
    problems.push('CACHE_CONTROL=true takes a CACHE: routers are told how long the facade keeps an answer.');
  }
  if (redisUrl && stateFile) problems.push('REDIS_URL and STATE_FILE are both set; the state is kept in one place.');
  return problems;
}
