import { readFileSync } from 'node:fs';
import { DEFAULT_LIMITS } from './limits/limits.ts';
import { redactTokens, Secret } from './values/secret.ts';

export const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/**
 * Authentication of callers. `passthrough`: by their own platform tokens. `open`: none; the facade uses its keyring for
 * everybody, on loopback only.
 */
export const AUTH_MODES = ['passthrough', 'open'] as const;
export type AuthMode = (typeof AUTH_MODES)[number];

/** Place where answers are cached for a few seconds: nowhere, in this process, or in Redis for all replicas. */
export const CACHE_MODES = ['off', 'memory', 'redis'] as const;
export type CacheMode = (typeof CACHE_MODES)[number];

export interface Config {
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  readonly baseUrl: URL;
  readonly authMode: AuthMode;
  /** The facade's own tokens. */
  readonly keyring: readonly Secret[];
  readonly borrowProjectTokens: boolean;
  /** True if callers may read the input and output of requests. */
  readonly exposeRequestContent: boolean;
  /** Key of the token handles. The same on every replica. */
  readonly idSecret: Secret;
  readonly logLevel: LogLevel;
  /** True to serve the explorer page and introspection. */
  readonly explorer: boolean;
  /** Bound of one upstream attempt, and of all that one request sends upstream. Milliseconds. */
  readonly upstreamTimeoutMs: number;
  readonly upstreamDeadlineMs: number;
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

const MIN_ID_SECRET_LENGTH = 32;
const NAME_PREFIX = /^[A-Za-z][A-Za-z0-9]{0,29}$/;
const TOKEN = /^[A-Za-z0-9\-._~+/]+=*$/;

/** Reads the environment. Nothing else does. Throws `ConfigError`; no value that could be a secret is in its text. */
export function loadConfig(env: NodeJS.ProcessEnv): Config {
  const problems: string[] = [];
  const read = new Reader(env, problems);
  const isProduction = env.NODE_ENV === 'production';
  const config: Config = {
    host: read.text('HOST') ?? '127.0.0.1',
    port: read.integer('PORT', 4000, 0, 65_535),
    baseUrl: read.url('GEAI_BASE_URL'),
    authMode: read.choice('AUTH_MODE', AUTH_MODES, 'passthrough'),
    keyring: read.keyring('GEAI_TOKENS', 'GEAI_TOKENS_FILE'),
    borrowProjectTokens: read.boolean('GEAI_BORROW_PROJECT_TOKENS', false),
    exposeRequestContent: read.boolean('EXPOSE_REQUEST_CONTENT', false),
    idSecret: read.idSecret('ID_SECRET'),
    logLevel: read.choice('LOG_LEVEL', LOG_LEVELS, 'info'),
    explorer: read.boolean('EXPLORER', !isProduction),
    upstreamTimeoutMs: read.integer('UPSTREAM_TIMEOUT_MS', 10_000, 1, 600_000),
    upstreamDeadlineMs: read.integer('UPSTREAM_DEADLINE_MS', 25_000, 1, 600_000),
    verifyTimeoutMs: read.integer('VERIFY_TIMEOUT_MS', 3_000, 0, 60_000),
    shutdownDelayMs: read.integer('SHUTDOWN_DELAY_MS', 0, 0, 600_000),
    auditLog: read.text('AUDIT_LOG') ?? null,
    auditTimeoutMs: read.integer('AUDIT_TIMEOUT_MS', 5_000, 1, 60_000),
    stateFile: read.text('STATE_FILE') ?? null,
    upstreamCallBudget: read.integer('UPSTREAM_CALL_BUDGET', 5_000, 1, 1_000_000),
    maxAnswerObjects: read.integer('MAX_ANSWER_OBJECTS', 50_000, 1, 1_000_000_000),
    maxQueryDepth: read.integer('MAX_QUERY_DEPTH', DEFAULT_LIMITS.depth, 1, 100),
    maxQueryTokens: read.integer('MAX_QUERY_TOKENS', DEFAULT_LIMITS.tokens, 100, 100_000),
    redisUrl: read.redisUrl('REDIS_URL'),
    cache: read.choice('CACHE', CACHE_MODES, read.text('REDIS_URL') === undefined ? 'memory' : 'redis'),
    compileQueries: read.boolean('COMPILE_QUERIES', true),
    schemaPrefix: read.namePrefix('SCHEMA_PREFIX'),
    schemaEntityPrefix: read.namePrefix('SCHEMA_ENTITY_PREFIX'),
  };
  problems.push(...contradictions(config));
  if (problems.length > 0) throw new ConfigError(problems);
  return config;
}

/** True if only programs on this machine can reach the host. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}

function contradictions({ authMode, host, keyring, cache, redisUrl, stateFile }: Config): string[] {
  const problems: string[] = [];
  if (cache === 'redis' && redisUrl === null) problems.push('CACHE=redis takes REDIS_URL.');
  if (redisUrl && stateFile) problems.push('REDIS_URL and STATE_FILE are both set; the state is kept in one place.');
  if (authMode !== 'open') return problems;
  if (!isLoopback(host)) {
    problems.push(`AUTH_MODE=open lets everybody in, so HOST must be loopback, such as 127.0.0.1; it is ${host}.`);
  }
  if (keyring.length === 0) {
    problems.push('AUTH_MODE=open uses the tokens of the facade; set GEAI_TOKENS or GEAI_TOKENS_FILE.');
  }
  return problems;
}

/** A long text may be a secret in the wrong place. */
function quoted(text: string): string {
  return text.length <= 20 ? `"${text}"` : `a text of ${text.length} characters`;
}

/** Reads variables one by one, notes what is wrong and goes on with a stand-in. An empty variable counts as absent. */
class Reader {
  readonly #env: NodeJS.ProcessEnv;
  readonly #problems: string[];

