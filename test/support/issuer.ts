import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type CryptoKey, exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';

/** A key of an issuer, and the name that it is published under. */
export interface SigningKey {
  readonly kid: string;
  readonly alg: string;
  readonly privateKey: CryptoKey;
  readonly published: JWK;
}

/** An issuer of the company's tokens on loopback. */
export interface Issuer {
  /** Address of its keys. */
  readonly url: string;
  readonly key: SigningKey;
  /** Look-ups of the keys so far. */
  lookUps(): number;
  /** Replaces the published keys. */
  publish(...keys: readonly SigningKey[]): void;
  /** Replaces what is answered: by default the published keys. */
  answerWith(answer: ((response: ServerResponse) => void) | null): void;
  /** A token that `JWT` accepts, but for what is given. An undefined claim is left out. */
  token(claims?: Readonly<Record<string, unknown>>, signing?: SigningKey): Promise<string>;
  close(): Promise<void>;
}

export const ISSUER = 'https://login.company.test';
export const AUDIENCE = 'geai-graph';
export const SUBJECT = 'ada@company.test';

/** Time in seconds since 1970, and so many more. */
export function secondsFromNow(seconds: number): number {
  return Math.floor(Date.now() / 1_000) + seconds;
}

export async function signingKey(kid: string, alg = 'ES256'): Promise<SigningKey> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
  return { kid, alg, privateKey, published: { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' } };
}

/** Starts an issuer with one key. Close it when done. */
export async function startIssuer(): Promise<Issuer> {
  const key = await signingKey('first');
  let published: readonly SigningKey[] = [key];
  let answer: ((response: ServerResponse) => void) | null = null;
  let lookUps = 0;
  const server = createServer((_request, response) => {
    lookUps += 1;
    if (answer) answer(response);
    else response.end(JSON.stringify({ keys: published.map((one) => one.published) }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks`,
    key,
    lookUps: () => lookUps,
    publish: (...keys) => {
      published = keys;
    },
    answerWith: (replacement) => {
      answer = replacement;
    },
    token: (claims = {}, { kid, alg, privateKey } = key) => {
      const usual = { iss: ISSUER, aud: AUDIENCE, sub: SUBJECT, exp: secondsFromNow(300), scope: 'geai:read' };
      const all = Object.entries({ ...usual, ...claims }).filter(([, value]) => value !== undefined);
      return new SignJWT(Object.fromEntries(all)).setProtectedHeader({ alg, kid }).sign(privateKey);
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Environment of a facade that takes the tokens of an issuer. */
export function jwtMode(issuer: Pick<Issuer, 'url'>, tokens: readonly string[]): Record<string, string> {
  return {
    AUTH_MODE: 'jwt',
    GEAI_TOKENS: tokens.join(' '),
    JWT_JWKS_URL: issuer.url,
    JWT_JWKS_COOLDOWN_MS: '20',
    JWT_ISSUER: ISSUER,
    JWT_AUDIENCE: AUDIENCE,
  };
}
