import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import type { Caller } from '../access/jwtVerifier.ts';
import { type Principal, UNRESTRICTED } from '../access/principal.ts';
import { Refusal } from '../access/refusal.ts';
import { onBehalfOf } from '../access/routerProof.ts';
import type { Restriction } from '../access/visibility.ts';
import type { RouterCaches } from '../cache/routerCaches.ts';
import type { CostPlan } from '../cost/plan.ts';
import { ScanBudget } from '../cost/projectScan.ts';
import { Credentials } from '../credentials/credentials.ts';
import { refusedCaller } from '../credentials/errors.ts';
import type { TokenIntrospection } from '../credentials/tokenIntrospection.ts';
import { Loaders } from '../loaders/index.ts';
import type { AuditLog } from '../observability/auditLog.ts';
import type { Metrics } from '../observability/metrics.ts';
import type { OperationFacts } from '../observability/operationFacts.ts';
import { RequestOrigin, type Trace } from '../observability/trace.ts';
import { watchedStore } from '../observability/watchedStore.ts';
import { KEPT_MS } from '../platform/client/endpoint.ts';
import type { PlatformSession } from '../platform/client/session.ts';
import type { Store } from '../store/store.ts';
import type { Ids } from '../values/ids.ts';
import type { Secret } from '../values/secret.ts';
import { reportAttempt } from './attemptReport.ts';
import { cancelWhenOver, Departure } from './departure.ts';
import { presenter } from './presenter.ts';
import { type RequestFacts, requestFacts } from './requestFacts.ts';
import type { Services } from './services.ts';

/** Work of a request and of a call, in objects of an answer. */
const WEIGHT_OF_REQUEST = 20;
const WEIGHT_OF_CALL = 10;

/**
 * Context that the resolvers of one request share. New for each request; its parts are created on first use. No `#`
 * members: Apollo Server works with a copy of the context, made property by property.
 */
export class RequestContext {
  readonly requestId: string;
  /** Work that the operation may be, as `weigh` found it. */
  weight = 0;
  private readonly _services: Services;
  private readonly _request: FastifyRequest;
  private readonly _reply: FastifyReply;
  private readonly _caller: Caller;
  private _hasEntered = false;
  private _log: Logger | undefined;
  private _session: PlatformSession | undefined;
  private _credentials: Credentials | undefined;
  private _loaders: Loaders | undefined;
  private _departure: Departure | undefined;

  constructor(services: Services, request: FastifyRequest, reply: FastifyReply, caller: Caller) {
    this.requestId = request.id;
    this._services = services;
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
  private get restriction(): Restriction {
    return this._caller instanceof Refusal ? UNRESTRICTED : this._caller;
  }

  /** Whom the router acts for, as it says. Null without a proof that the headers are its own: a signature is of the body alone. */
  get onBehalfOf(): string | null {
    return this._services.config.routerProof?.kind === 'header' ? onBehalfOf(this._request.headers) : null;
  }

  /** True if every mutation takes a reason: `REQUIRE_REASON`. */
  get requireReason(): boolean {
    return this._services.config.requireReason;
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

  /** For how long a change is watched until the platform acts on it, at most. Milliseconds. */
  get verifyTimeoutMs(): number {
    return this._services.config.verifyTimeoutMs;
  }

  /** After this long a write is no longer under way at the platform. Milliseconds. */
  get upstreamTimeoutMs(): number {
    return this._services.config.upstreamTimeoutMs;
  }

  /** After this long a request sends nothing any more. Milliseconds. */
  get upstreamDeadlineMs(): number {
    return this._services.config.upstreamDeadlineMs;
  }

  /** Bound on the projects that one field looks through. */
  get scans(): ScanBudget {
    return new ScanBudget(this._services.config.upstreamCallBudget);
  }

  /** True if an organization token also opens the inside of its projects. */
  get borrowProjectTokens(): boolean {
    return this._services.config.borrowProjectTokens;
  }

  /** True if the texts of requests may be read: `EXPOSE_REQUEST_CONTENT`. */
  get exposeRequestContent(): boolean {
    return this._services.config.exposeRequestContent;
  }

  get log(): Logger {
    this._log ??= this._services.log.child({
      requestId: this.requestId,
      ...(this.trace && { traceId: this.trace.traceId }),
    });
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

  /**
   * Whole seconds for which the facade keeps everything that it read, at most five. Null below one, without a call, and for a GET: a
   * browser keeps that under its address alone.
   */
  get keptSeconds(): number | null {
    if (this._request.method !== 'POST' || !this._session) return null;
    const { keptUntil } = this._session;
    if (keptUntil === Number.POSITIVE_INFINITY) return null;
    const milliseconds = Math.min(keptUntil - performance.now(), KEPT_MS.forSeconds);
    return milliseconds < 1_000 ? null : Math.floor(milliseconds / 1_000);
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
    this._session ??= this.openSession();
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

  /** Takes the measure of the operation from its plan. */
  weigh({ calls, objects }: Pick<CostPlan, 'calls' | 'objects'>): void {
    this.weight = WEIGHT_OF_REQUEST + objects + calls * WEIGHT_OF_CALL;
  }

  /** Waits until the operation may begin: null if it may at once. Throws `OVERLOADED`. */
  enter(): Promise<void> | null {
    if (this._hasEntered) return null;
    this._hasEntered = true;
    return this._services.gate.enter(this);
  }

  /** Key of the caller at the gate. Callers that no call was made for yet share one. */
  get gateKey(): string {
    const mark = this.facts(true).caller;
    const isKnown = mark !== null && (this.principal.subject !== null || this._services.platform.knows(mark));
    return isKnown ? mark : 'stranger';
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
    const { credentials, introspection, session, ids, restriction, borrowProjectTokens } = this;
    return new Loaders({ credentials, introspection, session, ids, restriction, borrowProjectTokens });
  }

  private openSession(): PlatformSession {
    const origin = new RequestOrigin(this.requestId, this.trace);
    const { platform, gate } = this._services;
    const resume = () => gate.resume(this);
    const session = platform.session((attempt) => reportAttempt(attempt, this._services, this), origin, resume);
    cancelWhenOver(this._reply.raw, session);
    return session;
  }
}
