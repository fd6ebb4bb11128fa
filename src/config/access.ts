import { isJsonObject, parseJson } from '../values/json.ts';
import { redactTokens, type Secret } from '../values/secret.ts';
import type { Reader } from './reader.ts';

/**
 * Authentication of callers. `passthrough`: by their own platform tokens. `jwt`: by the company's tokens; calls take the
 * facade's keyring. `open`: none; the facade uses its keyring for everybody, on loopback only.
 */
const AUTH_MODES = ['passthrough', 'jwt', 'open'] as const;
type AuthMode = (typeof AUTH_MODES)[number];

/** Headers that may hold platform tokens of callers. */
const TOKEN_HEADERS = ['authorization', 'geai-tokens'] as const;
export type TokenHeader = (typeof TOKEN_HEADERS)[number];

/** Algorithms of signatures that can be allowed. All are asymmetric: a public key signs nothing. */
const ALGORITHMS = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
] as const;

/** Proofs that a request came through the router: a header with the secret, or Hive Gateway's signature of the body. */
const ROUTER_PROOFS = ['header', 'hmac'] as const;
type RouterProofKind = (typeof ROUTER_PROOFS)[number];

/** Verification of the company's tokens. */
export interface JwtSettings {
  /** Place of the issuer's keys. */
  readonly jwks: URL | string;
  readonly jwksTimeoutMs: number;
  /** Time between two look-ups of the keys, at least. Milliseconds. */
  readonly jwksCooldownMs: number;
  readonly issuer: string;
  /** Each is taken. */
  readonly audiences: readonly string[];
  readonly algorithms: readonly string[];
  /** Names of claims. Null: the claim restricts nobody. */
  readonly scopesClaim: string;
  readonly organizationsClaim: string | null;
  readonly projectsClaim: string | null;
  /** Claims that the audit log records beside the subject. */
  readonly auditClaims: readonly string[];
}

export interface RouterProofSettings {
  readonly kind: RouterProofKind;
  /** Each is taken, so that one can be replaced while routers still use the other. */
  readonly secrets: readonly Secret[];
}

/** Settings of who is let in, and by which proof. */
export interface AccessConfig {
  readonly authMode: AuthMode;
  /** The facade's own tokens. */
  readonly keyring: readonly Secret[];
  /** Header that holds platform tokens of callers, beside `geai-tokens`. */
  readonly tokenHeader: TokenHeader;
  /** Null unless `authMode` is `jwt`. */
  readonly jwt: JwtSettings | null;
  /** Null: callers need not come through the router. */
  readonly routerProof: RouterProofSettings | null;
  /** True if every mutation takes a `reason`. */
  readonly requireReason: boolean;
}

export function readAccess(read: Reader): AccessConfig {
  const authMode = read.choice('AUTH_MODE', AUTH_MODES, 'passthrough');
  return {
    authMode,
    keyring: read.tokens('GEAI_TOKENS'),
    tokenHeader: read.choice('GEAI_TOKEN_HEADER', TOKEN_HEADERS, 'authorization'),
    jwt: readJwt(read, authMode === 'jwt'),
    routerProof: readRouterProof(read),
    requireReason: read.boolean('REQUIRE_REASON', false),
  };
}

function readJwt(read: Reader, isOn: boolean): JwtSettings | null {
  if (!isOn) return null;
  return {
    jwks: readKeySource(read),
    jwksTimeoutMs: read.integer('JWT_JWKS_TIMEOUT_MS', 5_000, 1, 60_000),
    jwksCooldownMs: read.integer('JWT_JWKS_COOLDOWN_MS', 10_000, 1, 3_600_000),
    issuer: read.required('JWT_ISSUER', 'the `iss` of the tokens, such as https://login.company.example'),
    audiences: read.words('JWT_AUDIENCE', 'the `aud` of tokens for this graph, such as geai-graph'),
    algorithms: read.choices('JWT_ALGORITHMS', ALGORITHMS),
    scopesClaim: read.text('JWT_SCOPES_CLAIM') ?? 'scope',
    organizationsClaim: read.text('JWT_ORGANIZATIONS_CLAIM') ?? null,
    projectsClaim: read.text('JWT_PROJECTS_CLAIM') ?? null,
    auditClaims: read.words('AUDIT_CLAIMS'),
  };
}

function readKeySource(read: Reader): URL | string {
  const [url, file] = [read.text('JWT_JWKS_URL'), read.text('JWT_JWKS_FILE')];
  if (url && file) return read.wrong('JWT_JWKS_URL and JWT_JWKS_FILE are both set; set one.', file);
  if (file) return keySetFile(read, 'JWT_JWKS_FILE', file);
  return read.url('JWT_JWKS_URL', 'the address of the issuer’s public keys (or set JWT_JWKS_FILE)', true);
}

function readRouterProof(read: Reader): RouterProofSettings | null {
  const kind = read.choice('ROUTER_PROOF', ROUTER_PROOFS, 'header');
  const secrets = read.secrets('ROUTER_SECRET');
  return secrets.length > 0 ? { kind, secrets } : null;
}

/** Contradictions between the settings. */
export function accessContradictions({ authMode }: AccessConfig, isLoopback: boolean): string[] {
  if (authMode !== 'open' || isLoopback) return [];
  return ['AUTH_MODE=open lets everybody in, so HOST must be loopback, such as 127.0.0.1.'];
}

/** Settings that are allowed, and may not be meant. */
export function accessWarnings(
  { authMode, jwt, keyring, routerProof, tokenHeader }: AccessConfig,
  isLoopback: (host: string) => boolean,
): string[] {
  const warnings: string[] = [];
  const keys = jwt?.jwks;
  if (keys instanceof URL && keys.protocol === 'http:' && !isLoopback(keys.hostname)) {
    warnings.push('JWT_JWKS_URL is http: who is on the way can let anybody in. Use https.');
  }
  if (authMode !== 'passthrough') return warnings;
  if (keyring.length > 0) {
    warnings.push('GEAI_TOKENS is not used: with AUTH_MODE=passthrough callers present their own tokens.');
  }
  if (routerProof && tokenHeader === 'authorization') warnings.push(FORWARDED);
  return warnings;
}

const FORWARDED =
  'The router may forward tokens of the company in Authorization. One that is opaque, or comes with ProjectId, would be sent to the ' +
  'platform as a token of it. Set GEAI_TOKEN_HEADER=geai-tokens, unless the router forwards no Authorization but that of the platform.';

/** Path of a file that holds a JSON Web Key Set now, and may hold another later. */
function keySetFile(read: Reader, name: string, path: string): string {
  const text = read.file(name, path);
  if (text === null) return path;
  const value = parseJson(text);
  const keys = isJsonObject(value) && Array.isArray(value.keys) ? value.keys : [];
  if (keys.length > 0 && keys.every(isJsonObject)) return path;
  return read.wrong(`${name} names a file without keys of a JSON Web Key Set: ${redactTokens(path)}.`, path);
}
