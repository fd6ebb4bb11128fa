import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { loadConfig } from '../../src/config.ts';
import { HTTP_TIMES } from '../../src/http/app.ts';
import { createLogger } from '../../src/observability/logger.ts';
import { createServer, type Server } from '../../src/server.ts';
import type { Restricted } from '../access/restricted.ts';
import { TEST_ID_SECRET } from '../support/facade.ts';
import { jwtMode } from '../support/issuer.ts';

export const ROUTER_SECRET = 'test-only-secret-of-the-router-of-32';

/** Callers bring platform tokens; or those of the company, through the router; or ask for trusted documents only. */
export const SERVER_NAMES = ['passthrough', 'jwt', 'trusted'] as const;
export type ServerName = (typeof SERVER_NAMES)[number];

export interface FuzzedServer {
  readonly url: string;
  close(): Promise<void>;
}

/** The manifest. */
export const TRUSTED = { 'relay-md5': '{ __typename }', small: '{ viewer { scopes } }' };

/** Starts the three servers over one emulator. `onLog` gets every chunk of their logs, and of the audit log. */
export async function startServers(
  { emulator, issuer, model, projects }: Restricted,
  folder: string,
  onLog: (chunk: string) => void,
): Promise<Record<ServerName, FuzzedServer>> {
  const manifest = join(mkdtempSync(join(folder, 'fuzz-')), 'manifest.json');
  writeFileSync(manifest, JSON.stringify(TRUSTED));
  const tokens = [...model.organizations.map(({ token }) => token), projects[0]!.apiTokens[0]!.secret];
  const claims = { JWT_ORGANIZATIONS_CLAIM: 'organizations', JWT_PROJECTS_CLAIM: 'projects' };
  const start = (env: Record<string, string>) => startServer(emulator.url, env, onLog);
  return {
    passthrough: await start({ TRUSTED_DOCUMENTS: manifest, GEAI_BORROW_PROJECT_TOKENS: 'true', CACHE: 'off' }),
    jwt: await start({ ...jwtMode(issuer, tokens), ...claims, ROUTER_SECRET, REQUIRE_REASON: 'true' }),
    trusted: await start({ TRUSTED_DOCUMENTS: manifest, TRUSTED_DOCUMENTS_ONLY: 'true' }),
  };
}

async function startServer(baseUrl: string, env: Record<string, string>, onLog: (chunk: string) => void) {
  const config = loadConfig({
    PORT: '0',
    GEAI_BASE_URL: baseUrl,
    ID_SECRET: TEST_ID_SECRET,
    LOG_LEVEL: 'debug',
    // Short, so that what hangs upstream holds up nothing.
    UPSTREAM_TIMEOUT_MS: '100',
    UPSTREAM_DEADLINE_MS: '300',
    VERIFY_TIMEOUT_MS: '50',
    CORS_ORIGINS: 'https://studio.apollographql.com',
    ...env,
  });
  const output = new Writable({
    write: (chunk, _encoding, done) => {
      onLog(String(chunk));
      done();
    },
  });
  const log = createLogger(config.logLevel, output);
  const server: Server = await createServer(config, log, output, { ...HTTP_TIMES, quiet: 0 });
  return { url: await server.listen(), close: () => server.close() };
}
