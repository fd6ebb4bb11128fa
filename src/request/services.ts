import type { Writable } from 'node:stream';
import type { Logger } from 'pino';
import { createCaches } from '../cache/index.ts';
import { RouterCaches } from '../cache/routerCaches.ts';
import type { Config } from '../config.ts';
import { ScanBudget } from '../cost/projectScan.ts';
import { OwnTokens } from '../credentials/ownTokens.ts';
import type { PresentedToken } from '../credentials/presented.ts';
import { TokenIntrospection } from '../credentials/tokenIntrospection.ts';
import { openAuditFile } from '../observability/auditFile.ts';
import { type AuditLog, auditStream } from '../observability/auditLog.ts';
import { createMetrics, type Metrics } from '../observability/metrics.ts';
import { openTracing, type Tracing } from '../observability/tracing.ts';
import type { Caches } from '../platform/client/answerCache.ts';
import { Platform } from '../platform/platform.ts';
import { connectRedis, type Redis } from '../redis.ts';
import { openStore } from '../store/open.ts';
import type { Store } from '../store/store.ts';
import { createIds, type Ids } from '../values/ids.ts';
import { Gate } from './gate/gate.ts';

/** Services that all requests share, for the life of the process. */
export interface Services {
  readonly config: Config;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly tracing: Tracing;
  /** Audit log of mutations, called by `audited`. */
  readonly audit: AuditLog;
  readonly redis: Redis | null;
  /** State that outlives the request: idempotency records, rotations. Never a secret. */
  readonly store: Store;
  readonly routerCaches: RouterCaches | null;
  readonly platform: Platform;
  readonly introspection: TokenIntrospection;
  readonly ids: Ids;
  /** The facade's own tokens, where requests run on them. Null where callers present theirs. */
  readonly keyring: readonly PresentedToken[] | null;
  /** Watch of those tokens. */
  readonly ownTokens: OwnTokens | null;
  /** Bound on the projects that one field looks through. */
  readonly scans: ScanBudget;
  /** Gate in front of execution. */
  readonly gate: Gate;
}

/** Opens the services, in the order in which they need each other. Audit events go to `output` unless a file is named. */
export async function openServices(config: Config, log: Logger, output: Writable): Promise<Services> {
  const audit = await openAudit(config, output);
  const redis = config.redisUrl ? connectRedis(config.redisUrl, log) : null;
  const { stateFile: file, idSecret, formerIdSecret, baseUrl } = config;
  const store = openStore({ redis, file, idSecret, formerIdSecret, platform: baseUrl, log });
  const metrics = createMetrics(config.metricsOperations);
  const tracing = await openTracing(config.traces, config.serviceName, baseUrl, log, config.proxy);
  const routerCaches = config.routerCaches && new RouterCaches(config.routerCaches, log);
  const caches = { ...createCaches(config.cache, redis, log), routers: routerCaches };
  const platform = openPlatform(config, caches, metrics, log);
  const introspection = new TokenIntrospection(idSecret, baseUrl, caches);
  const ids = createIds(idSecret, formerIdSecret);
  const keyring = config.authMode === 'passthrough' ? null : config.keyring.map((own) => introspection.marked(own));
  const ownTokens = keyring && new OwnTokens(keyring, log);
  const scans = new ScanBudget(config.upstreamCallBudget);
  const gate = new Gate(metrics.countShed);
  const observers = { log, metrics, tracing, audit };
  return {
    config,
    ...observers,
    redis,
    store,
    routerCaches,
    platform,
    introspection,
    ids,
    keyring,
    ownTokens,
    scans,
    gate,
  };
}

/** Closes the services once no request is under way. */
export async function closeServices({ platform, store, audit, redis, tracing }: Services): Promise<void> {
  await platform.close();
  await store.close();
  await audit.close();
  await redis?.close();
  await tracing.close();
}

async function openAudit({ auditLog, auditTimeoutMs }: Config, output: Writable): Promise<AuditLog> {
  return auditLog === null ? auditStream(output, auditTimeoutMs) : openAuditFile(auditLog, auditTimeoutMs);
}

function openPlatform(config: Config, caches: Caches, { reads }: Metrics, log: Logger): Platform {
  const { baseUrl, upstreamTimeoutMs, upstreamDeadlineMs, upstreamMaxCalls, proxy } = config;
  const bounds = {
    attemptTimeoutMs: upstreamTimeoutMs,
    deadlineMs: upstreamDeadlineMs,
    maxCalls: upstreamMaxCalls,
  };
  const onBreaker = (family: string, isOpen: boolean) => {
    if (isOpen) log.warn({ family }, 'most calls of a family fail: reads of it fail at once, and one a second tries');
    else log.info({ family }, 'calls of a family are answered again');
  };
  return new Platform({ baseUrl, ...bounds, proxy, onBreaker }, caches, undefined, reads);
}
