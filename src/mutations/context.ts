import type { Logger } from 'pino';
import type { Principal } from '../access/principal.ts';
import type { RouterCaches } from '../cache/routerCaches.ts';
import type { Credentials } from '../credentials/credentials.ts';
import type { TokenIntrospection } from '../credentials/tokenIntrospection.ts';
import type { Loaders } from '../loaders/index.ts';
import type { AuditLog } from '../observability/auditLog.ts';
import type { Metrics } from '../observability/metrics.ts';
import type { PlatformSession } from '../platform/client/session.ts';
import type { RequestSettings } from '../request/settings.ts';
import type { Settlements } from '../request/settlement.ts';
import type { Store } from '../store/store.ts';
import type { Ids } from '../values/ids.ts';
import type { Secret } from '../values/secret.ts';

/** Parts of a request that mutations need. None of them is HTTP. */
export interface MutationContext {
  readonly requestId: string;
  /** Caller, and what exists for them. */
  readonly principal: Principal;
  /** Whom the router acts for, as it says. Null without a proof that the request came through it. */
  readonly onBehalfOf: string | null;
  readonly settings: RequestSettings;
  readonly credentials: Credentials;
  readonly introspection: TokenIntrospection;
  /** Reads, memoized for the request. */
  readonly loaders: Loaders;
  readonly session: PlatformSession;
  readonly ids: Ids;
  /** State that outlives the request. */
  readonly store: Store;
  readonly audit: AuditLog;
  readonly metrics: Metrics;
  readonly log: Logger;
  /** Steps that depend on the answer leaving. */
  readonly departure: Settlements;
  /** Caches of routers that are told of changes. Null if there are none. */
  readonly routerCaches: RouterCaches | null;
  /** Drops everything that was read before the change. */
  startChange(): void;
  /** True if the request or the server runs on the token. */
  isInUse(token: Secret): boolean;
  /** True if the server runs on the token. */
  isServers(token: Secret): boolean;
}
