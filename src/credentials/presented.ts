import type { IncomingHttpHeaders } from 'node:http';
import type { TokenHeader } from '../config/access.ts';
import type { Credential, Fingerprint } from '../platform/client/credential.ts';
import { bearerToken } from '../values/bearerToken.ts';
import { isJsonWebToken, Secret } from '../values/secret.ts';
import { asUuid } from '../values/uuid.ts';
import { CredentialError } from './errors.ts';

/** A token as it came with a request, or out of the keyring. Nothing is known of it yet. */
export interface PresentedToken {
  readonly secret: Secret;
  /** The project that a user's OAuth token is used in. Null for API tokens. */
  readonly oauthProjectId: string | null;
  /** Keyed hash, once it was computed. Tokens of the keyring have it from the start. */
  fingerprint?: Fingerprint;
  /** Organization and project of the token, once the platform told them; null if it refuses the token. Tokens of the keyring keep them. */
  opens?: Pick<Credential, 'organizationId' | 'projectId'> | null;
}

const TOKEN = /^[A-Za-z0-9\-._~+/]{1,4096}=*$/;
const MAX_TOKENS = 20;

/**
 * The tokens of a request: `Authorization: Bearer <token>` and any more in `geai-tokens: <token>, <token>`. With the header
 * `ProjectId` the first is a user's OAuth token. If `tokenHeader` is `geai-tokens`, `Authorization` is not looked at: it holds what is
 * not of the platform. Throws `CredentialError` when a header is not of that form.
 */
export function readPresentedTokens(
  headers: IncomingHttpHeaders,
  tokenHeader: TokenHeader = 'authorization',
): PresentedToken[] {
  const oauthProjectId = readProjectId(headers.projectid);
  const values = readTokenList(headers['geai-tokens']);
  const isFirstInList = tokenHeader === 'geai-tokens';
  const first = isFirstInList ? values.shift() : readBearer(headers.authorization);
  if (first === undefined && oauthProjectId !== null) {
    throw malformed(`\`ProjectId\` comes without a token in \`${isFirstInList ? tokenHeader : 'Authorization'}\``);
  }
  const tokens = values.map(apiToken);
  if (first === undefined) return withoutRepetition(tokens);
  if (oauthProjectId !== null) tokens.unshift({ secret: new Secret(first), oauthProjectId });
  else if (!isJsonWebToken(first)) tokens.unshift(apiToken(first));
  // A token of the company that a router forwards goes nowhere.
  else if (tokens.length === 0 || isFirstInList) throw foreign();
  return withoutRepetition(tokens);
}

function readBearer(header: string | undefined): string | undefined {
  if (header === undefined) return undefined;
  const value = bearerToken(header);
  if (value !== null && (TOKEN.test(value) || isJsonWebToken(value))) return value;
  throw malformed('`Authorization` is not of the form `Bearer <token>`');
}

function readTokenList(header: string | string[] | undefined): string[] {
  if (header === undefined) return [];
  const values = String(header)
    .split(',')
    .map((value) => value.trim());
  if (values.some((value) => !TOKEN.test(value)))
    throw malformed('`geai-tokens` is not of the form `<token>, <token>`');
  if (values.length > MAX_TOKENS) throw malformed(`\`geai-tokens\` holds more than ${MAX_TOKENS} tokens`);
  return values;
}

/** An API token. The platform's are no JSON Web Tokens. */
function apiToken(value: string): PresentedToken {
  if (isJsonWebToken(value)) throw foreign();
  return { secret: new Secret(value), oauthProjectId: null };
}

function readProjectId(header: string | string[] | undefined): string | null {
  if (header === undefined) return null;
  const id = typeof header === 'string' ? asUuid(header.trim()) : null;
  if (id !== null) return id;
  throw malformed('`ProjectId` is not a UUID');
}

function withoutRepetition(tokens: PresentedToken[]): PresentedToken[] {
  if (tokens.length < 2) return tokens;
  return tokens.filter((token, index) => tokens.findIndex((other) => other.secret.equals(token.secret)) === index);
}

function malformed(problem: string): CredentialError {
  return new CredentialError('UNAUTHENTICATED', `The header ${problem}.`);
}

function foreign(): CredentialError {
  return new CredentialError(
    'UNAUTHENTICATED',
    'The request presents a JSON Web Token, which is not an API token of the platform. It was not sent to the platform. ' +
      "With a user's token of the platform, send the header `ProjectId` too. Tokens of the company require a server with " +
      '`AUTH_MODE=jwt`.',
  );
}
