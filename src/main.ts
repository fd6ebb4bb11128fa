import { ConfigError, isLoopback, loadConfig } from './config.ts';
import { createLogger } from './logger.ts';
import { createServer } from './server.ts';

/** Requests under way are given this long to finish after a signal: a little more than the longest upstream deadline. */
const DRAIN_GRACE_MS = 5_000;

async function main(): Promise<void> {
  const config = loadConfig(process.env);
  const log = createLogger(config.logLevel);
  if (config.baseUrl.protocol === 'http:' && !isLoopback(config.baseUrl.hostname)) {
    log.warn('GEAI_BASE_URL is http: tokens travel in the clear. Use https unless the network itself encrypts.');
  }
  if (config.authMode === 'passthrough' && config.keyring.length > 0) {
    log.warn('GEAI_TOKENS is not used: with AUTH_MODE=passthrough callers present their own tokens.');
  }
  const created = createServer(config, log);
  process.on('SIGHUP', () => {
    created
      .then((server) => server.reopenAuditLog())
      .then(
        () => log.info('audit log reopened'),
        (error) => log.error({ err: error }, 'audit log not reopened'),
      );
  });
  const server = await created;
  const address = await server.listen();
  log.info({ address, authMode: config.authMode, explorer: config.explorer }, 'listening');

  const drain = (signal: string) => {
    log.info({ signal }, 'draining');
    setTimeout(() => process.exit(1), config.upstreamDeadlineMs + DRAIN_GRACE_MS).unref();
    server.close().then(
      () => log.info('stopped'),
      (error) => {
        log.error({ err: error }, 'could not stop cleanly');
        process.exitCode = 1;
      },
    );
  };
  process.once('SIGTERM', drain);
  process.once('SIGINT', drain);
}

main().catch((error: unknown) => {
  const isExpected = error instanceof ConfigError || (error instanceof Error && 'code' in error && 'port' in error);
  console.error(isExpected ? error.message : error);
  process.exitCode = 1;
});
