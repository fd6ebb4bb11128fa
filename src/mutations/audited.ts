import { codeOf } from '../errors.ts';
import { type Credential, isAccepted } from '../platform/client/credential.ts';
import { type AuditContext, type AuditedMutation, type AuditScope, MutationRecord } from './auditScope.ts';

type Audited = { readonly userErrors: readonly { readonly code: string; readonly message: string }[] };

/** User error of a mutation that was carried out without its event. */
const AUDIT_INCOMPLETE = {
  code: 'AUDIT_INCOMPLETE',
  message:
    'The audit event of what was done could not be written. Notify the operator: the log of the server has it. The rest of ' +
    'the answer holds.',
  field: null,
} as const;

/**
 * Runs a mutation and writes its event before the answer leaves, also for dry runs, refusals and errors:
 *
 *     audited(context, { action: 'blockApiToken', target: input.id, reason: input.reason }, async (audit) => {
 *       ...find the token; audit.actor(manager); audit.note({ before: { status } });
 *       await audit.beforeWriting();
 *       ...send the change; audit.note({ changed: true, after: { status }, verification });
 *       return { ..., userErrors: [] };
 *     });
 *
 * The outcome follows from the facts. Throws `AUDIT_UNAVAILABLE` if the event cannot be written and nothing was changed. If
 * something was changed, adds the user error `AUDIT_INCOMPLETE`, and logs the event (docs/decisions/09).
 *
 * A caller without an accepted credential is counted, and nothing runs. A presumed credential of a user runs. An event follows once
 * something was sent with it, or it was accepted.
 * A person whom the company's token names leaves an event in any case.
 */
export async function audited<T extends Audited>(
  context: AuditContext,
  mutation: AuditedMutation,
  run: (audit: AuditScope) => Promise<T>,
): Promise<T> {
  const record = new MutationRecord(context, mutation);
  try {
    record.actor(await callerOf(context));
    const result = await run(record);
    const codes = result.userErrors.map(({ code }) => code);
    if (record.isOfStranger) countStranger(context, mutation, codes[0] ?? 'NONE');
    const isComplete = record.isOfStranger || (await record.finish(codes));
    return isComplete ? result : { ...result, userErrors: [...result.userErrors, AUDIT_INCOMPLETE] };
  } catch (error) {
    if (record.isOfStranger) countStranger(context, mutation, codeOf(error));
    else if (!record.isFinished) await record.fail(codeOf(error));
    throw error;
  }
}

/** Writes the event of a mutation that a known person lacks the permission for. Makes no call. Does not throw. */
export async function auditRefusal(context: AuditContext, mutation: AuditedMutation, refusal: Error): Promise<void> {
  await new MutationRecord(context, mutation).fail(codeOf(refusal));
}

/** Returns the first accepted credential of the caller, else a presumed one. Throws if there is none. */
async function callerOf({ credentials }: AuditContext): Promise<Credential> {
  const usable = await credentials.usable();
  const credential = usable.find(isAccepted) ?? usable[0];
  if (!credential) throw new Error('there is a usable credential, or an error');
  return credential;
}

/** Credentials of strangers that the log has a line of. */
const reported = new WeakSet<object>();

function countStranger({ credentials, metrics, log }: AuditContext, { action }: AuditedMutation, code: string): void {
  metrics.countMutationWithoutCredential(code);
  if (reported.has(credentials)) return;
  reported.add(credentials);
  log.info({ action, code, fingerprint: credentials.firstFingerprint() }, 'mutation without an accepted credential');
}
