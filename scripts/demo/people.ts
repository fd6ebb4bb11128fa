import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { PERMISSIONS } from '../../src/access/permissions.ts';

const ISSUER = 'https://login.demo.example';
const AUDIENCE = 'geai-graph';
const KEY_NAME = 'demo';
const ALGORITHM = 'ES256';
const LIFE = '12h';

/** Two people of a made-up company, whose issuer lives as long as the demo. */
export interface People {
  /** Settings of the facade. */
  readonly env: Readonly<Record<string, string>>;
  /** Tokens by what their holders may do. */
  readonly tokens: readonly (readonly [who: string, jwt: string])[];
  leave(): Promise<void>;
}

/** Makes a key for this run, and a token each for who may do all and who may read. */
export async function invitePeople(): Promise<People> {
  const { privateKey, publicKey } = await generateKeyPair(ALGORITHM);
  const folder = await mkdtemp(join(tmpdir(), 'geai-demo-'));
  const file = join(folder, 'jwks.json');
  const key = { ...(await exportJWK(publicKey)), kid: KEY_NAME, alg: ALGORITHM, use: 'sig' };
  await writeFile(file, JSON.stringify({ keys: [key] }));
  const tokenOf = (subject: string, scope: string) =>
    new SignJWT({ scope })
      .setProtectedHeader({ alg: ALGORITHM, kid: KEY_NAME })
      .setIssuer(ISSUER)
      .setAudience(AUDIENCE)
      .setSubject(subject)
      .setExpirationTime(LIFE)
      .sign(privateKey);
  return {
    env: { AUTH_MODE: 'jwt', JWT_JWKS_FILE: file, JWT_ISSUER: ISSUER, JWT_AUDIENCE: AUDIENCE },
    tokens: [
      ['Ada, who may do everything', await tokenOf('ada@demo.example', PERMISSIONS.join(' '))],
      ['Bob, who may read', await tokenOf('bob@demo.example', 'geai:read')],
    ],
    leave: () => rm(folder, { recursive: true }),
  };
}
