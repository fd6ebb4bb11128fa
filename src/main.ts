import { strayNames } from './config/strayNames.ts';
import { type Config, ConfigError, isLoopback, loadConfig, settingNames } from './config.ts';
import { createLogger, standardOutput } from './observability/logger.ts';
import { closeLimitMs, createServer } from './server.ts';
import { endOnSignal } from './shutdown.ts';
import { VERSION } from './values/version.ts';

/** Time of waiting for the last lines of the log. Milliseconds. */
const FLUSH_MS = 1_000;

const STATE_IN_MEMORY =
  'Idempotency keys and rotations are kept in memory only: a restart forgets them, and replicas know nothing of each ' +
  "other's. Set STATE_FILE for one process, REDIS_URL for several.";

const TOKENS_IN_THE_CLEAR =
  'GEAI_BASE_URL is http: tokens travel in the clear. Use https unless the network itself encrypts.';
const KEYS_IN_THE_CLEAR = 'JWT_JWKS_URL is http: who is on the way can let anybody in. Use https.';
const KEYRING_UNUSED = 'GEAI_TOKENS is not used: with AUTH_MODE=passthrough callers present their own tokens.';

async function main(): Promise<void> {
  const config = loadConfig(process.env);
  const output = standardOutput(config.serviceName);
  const log = createLogger(config.logLevel, output, config.serviceName);
  for (const warning of warningsOf(config)) log.warn(warning);
  const created = createServer(config, log);
  process.on('SIGHUP', () => {
    created
      .then((server) => server.reload())
      .then(
        () => log.info('audit log reopened'),
        (error) => log.error({ err: error }, 'audit log not reopened'),
      );
  });
  // Before it listens too: as the first process of a container, nothing else would end it.
  endOnSignal({
    log,
    stop: async () => (await created).close(),
    flush: () => output.flush(FLUSH_MS),
    limitMs: closeLimitMs(config),
  });
  const address = await (await created).listen();
  void (await created).checkPlatform();
  log.info({ address, ...factsOf(config) }, 'listening');
}

/** Warnings about settings that the operator probably did not mean. */
function warningsOf({ baseUrl, jwt, authMode, keyring, redisUrl, stateFile }: Config): string[] {
  const isInTheClear = (url: URL) => url.protocol === 'http:' && !isLoopback(url.hostname);
  const warnings = strayNames(process.env, settingNames().all);
  if (isInTheClear(baseUrl)) warnings.push(TOKENS_IN_THE_CLEAR);
  if (jwt?.jwks instanceof URL && isInTheClear(jwt.jwks)) warnings.push(KEYS_IN_THE_CLEAR);
  if (authMode === 'passthrough' && keyring.length > 0) warnings.push(KEYRING_UNUSED);
  if (redisUrl === null && stateFile === null) warnings.push(STATE_IN_MEMORY);
  return warnings;
}

/** Facts that tell a replica from another. */
function factsOf(config: Config): object {
  const { authMode, cache, redisUrl, stateFile, borrowProjectTokens, explorer, introspection } = config;
  return {
    version: VERSION,
    node: process.version,
    authMode,
    cache,
    store: redisUrl ? 'redis' : stateFile === null ? 'memory' : 'file',
    borrowing: borrowProjectTokens,
    routerProof: config.routerProof?.kind ?? 'none',
    proxy: config.proxy !== null,
    explorer,
    introspection,
  };
}

main().catch((error: unknown) => {
  const isExpected = error instanceof ConfigError || (error instanceof Error && 'code' in error && 'port' in error);
  console.error(isExpected ? error.message : error);
  process.exitCode = 1;
});