  constructor(env: NodeJS.ProcessEnv, problems: string[]) {
    this.#env = env;
    this.#problems = problems;
  }

  text(name: string): string | undefined {
    return this.#env[name]?.trim() || undefined;
  }

  integer(name: string, fallback: number, min: number, max: number): number {
    const text = this.text(name);
    if (text === undefined) return fallback;
    const value = Number(text);
    if (Number.isInteger(value) && value >= min && value <= max) return value;
    return this.#wrong(`${name} takes a whole number from ${min} to ${max}; it is ${quoted(text)}.`, fallback);
  }

  boolean(name: string, fallback: boolean): boolean {
    const text = this.text(name);
    if (text === undefined) return fallback;
    if (text === 'true' || text === 'false') return text === 'true';
    return this.#wrong(`${name} takes true or false; it is ${quoted(text)}.`, fallback);
  }

  choice<T extends string>(name: string, choices: readonly T[], fallback: T): T {
    const text = this.text(name);
    if (text === undefined) return fallback;
    const choice = choices.find((candidate) => candidate === text);
    return choice ?? this.#wrong(`${name} takes one of ${choices.join(', ')}; it is ${quoted(text)}.`, fallback);
  }

  /** Begins names of the schema. Empty if it is absent. */
  namePrefix(name: string): string {
    const text = this.text(name) ?? '';
    if (text === '' || NAME_PREFIX.test(text)) return text;
    return this.#wrong(`${name} takes up to 30 letters and digits, a letter first; it is ${quoted(text)}.`, '');
  }

  url(name: string): URL {
    const standIn = new URL('https://platform.invalid');
    const text = this.text(name);
    if (text === undefined) {
      return this.#wrong(`${name} is missing: the address of the platform, such as https://api.example.com.`, standIn);
    }
    const url = URL.parse(text);
    const isPlain = url && /^https?:$/.test(url.protocol) && !url.username && !url.password && !url.search && !url.hash;
    return isPlain
      ? url
      : this.#wrong(`${name} takes an http or https address without user, query or fragment.`, standIn);
  }

  redisUrl(name: string): Secret | null {
    const text = this.text(name);
    if (text === undefined) return null;
    if (/^rediss?:$/.test(URL.parse(text)?.protocol ?? '')) return new Secret(text);
    return this.#wrong(`${name} takes an address such as redis://localhost:6379 (rediss: with TLS).`, null);
  }

  idSecret(name: string): Secret {
    const text = this.text(name);
    if (text !== undefined && text.length >= MIN_ID_SECRET_LENGTH) return new Secret(text);
    const problem = text === undefined ? 'is missing' : 'is too short';
    return this.#wrong(
      `${name} ${problem}: at least ${MIN_ID_SECRET_LENGTH} random characters, the same on every replica ` +
        '(try: openssl rand -base64 32).',
      new Secret(''),
    );
  }

  keyring(name: string, fileName: string): Secret[] {
    const [inline, file] = [this.text(name), this.text(fileName)];
    if (inline && file) return this.#wrong(`${name} and ${fileName} are both set; set one.`, []);
    const source = file ? this.#readFile(fileName, file) : (inline ?? '');
    const tokens = source.split(/[\s,]+/).filter((token) => token !== '');
    if (tokens.every((token) => TOKEN.test(token))) return tokens.map((token) => new Secret(token));
    return this.#wrong(`${file ? fileName : name} holds something that is not a token.`, []);
  }

  #readFile(name: string, file: string): string {
    try {
      return readFileSync(file, 'utf8');
    } catch {
      return this.#wrong(`${name} names a file that cannot be read: ${redactTokens(file)}.`, '');
    }
  }

  #wrong<T>(problem: string, standIn: T): T {
    this.#problems.push(problem);
    return standIn;
  }
}
