import type { ProjectScope } from '../apiTokens/scope.ts';
import { tokenScopeTarget } from '../apiTokens/target.ts';
import { outcomeUnknown } from '../errors.ts';
import type { ProjectMemberUserErrorCode } from '../generated/resolvers.ts';
import { type CreationInput, type CreationWork, creation } from '../mutations/creation.ts';
import { noted } from '../mutations/idempotencyRecord.ts';
import { done, type Outcome, refused } from '../mutations/outcome.ts';
import { sendOnce } from '../mutations/sendOnce.ts';
import { nameErrors, type UserError, userError } from '../mutations/userErrors.ts';
import { inviteProjectMember as endpoint } from '../platform/resources/members.ts';
import { isEmail } from '../values/email.ts';
import { toResult } from '../values/result.ts';
import { auditedPerson } from './auditedPerson.ts';
import { memberError, refusalOf } from './userErrors.ts';

const MAX_ROLES = 20;

interface InviteInput extends CreationInput {
  readonly projectId: string;
  readonly email: string;
  /** Names or ids. */
  readonly roles: readonly string[];
}

/** An invitation that the platform took. */
export interface Invitation {
  readonly email: string;
  readonly roles: readonly string[];
  readonly projectId: string;
  readonly organizationId: string | null;
}

/** Result of `inviteProjectMember`. */
interface Invited {
  readonly invitation: Invitation | null;
  readonly changed: boolean;
}

/**
 * Invites somebody to a project. Nothing lists invitations, so that a lost answer stays unknown, also for a repetition with the same
 * key. Throws `OUTCOME_UNKNOWN`.
 */
export const inviteProjectMember = creation<InviteInput, ProjectScope, Invited, ProjectMemberUserErrorCode>({
  name: 'inviteProjectMember',
  takes: 'ORGANIZATION',
  permission: 'geai:members:write',
  target: tokenScopeTarget,
  checks: ({ email, roles }) => [
    ...(isEmail(email) ? [] : [userError('INVALID_EMAIL', 'email')]),
    ...roleErrors(roles),
  ],
  calls: () => 1,
  hashed: ({ projectId }, { email, roles }) => [projectId, email.toLowerCase(), ...distinct(roles).sort()],
  nothing: { invitation: null, changed: false },
  run: invite,
});

function roleErrors(roles: readonly string[]): UserError<ProjectMemberUserErrorCode>[] {
  if (roles.length === 0) return [memberError('REQUIRED', 'roles')];
  if (roles.length > MAX_ROLES) return [memberError('TOO_MANY', 'roles')];
  return roles.flatMap((role) => nameErrors('roles', role)).slice(0, 1);
}

async function invite(
  work: CreationWork<ProjectScope>,
  { email, roles: named }: InviteInput,
): Promise<Outcome<Invited, ProjectMemberUserErrorCode>> {
  const { context, audit, target, idempotency, inputHash: input } = work;
  const { manager, projectId } = target;
  const roles = distinct(named);
  const invitation = { email, roles, projectId, organizationId: manager.organizationId };
  audit.note({ details: { roles, ...auditedPerson(context, email) } });
  if (idempotency.entry?.result) return done({ invitation, changed: false });
  if (idempotency.entry) throw unknownInvitation(new Error('the record knows of no answer'));
  const startedAt = Date.now();
  const entry = { input, startedAt, sentAt: startedAt, before: null, result: null };
  const sent = await sendOnce(audit, async () => {
    await noted(idempotency, () => idempotency.write(entry));
    return context.session.as(manager).call(endpoint, { projectId, userEmail: email, roles });
  });
  if (sent.kind === 'lost') throw unknownInvitation(sent.error);
  if (sent.kind === 'refused') {
    await toResult(() => idempotency.drop());
    return refused(refusalOf(sent.error));
  }
  // A repetition does not know what the record lacks, and sends nothing again.
  await toResult(() => idempotency.write({ ...entry, result: 'INVITED' }));
  return done({ invitation, changed: true });
}

function unknownInvitation(cause: Error): Error {
  return outcomeUnknown(
    'The invitation was sent, but the answer of the platform was lost: it may or may not have been made. The platform lists no ' +
      'invitations. Ask the person before inviting again, with another key.',
    cause,
  );
}

function distinct(roles: readonly string[]): string[] {
  return [...new Set(roles)];
}
