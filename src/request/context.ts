import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import type { Caller } from '../access/jwtVerifier.ts';
import { type Principal, UNRESTRICTED } from '../access/principal.ts';
import { Refusal } from '../access/refusal.ts';
import { onBehalfOf } from '../access/routerProof.ts';
import type { Restriction } from '../access/visibility.ts';
import type { RouterCaches } from '../cache/routerCaches.ts';
import type { ScanBudget } from '../cost/projectScan.ts';
import { Credentials } from '../credentials/credentials.ts';
import { refusedCaller } from '../credentials/errors.ts';
import type { TokenIntrospection } from '../credentials/tokenIntrospection.ts';
import { Loaders } from '../loaders/index.ts';
import type { AuditLog } from '../observability/auditLog.ts';
import type { Metrics } from '../observability/metrics.ts';
import type { OperationFacts } from '../observability/operationFacts.ts';
import type { Trace } from '../observability/trace.ts';
import { watchedStore } from '../observability/watchedStore.ts';
import type { PlatformSession } from '../platform/client/session.ts';
import type { Store } from '../store/store.ts';
import type { Ids } from '../values/ids.ts';
import type { Secret } from '../values/secret.ts';
import { AnswerTags } from './answerTags.ts';
import { Departure } from './departure.ts';
import { Admission } from './gate/admission.ts';
import { keptSeconds } from './keptSeconds.ts';
import { openSession } from './openSession.ts';
import { presenter } from './presenter.ts';
import { type RequestFacts, requestFacts } from './requestFacts.ts';
import type { Services } from './services.ts';
import type { RequestSettings } from './settings.ts';

/**
 * Context that the resolvers of one request share. New for each request; its parts are created on first use. No `#`
 * members: Apollo Server works with a copy of the context, made property by property.
 */
export class RequestContext {
  readonly requestId: string;
  /** Tags of the answer. Null if they are not told. */
  readonly tags: AnswerTags | null;
  private readonly _services: Services;
  private readonly _request: FastifyRequest;
  private readonly _reply: FastifyReply;
  private readonly _caller: Caller;
  private _log: Logger | undefined;
  private _session: PlatformSession | undefined;
  private _credentials: Credentials | undefined;
  private _loaders: Loaders | undefined;
  private _admission: Admission | undefined;
  private _departure: Departure | undefined;

  constructor(services: Services, request: FastifyRequest, reply: FastifyReply, caller: Caller) {
    this.requestId = request.id;
    this._services = services;
    this.tags = services.config.cacheTags ? new AnswerTags() : null;
    this._request = request;
    this._reply = reply;
    this._caller = caller;
  }

  /** Caller of the request. Throws `CredentialError` if the company's token is refused. */
  get principal(): Principal {
    if (this._caller instanceof Refusal) throw refusedCaller(this._caller);
    return this._caller;
  }

  /** Restriction of the caller. A refused caller has no token to see anything with. */
  get restriction(): Restriction {
    return this._caller instanceof Refusal ? UNRESTRICTED : this._caller;
  }

  /** Whom the router acts for, as it says. Null without a proof that the headers are its own: a signature is of the body alone. */
  get onBehalfOf(): string | null {
    return this._services.config.routerProof?.kind === 'header' ? onBehalfOf(this._request.headers) : null;
  }

  get settings(): RequestSettings {
    return this._services.config;
  }

  get ids(): Ids {
    return this._services.ids;
  }

  get introspection(): TokenIntrospection {
    return this._services.introspection;
  }

  get audit(): AuditLog {
    return this._services.audit;
  }

  get metrics(): Metrics {
    return this._services.metrics;
  }

  get store(): Store {
    const spans = this.trace?.spans;
    return spans ? watchedStore(this._services.store, spans) : this._services.store;
  }

  get routerCaches(): RouterCaches | null {
    return this._services.routerCaches;
  }

  get scans(): ScanBudget {
    return this._services.scans;
  }

  get log(): Logger {
    this._log ??= this._services.log.child({ requestId: this.requestId, traceId: this.trace?.traceId });
    return this._log;
  }

  get trace(): Trace | null {
    return this._request.trace;
  }

  /** Facts about the request so far. The hash of a token that was not used is computed only for a failure. */
  facts(hasFailed: boolean): RequestFacts {
    const credentials = hasFailed || this._credentials ? this.credentials : null;
    return requestFacts(this._request, { caller: this._caller, credentials, session: this._session });
  }

  /** Seconds for which routers may keep the answer. Null: not at all. */
  get keptSeconds(): number | null {
    const isOpen = this.tags?.isAmbiguous || this._credentials?.isCallersRefused;
    return isOpen ? null : keptSeconds(this._request.method, this._session);
  }

  /** True if the log of the request knows the operation. */
  get isNoted(): boolean {
    return this._request.operation !== null;
  }

  /** Hands what is known of the operation to the log of the request. */
  note(facts: OperationFacts): void {
    this._request.operation = facts;
  }

  get session(): PlatformSession {
    this._session ??= openSession(this._services, this, this._reply.raw);
    return this._session;
  }

  get credentials(): Credentials {
    this._credentials ??= new Credentials(
      presenter(this._services, this._request.headers, this),
      this.introspection,
      this.session,
      this._services.keyring ? 'keyring' : 'caller',
      this.restriction,
    );
    return this._credentials;
  }

  get loaders(): Loaders {
    this._loaders ??= this.makeLoaders();
    return this._loaders;
  }

  get admission(): Admission {
    this._admission ??= new Admission(this._services, this, this._reply.raw);
    return this._admission;
  }

  /** The end of this request, for those who must know whether its answer left. */
  get departure(): Departure {
    this._departure ??= new Departure(this._reply.raw);
    return this._departure;
  }

  /** Settles what the answer depends on leaving. Null when there is nothing; else why it must not leave, or null. */
  beforeSending(): Promise<Error | null> | null {
    return this._departure?.begin() ?? null;
  }

  /** Makes all later reads bypass caches: a change follows, and must be decided by the present state. */
  startChange(): void {
    this.session.readAfresh();
    this.loaders.startOver();
  }

  /** True if the request or the server itself runs on this token. */
  isInUse(token: Secret): boolean {
    return this.credentials.runsOn(token) || this.isServers(token);
  }

  /** True if the server itself runs on this token. */
  isServers(token: Secret): boolean {
    return this._services.config.keyring.some((own) => own.equals(token));
  }

  /** Out of the parts themselves: a copy of the context shares them. */
  private makeLoaders(): Loaders {
    const { credentials, introspection, session, ids, restriction } = this;
    const { borrowProjectTokens } = this.settings;
    return new Loaders({ credentials, introspection, session, ids, restriction, borrowProjectTokens });
  }
}
