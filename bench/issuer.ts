import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';

/** Longer than a run of everything. */
const LIFE = '12h';
const [ISSUER, AUDIENCE] = ['https://login.company.test', 'geai-graph'];

/** The company's issuer of tokens. */
export interface Issuer {
  /** Environment of a facade that takes its tokens, and those of the platform as keyring. */
  env(keyring: readonly string[]): Readonly<Record<string, string>>;
  /** A token of somebody who may read one organization. */
  token(organizationId: string): Promise<string>;
}

export async function createIssuer(): Promise<Issuer> {
  const { publicKey, privateKey } = await generateKeyPair('RS256');
  const file = join(mkdtempSync(join(tmpdir(), 'geai-bench-')), 'jwks.json');
  writeFileSync(file, JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), kid: 'bench', alg: 'RS256' }] }));
  return {
    env: (keyring) => ({
      AUTH_MODE: 'jwt',
      GEAI_TOKENS: keyring.join(' '),
      JWT_JWKS_FILE: file,
      JWT_ISSUER: ISSUER,
      JWT_AUDIENCE: AUDIENCE,
      JWT_ORGANIZATIONS_CLAIM: 'organizations',
    }),
    token: (organizationId) =>
      new SignJWT({ scope: 'openid profile geai:read geai:content:read', organizations: [organizationId] })
        .setProtectedHeader({ alg: 'RS256', kid: 'bench' })
        .setSubject(`bench of ${organizationId}`)
        .setIssuer(ISSUER)
        .setAudience(AUDIENCE)
        .setExpirationTime(LIFE)
        .sign(privateKey),
  };
}
