import type { AuditActor, AuditEvent, AuditOutcome } from './audit.ts';
import type { RequestContext } from './context.ts';
import { codeOf, unavailable } from './errors.ts';
import { excerpts } from './excerpt.ts';
import { type Credential, isAccepted } from './platform/credential.ts';

/** What is known of a mutation before it begins. */
export interface AuditedMutation {
  /** Name of the mutation, such as `blockApiToken`. */
  readonly action: string;
  /** What it is about, by its public id. Null when that comes out later: see `Trail.note`. */
  readonly target: string | null;
  readonly reason?: string | null | undefined;
}

/** What a mutation tells of itself while it runs. Later facts replace earlier ones. */
export type AuditFacts = Partial<
  Pick<AuditEvent, 'target' | 'before' | 'after' | 'verification' | 'changed' | 'details'>
>;

/** The pen that a running mutation holds. */
export interface Trail {
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

type Audited = { readonly userErrors: readonly { readonly code: string; readonly message: string }[] };

/** The user error of a mutation that was carried out while its event could not be written. */
export const AUDIT_INCOMPLETE = {
  code: 'AUDIT_INCOMPLETE',
  message:
    'The change was made, but its audit event could not be written. Tell the operator: the log of the server has it.',
  field: null,
} as const;

/** What of a request the record of a mutation needs. */
type AuditContext = Pick<RequestContext, 'audit' | 'requestId' | 'log' | 'credentials' | 'metrics'>;

/** Characters of one text that are recorded. No valid reason, name or id is longer. */
const MAX_RECORDED_LENGTH = 1_000;

/**
 * Runs a mutation and writes its one event before the answer leaves, however it ends: done, refused or thrown. Use it around
 * everything that a mutation does, dry runs included:
 *
 *     audited(context, { action: 'blockApiToken', target: input.id, reason: input.reason }, async (trail) => {
 *       ...find the token; trail.actor(manager); trail.note({ before: { status } });
 *       await trail.beforeWriting();
 *       ...send the change; trail.note({ changed: true, after: { status }, verification });
 *       return { ..., userErrors: [] };
 *     });
 *
 * When the event cannot be written and nothing was changed, throws `AUDIT_UNAVAILABLE`. When something was changed, the
 * answer stays, with the user error `AUDIT_INCOMPLETE` added, and the log gets the event (docs/decisions/09).
 *
 * Nothing is run, and no event written, for a caller without an accepted credential: strangers are only counted. A user's token that
 * is presumed runs, and leaves an event once something is sent with it or it was accepted.
 */
export async function audited<T extends Audited>(
  context: AuditContext,
  mutation: AuditedMutation,
  run: (trail: Trail) => Promise<T>,
): Promise<T> {
  const record = new MutationRecord(context, mutation, await callerOf(context, mutation));
  try {
    const result = await run(record);
    const isWritten = await record.finish(result.userErrors.map(({ code }) => code));
    return isWritten ? result : { ...result, userErrors: [...result.userErrors, AUDIT_INCOMPLETE] };
  } catch (error) {
    if (!record.isFinished) await record.fail(codeOf(error));
    throw error;
  }
}

/** Requests of strangers that the log has a line of, by their credentials. */
const reported = new WeakSet<object>();

/** The first credential of the caller that the platform accepts, else one that is presumed. Throws, and counts, when there is none. */
async function callerOf(context: AuditContext, mutation: AuditedMutation): Promise<Credential> {
  try {
    const usable = await context.credentials.usable();
    const credential = usable.find(isAccepted) ?? usable[0];
    if (!credential) throw new Error('there is a usable credential, or an error');
    return credential;
  } catch (error) {
    countStranger(context, mutation, codeOf(error));
    throw error;
  }
}

function countStranger({ credentials, metrics, log }: AuditContext, { action }: AuditedMutation, code: string): void {
  metrics.countMutationWithoutCredential(code);
  if (!reported.has(credentials)) {
    const fingerprint = credentials.firstFingerprint();
    log.info({ action, code, fingerprint }, 'mutation without an accepted credential');
  }
  reported.add(credentials);
}

class MutationRecord implements Trail {
  readonly #context: AuditContext;
  readonly #mutation: AuditedMutation;
  /** What the mutation runs on, as far as that is known. */
  #credential: Credential;
  #facts: AuditFacts = {};
  #hasIntent = false;
  isFinished = false;

