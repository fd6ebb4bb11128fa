import { codeOf } from '../errors.ts';
import { type Credential, isAccepted } from '../platform/client/credential.ts';
import { type AuditContext, type AuditedMutation, type AuditScope, MutationRecord } from './auditScope.ts';

export type { AuditScope } from './auditScope.ts';

type Audited = { readonly userErrors: readonly { readonly code: string; readonly message: string }[] };

/** The user error of a mutation that was carried out, wholly or in part, while its event could not be written. */
export const AUDIT_INCOMPLETE = {
  code: 'AUDIT_INCOMPLETE',
  message:
    'The audit event of what was done could not be written. Notify the operator: the log of the server has it. The rest of ' +
    'the answer holds.',
  field: null,
} as const;

/**
 * Runs a mutation and writes its one event before the answer leaves, however it ends: done, refused or thrown. Use it around
 * everything that a mutation does, dry runs included:
 *
 *     audited(context, { action: 'blockApiToken', target: input.id, reason: input.reason }, async (audit) => {
 *       ...find the token; audit.actor(manager); audit.note({ before: { status } });
 *       await audit.beforeWriting();
 *       ...send the change; audit.note({ changed: true, after: { status }, verification });
 *       return { ..., userErrors: [] };
 *     });
 *
 * The outcome follows from the facts that were noted. When the event cannot be written and nothing was changed, throws
 * `AUDIT_UNAVAILABLE`. When something was changed, the answer stays, with the user error `AUDIT_INCOMPLETE` added, and the log
 * gets the event (docs/decisions/09).
 *
 * Nothing is run, and no event written, for a caller without an accepted credential: strangers are only counted. A user's token that
 * is presumed runs, and leaves an event once something is sent with it or it was accepted.
 */
export async function audited<T extends Audited>(
  context: AuditContext,
  mutation: AuditedMutation,
  run: (audit: AuditScope) => Promise<T>,
): Promise<T> {
  const record = new MutationRecord(context, mutation, await callerOf(context, mutation));
  try {
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

/** Requests of strangers that the log has a line of, by their credentials. */
const reported = new WeakSet<object>();

function countStranger({ credentials, metrics, log }: AuditContext, { action }: AuditedMutation, code: string): void {
  metrics.countMutationWithoutCredential(code);
  if (reported.has(credentials)) return;
  reported.add(credentials);
  log.info({ action, code, fingerprint: credentials.firstFingerprint() }, 'mutation without an accepted credential');
}
