import { randomUUID } from 'node:crypto';
import { unavailable } from '../errors.ts';
import type { AuditActor, AuditEntry, AuditEvent, AuditOutcome } from '../observability/auditLog.ts';
import { type Credential, isAccepted } from '../platform/client/credential.ts';
import { excerpts } from '../values/excerpt.ts';
import { endingOf, type SecretFate } from './auditOutcome.ts';
import type { MutationContext } from './context.ts';

/** What is known of a mutation before it begins. */
export interface AuditedMutation {
  /** Name of the mutation, such as `blockApiToken`. */
  readonly action: string;
  /** What it is about, by its public id. Null when that comes out later: see `AuditScope.note`. */
  readonly target: string | null;
  readonly reason?: string | null | undefined;
  /** What only this kind of mutation has to tell, such as the name of what is to be created. */
  readonly details?: Details;
}

type Details = Readonly<Record<string, unknown>>;

/** What a mutation tells of itself while it runs. Later facts replace earlier ones; details are added to each other. */
export type AuditFacts = Partial<Pick<AuditEvent, 'target' | 'before' | 'after' | 'changed'>> & {
  /** What was seen of the change. Anything but `CONFIRMED` is no success. */
  readonly verification?: { readonly outcome: string } | null;
  readonly details?: Details;
  /** What becomes of the secret of what was created. */
  readonly secret?: SecretFate;
};

/** The pen that a running mutation holds. */
export interface AuditScope {
  /** Adds to the event. Secrets do not belong here: give ids, names, statuses. */
  note(facts: AuditFacts): void;
  /** Says which credential the mutation runs on, as soon as that is known. */
  actor(credential: Credential): void;
  /**
   * To be awaited right before the first write to the platform; later calls do nothing. Leaves a durable line that says what
   * is about to happen. Throws `AUDIT_UNAVAILABLE` when it cannot: nothing may be sent then.
   */
  beforeWriting(): Promise<void>;
}

/** What of a request the record of a mutation needs. */
export type AuditContext = Pick<
  MutationContext,
  'audit' | 'requestId' | 'log' | 'credentials' | 'metrics' | 'session' | 'departure'
>;

/** Characters of one text that are recorded. No valid reason, name or id is longer. */
const MAX_RECORDED_LENGTH = 1_000;

/** Gathers the facts of one mutation, and writes its lines. */
export class MutationRecord implements AuditScope {
  readonly #id = randomUUID();
  readonly #context: AuditContext;
  readonly #mutation: AuditedMutation;
  /** What the mutation runs on, as far as that is known. */
  #credential: Credential;
  #facts: AuditFacts;
  hasIntent = false;
  isFinished = false;

  constructor(context: AuditContext, mutation: AuditedMutation, credential: Credential) {
    this.#context = context;
    this.#mutation = mutation;
    this.#credential = credential;
    this.#facts = { target: mutation.target, details: mutation.details ?? {}, changed: false };
  }

  note(facts: AuditFacts): void {
    const details = { ...this.#facts.details, ...facts.details };
    this.#facts = { ...this.#facts, ...facts, details };
  }

  actor(credential: Credential): void {
    this.#credential = credential;
  }

  /** Whether nothing was sent, and the platform was not seen to accept the credential: such a mutation leaves no line. */
  get isOfStranger(): boolean {
    return !this.hasIntent && !isAccepted(this.#credential);
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
   * Writes the event of a mutation that came to an end. When that fails, throws `AUDIT_UNAVAILABLE`; but false when something may
   * have been changed, or a secret is in the answer.
   */
  async finish(userErrors: readonly string[]): Promise<boolean> {
    this.isFinished = true;
    const { changed = false } = this.#facts;
    const { outcome, codes, isInAnswer } = endingOf(this.#facts, userErrors, this.#context.session.isAbandoned);
    const isWritten = await this.#writeEvent(outcome, changed, codes);
    if (!isWritten && changed === false && this.#facts.secret !== 'IN_ANSWER') throw auditUnavailable();
    if (isInAnswer) this.#watchDelivery();
    return isWritten;
  }

  /** Writes the event of a mutation that threw. What it threw matters more to the caller than a failure to write. */
  async fail(code: string): Promise<void> {
    this.isFinished = true;
    const { changed = false } = this.#facts;
    // Of a failure that nobody foresaw it is not known whether it came before the change or after it.
    const isUnknown = code === 'OUTCOME_UNKNOWN' || (code === 'INTERNAL_SERVER_ERROR' && this.hasIntent);
    if (isUnknown) await this.#writeEvent('UNKNOWN', changed || null, [code]);
    else await this.#writeEvent(changed ? 'INCOMPLETE' : 'FAILED', changed, [code]);
  }

  /** The event says that the secret is in the answer: another line says so when the answer then does not leave. */
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
      log.error({ err: error, event: recorded }, 'audit event not written');
      return false;
    }
  }

  get #line() {
    return { mutationId: this.#id, requestId: this.#context.requestId, target: this.#facts.target ?? null };
  }

  get #actor(): AuditActor {
    const { kind, fingerprint } = this.#credential;
    return { kind: isAccepted(this.#credential) ? kind : 'unidentified', fingerprint, subject: null };
  }

  get #details() {
    const { details } = this.#facts;
    return details && Object.keys(details).length > 0 ? { details } : {};
  }
}

function auditUnavailable(): Error {
  return unavailable(
    'AUDIT_UNAVAILABLE',
    'The audit log cannot be written, so nothing was changed. Notify the operator of this server.',
  );
}
