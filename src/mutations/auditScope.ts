import { randomUUID } from 'node:crypto';
import { unavailable } from '../errors.ts';
import type { AuditActor, AuditEntry, AuditEvent, AuditOutcome } from '../observability/auditEntry.ts';
import { type Credential, isAccepted } from '../platform/client/credential.ts';
import { excerpts } from '../values/excerpt.ts';
import { auditResultOf, isReturned, type SecretDelivery } from './auditOutcome.ts';
import type { MutationContext } from './context.ts';

/** Facts about a mutation that are known before it begins. */
export interface AuditedMutation {
  /** Name of the mutation, such as `blockApiToken`. */
  readonly action: string;
  /** Public id of the target. Null if it is known later: see `AuditScope.note`. */
  readonly target: string | null;
  readonly reason?: string | null | undefined;
  /** Facts of this kind of mutation only, such as the name of a new token. */
  readonly details?: Details;
}

type Details = Readonly<Record<string, unknown>>;

/** Facts that a running mutation adds. Later facts replace earlier ones; details are merged. */
export type AuditFacts = Partial<Pick<AuditEvent, 'target' | 'before' | 'after' | 'changed'>> & {
  /** Verification of the change. Anything but `CONFIRMED` is no success. */
  readonly verification?: { readonly outcome: string } | null;
  readonly details?: Details;
  /** State of the created secret. */
  readonly secret?: SecretDelivery;
};

/** Audit log of one running mutation. */
export interface AuditScope {
  /** Adds facts to the event. Takes ids, names and statuses; never a secret. */
  note(facts: AuditFacts): void;
  /** Sets the credential that the mutation runs on. */
  actor(credential: Credential): void;
  /**
   * Writes the intent line. Call it before the first write to the platform; later calls do nothing. Throws `AUDIT_UNAVAILABLE`
   * if the line cannot be written; send nothing then.
   */
  beforeWriting(): Promise<void>;
}

/** Parts of the request that the audit log needs. */
export type AuditContext = Pick<
  MutationContext,
  'audit' | 'requestId' | 'log' | 'principal' | 'onBehalfOf' | 'credentials' | 'metrics' | 'session' | 'departure'
>;

/** Number of characters of one text that are recorded. No valid reason, name or id is longer. */
const MAX_RECORDED_LENGTH = 1_000;

/** Collects the facts of one mutation, and writes its lines. */
export class MutationRecord implements AuditScope {
  readonly #id = randomUUID();
  readonly #context: AuditContext;
  readonly #mutation: AuditedMutation;
  /** Credential of the mutation. Null until one is chosen. */
  #credential: Credential | null = null;
  #facts: AuditFacts;
  hasIntent = false;
  isFinished = false;

  constructor(context: AuditContext, mutation: AuditedMutation) {
    this.#context = context;
    this.#mutation = mutation;
    this.#facts = { target: mutation.target, details: mutation.details ?? {}, changed: false };
  }

  note(facts: AuditFacts): void {
    const details = { ...this.#facts.details, ...facts.details };
    this.#facts = { ...this.#facts, ...facts, details };
  }

  actor(credential: Credential): void {
    this.#credential = credential;
  }

  /** True if nothing was sent, and neither a person nor an accepted credential is known. Such a mutation leaves no line. */
  get isOfStranger(): boolean {
    const isKnown = this.#context.principal.subject !== null || (this.#credential && isAccepted(this.#credential));
    return !this.hasIntent && !isKnown;
  }

  async beforeWriting(): Promise<void> {
    if (this.hasIntent) return;
    const { action: intent } = this.#mutation;
    this.hasIntent = await this.#write({
      ...this.#line,
      actor: this.#actor,
      intent,
      ...this.#details,
    });
    if (!this.hasIntent) throw auditUnavailable();
  }

  /**
   * Writes the event of a completed mutation. Returns false if it could not be written although something may have changed.
   * Throws `AUDIT_UNAVAILABLE` if it could not be written and nothing has changed.
   */
  async finish(userErrors: readonly string[]): Promise<boolean> {
    this.isFinished = true;
    const { changed = false } = this.#facts;
    const { outcome, codes, isInAnswer } = auditResultOf(this.#facts, userErrors, this.#context.session.isAbandoned);
    const isWritten = await this.#writeEvent(outcome, changed, codes);
    if (!isWritten && changed === false && !isReturned(this.#facts.secret)) throw auditUnavailable();
    if (isInAnswer) this.#watchDelivery();
    return isWritten;
  }

  /** Writes the event of a mutation that threw. Does not throw: the first error matters more to the caller. */
  async fail(code: string): Promise<void> {
    const { changed = false } = this.#facts;
    // An unforeseen failure may have come before the change or after it.
    const isUnknown = code === 'OUTCOME_UNKNOWN' || (code === 'INTERNAL_SERVER_ERROR' && this.hasIntent);
    if (isUnknown) await this.#writeEvent('UNKNOWN', changed || null, [code]);
    else await this.#writeEvent(changed ? 'INCOMPLETE' : 'FAILED', changed, [code]);
  }

  /** Writes another line if the answer with the secret does not leave after all. */
  #watchDelivery(): void {
    const { action: undelivered } = this.#mutation;
    let line: Promise<boolean> | undefined;
    this.#context.departure.add({
      name: `audit ${this.#id}`,
      beforeSending: async () => undefined,
      unsent: async () => {
        line ??= this.#write({ ...this.#line, undelivered });
        await line;
      },
    });
  }

  #writeEvent(outcome: AuditOutcome, changed: boolean | null, codes: readonly string[]): Promise<boolean> {
    const { action, reason } = this.#mutation;
    const { before = null, after = null, verification = null } = this.#facts;
    this.#context.metrics.countMutation(action, outcome);
    return this.#write({
      ...this.#line,
      actor: this.#actor,
      action,
      reason: reason || null,
      before,
      after,
      verification,
      outcome,
      changed,
      codes,
      ...this.#details,
    });
  }

  async #write(entry: AuditEntry): Promise<boolean> {
    const { audit, log } = this.#context;
    const recorded = excerpts(entry, MAX_RECORDED_LENGTH);
    try {
      await audit.write(recorded);
      return true;
    } catch (error) {
      this.#context.metrics.countAuditFailure();
      log.error({ err: error, event: recorded }, 'audit event not written');
      return false;
    }
  }

  get #line() {
    return { mutationId: this.#id, requestId: this.#context.requestId, target: this.#facts.target ?? null };
  }

  get #actor(): AuditActor {
    const { principal, onBehalfOf } = this.#context;
    return {
      ...actingCredential(this.#credential),
      subject: principal.subject,
      ...(Object.keys(principal.claims).length > 0 && { claims: principal.claims }),
      ...(onBehalfOf !== null && { onBehalfOf }),
    };
  }

  get #details() {
    const { details } = this.#facts;
    return details && Object.keys(details).length > 0 ? { details } : {};
  }
}

function actingCredential(credential: Credential | null): Pick<AuditActor, 'kind' | 'fingerprint' | 'hint'> {
  if (!credential) return { kind: null, fingerprint: null, hint: null };
  const { kind, fingerprint, secret } = credential;
  // No part of a user's token is shown.
  const hint = kind === 'oauth' ? '…' : secret.hint;
  return { kind: isAccepted(credential) ? kind : 'unidentified', fingerprint, hint };
}

function auditUnavailable(): Error {
  return unavailable(
    'AUDIT_UNAVAILABLE',
    'The audit log cannot be written, so nothing was changed. Notify the operator of this server.',
  );
}
