import type { IncomingHttpHeaders } from 'node:http';
import { Secret } from '../values/secret.ts';
import { asUuid } from '../values/uuid.ts';
import { CredentialError } from './errors.ts';

/** A token as it came with a request, or out of the keyring. Nothing is known of it yet. */
export interface PresentedToken {
  readonly secret: Secret;
  /** The project that a user's OAuth token is used in. Null for API tokens. */
  readonly oauthProjectId: string | null;
}

const BEARER = /^Bearer +(\S+)$/i;
const TOKEN = /^[A-Za-z0-9\-._~+/]{1,4096}=*$/;
const MAX_TOKENS = 20;

/**
 * The tokens of a request: `Authorization: Bearer <token>` and any more in `geai-tokens: <token>, <token>`. With the header
 * `ProjectId` the first is a user's OAuth token. Throws `CredentialError` when a header is not of that form.
 */
export function readPresentedTokens(headers: IncomingHttpHeaders): PresentedToken[] {
  const oauthProjectId = readProjectId(headers.projectid);
  const tokens: PresentedToken[] = [];
  if (headers.authorization !== undefined) {
    const value = BEARER.exec(headers.authorization.trim())?.[1];
    if (value === undefined || !TOKEN.test(value))
      throw malformed('`Authorization` is not of the form `Bearer <token>`');
    tokens.push({ secret: new Secret(value), oauthProjectId });
  } else if (oauthProjectId !== null) {
    throw malformed('`ProjectId` comes without an `Authorization` header');
  }
  for (const secret of readTokenList(headers['geai-tokens'])) tokens.push({ secret, oauthProjectId: null });
  return withoutRepetition(tokens);
}

function readTokenList(header: string | string[] | undefined): Secret[] {
  if (header === undefined) return [];
  const values = String(header)
    .split(',')
    .map((value) => value.trim());
  if (values.some((value) => !TOKEN.test(value)))
    throw malformed('`geai-tokens` is not of the form `<token>, <token>`');
  if (values.length > MAX_TOKENS) throw malformed(`\`geai-tokens\` holds more than ${MAX_TOKENS} tokens`);
  return values.map((value) => new Secret(value));
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