  constructor(context: AuditContext, mutation: AuditedMutation, credential: Credential) {
    this.#context = context;
    this.#mutation = mutation;
    this.#credential = credential;
  }

  note(facts: AuditFacts): void {
    this.#facts = { ...this.#facts, ...facts };
  }

  actor(credential: Credential): void {
    this.#credential = credential;
  }

  async beforeWriting(): Promise<void> {
    if (this.#hasIntent) return;
    const { audit, requestId, log } = this.#context;
    try {
      await audit.write({ requestId, actor: this.#actor, intent: this.#mutation.action, target: this.#target });
      this.#hasIntent = true;
    } catch (error) {
      log.error({ err: error, action: this.#mutation.action }, 'audit event not written');
      throw auditUnavailable();
    }
  }

  /** Writes the event of a mutation that came to an end. False when that failed after something was changed. */
  async finish(codes: readonly string[]): Promise<boolean> {
    this.isFinished = true;
    const isChanged = this.#facts.changed === true;
    const outcome = codes.length === 0 ? 'SUCCEEDED' : isChanged ? 'INCOMPLETE' : 'REFUSED';
    const isWritten = await this.#conclude(outcome, codes);
    if (!isWritten && !this.#hasIntent) throw auditUnavailable();
    return isWritten;
  }

  /** Writes the event of a mutation that threw. What it threw matters more to the caller than a failure to write. */
  async fail(code: string): Promise<void> {
    this.isFinished = true;
    await this.#conclude(code === 'OUTCOME_UNKNOWN' ? 'UNKNOWN' : this.#facts.changed ? 'INCOMPLETE' : 'FAILED', [
      code,
    ]);
  }

  /** Writes the event, unless the caller is a stranger with whose token nothing was sent: those are counted. */
  async #conclude(outcome: AuditOutcome, codes: readonly string[]): Promise<boolean> {
    if (this.#hasIntent || isAccepted(this.#credential)) return this.#write(outcome, codes);
    countStranger(this.#context, this.#mutation, codes[0] ?? 'NONE');
    return true;
  }

  async #write(outcome: AuditOutcome, codes: readonly string[]): Promise<boolean> {
    const { audit, log } = this.#context;
    const event = excerpts(this.#event(outcome, codes), MAX_RECORDED_LENGTH);
    try {
      await audit.write(event);
      return true;
    } catch (error) {
      log.error({ err: error, event }, 'audit event not written');
      return false;
    }
  }

  #event(outcome: AuditOutcome, codes: readonly string[]): AuditEvent {
    const { action, reason } = this.#mutation;
    const { before = null, after = null, verification = null, changed = false, details } = this.#facts;
    return {
      requestId: this.#context.requestId,
      actor: this.#actor,
      action,
      target: this.#target,
      reason: reason || null,
      before,
      after,
      verification,
      outcome,
      changed,
      codes,
      ...(details === undefined ? {} : { details }),
    };
  }

  get #actor(): AuditActor {
    const { kind, fingerprint } = this.#credential;
    return { kind: isAccepted(this.#credential) ? kind : 'unidentified', fingerprint, subject: null };
  }

  get #target(): string | null {
    return this.#facts.target ?? this.#mutation.target;
  }
}

function auditUnavailable(): Error {
  return unavailable(
    'AUDIT_UNAVAILABLE',
    'The audit log cannot be written, so nothing was changed. Tell the operator of this server.',
  );
}
