import { setFlagsFromString } from 'node:v8';
import { strayNames } from './config/strayNames.ts';
import { type Config, ConfigError, loadConfig, settingNames, warningsOf } from './config.ts';
import { createLogger, standardOutput } from './observability/logger.ts';
import { closeLimitMs, createServer } from './server.ts';
import { endOnSignal } from './shutdown.ts';

/**
 * The engine may take objects of requests for ones that last, by how many survived its first collections. Every other process then
 * copies eight times as much in each collection, for as long as it lives (docs/decisions/15).
 */
const NO_PRETENURING = '--no-allocation-site-pretenuring';

/** Time of waiting for the last lines of the log. Milliseconds. */
const FLUSH_MS = 1_000;

async function main(): Promise<void> {
  setFlagsFromString(NO_PRETENURING);
  // Diagnostic reports hold the environment otherwise, and with it secrets.
  process.report.excludeEnv = true;
  const config = loadConfig(process.env);
  const output = standardOutput(config.serviceName);
  const log = createLogger(config.logLevel, output, config.serviceName);
  const warnings = [...strayNames(process.env, settingNames().all), ...warningsOf(config)];
  for (const warning of warnings) log.warn(warning);
  const created = createServer(config, log);
  const reloaded = config.auditLog === null ? 'no audit file to reopen' : 'audit log reopened';
  process.on('SIGHUP', () => {
    created
      .then((server) => server.reload())
      .then(
        () => log.info(reloaded),
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

/** Facts that tell a replica from another. */
function factsOf(config: Config): object {
  const { authMode, cache, redisUrl, stateFile, borrowProjectTokens, explorer, introspection } = config;
  return {
    node: process.version,
    platform: config.baseUrl.origin,
    healthPort: config.healthPort,
    metricsPort: config.metricsPort,
    spans: config.traces?.sampler ?? 'none',
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

/** True for an address that is taken, is of another machine, or has a name that leads nowhere. */
function isOfAddress(error: unknown): error is Error {
  return error instanceof Error && 'syscall' in error && /^(listen|getaddrinfo)$/.test(String(error.syscall));
}

main().catch((error: unknown) => {
  const isExpected = error instanceof ConfigError || isOfAddress(error);
  console.error(isExpected ? error.message : error);
  // Variables that are missing may be there under mistyped names.
  const stray = error instanceof ConfigError ? strayNames(process.env, settingNames().all) : [];
  for (const warning of stray) console.error(`  - ${warning}`);
  process.exitCode = 1;
});
