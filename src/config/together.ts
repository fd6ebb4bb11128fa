import type { Reader } from './reader.ts';

/** A variable, or one value of it. Undefined among the values stands for its absence. */
interface Setting {
  readonly name: string;
  readonly values?: readonly (string | undefined)[];
}

/** Settings that mean nothing without another. */
interface Dependency {
  readonly settings: readonly Setting[];
  readonly take: Setting;
  readonly why: string;
}

const set = (...names: readonly string[]): Setting[] => names.map((name) => ({ name }));
const valued = (name: string, ...values: readonly (string | undefined)[]): Setting => ({ name, values });

/** Groups of settings that make sense together only. A setting without the rest would be ignored in silence. */
export const DEPENDENCIES: readonly Dependency[] = [
  {
    settings: set(
      ...['JWT_JWKS_URL', 'JWT_JWKS_FILE', 'JWT_JWKS_TIMEOUT_MS', 'JWT_JWKS_COOLDOWN_MS', 'JWT_ISSUER', 'JWT_AUDIENCE'],
      ...['JWT_ALGORITHMS', 'JWT_SCOPES_CLAIM', 'JWT_ORGANIZATIONS_CLAIM', 'JWT_PROJECTS_CLAIM', 'AUDIT_CLAIMS'],
    ),
    take: valued('AUTH_MODE', 'jwt'),
    why: 'no token of the company is verified otherwise',
  },
  {
    settings: [valued('SCHEMA_SCOPES', 'true')],
    take: valued('AUTH_MODE', 'jwt'),
    why: 'routers would ask callers for scopes that they do not have',
  },
  {
    settings: [valued('AUTH_MODE', 'jwt', 'open')],
    take: { name: 'GEAI_TOKENS' },
    why: 'calls are made with the tokens of the facade',
  },
  {
    settings: [valued('GEAI_TOKEN_HEADER', 'geai-tokens')],
    take: valued('AUTH_MODE', 'passthrough', undefined),
    why: 'callers present no tokens of the platform otherwise',
  },
  { settings: set('ROUTER_PROOF'), take: { name: 'ROUTER_SECRET' }, why: 'the router proves that it holds the secret' },
  {
    settings: set(
      ...['ROUTER_INVALIDATION_KEY', 'ROUTER_INVALIDATION_SUBGRAPH', 'ROUTER_INVALIDATION_BY'],
      'ROUTER_INVALIDATION_TIMEOUT_MS',
    ),
    take: { name: 'ROUTER_INVALIDATION' },
    why: 'no router is told of changes otherwise',
  },
  {
    settings: set('ROUTER_INVALIDATION'),
    take: { name: 'ROUTER_INVALIDATION_KEY' },
    why: 'routers take calls with the key alone',
  },
  {
    settings: [valued('ROUTER_INVALIDATION_BY', 'tag')],
    take: valued('CACHE_TAGS', 'true'),
    why: 'what bears no tag would not end',
  },
  {
    settings: [valued('CACHE_TAGS', 'true')],
    take: valued('CACHE_CONTROL', 'true'),
    why: 'no router keeps an answer without it',
  },
  { settings: [valued('CACHE', 'redis')], take: { name: 'REDIS_URL' }, why: 'answers are kept there' },
  {
    settings: [valued('TRUSTED_DOCUMENTS_ONLY', 'true')],
    take: { name: 'TRUSTED_DOCUMENTS' },
    why: 'everything would be refused otherwise',
  },
];

/** Notes one problem for each group that lacks what it takes. A setting that is there and wrong has its problem already. */
export function checkTogether(read: Reader): void {
  const problems = DEPENDENCIES.flatMap(({ settings, take, why }) => {
    if (isSet(read, take) || read.isWrong(take.name)) return [];
    const lacking = settings.filter((one) => isSet(read, one) && !read.isWrong(one.name));
    if (lacking.length === 0) return [];
    const names = lacking.map((one) => nameOf(read, one)).join(', ');
    return `${names} ${lacking.length > 1 ? 'take' : 'takes'} ${wanted(read, take)}: ${why}.`;
  });
  for (const problem of problems) read.wrong(problem, null);
}

function isSet(read: Reader, { name, values }: Setting): boolean {
  return values ? values.includes(read.text(name)) : read.has(name);
}

function nameOf(read: Reader, { name, values }: Setting): string {
  return values ? `${name}=${read.text(name)}` : name;
}

function wanted(read: Reader, { name, values }: Setting): string {
  if (values) return `${name}=${values[0]}`;
  return read.secretNames.has(name) ? `${name} or ${name}_FILE` : name;
}
