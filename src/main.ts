import { ConfigError, isLoopback, loadConfig } from './config.ts';
import { createLogger, standardOutput } from './observability/logger.ts';
import { closeLimitMs, createServer } from './server.ts';
import { endOnSignal } from './shutdown.ts';

/** Time of waiting for the last lines of the log. Milliseconds. */
const FLUSH_MS = 1_000;

const STATE_IN_MEMORY =
  'Idempotency keys and rotations are kept in memory only: a restart forgets them, and replicas know nothing of each ' +
  "other's. Set STATE_FILE for one process, REDIS_URL for several.";

async function main(): Promise<void> {
  const config = loadConfig(process.env);
  const output = standardOutput(config.serviceName);
  const log = createLogger(config.logLevel, output, config.serviceName);
  if (config.baseUrl.protocol === 'http:' && !isLoopback(config.baseUrl.hostname)) {
    log.warn('GEAI_BASE_URL is http: tokens travel in the clear. Use https unless the network itself encrypts.');
  }
  const keys = config.jwt?.jwks;
  if (keys instanceof URL && keys.protocol === 'http:' && !isLoopback(keys.hostname)) {
    log.warn('JWT_JWKS_URL is http: who is on the way can let anybody in. Use https.');
  }
  if (config.authMode === 'passthrough' && config.keyring.length > 0) {
    log.warn('GEAI_TOKENS is not used: with AUTH_MODE=passthrough callers present their own tokens.');
  }
  if (config.redisUrl === null && config.stateFile === null) log.warn(STATE_IN_MEMORY);
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
  log.info({ address, authMode: config.authMode, explorer: config.explorer }, 'listening');
}

main().catch((error: unknown) => {
  const isExpected = error instanceof ConfigError || (error instanceof Error && 'code' in error && 'port' in error);
  console.error(isExpected ? error.message : error);
  process.exitCode = 1;
});
