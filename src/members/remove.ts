import type { ProjectScope } from '../apiTokens/scope.ts';
import { tokenScopeTarget } from '../apiTokens/target.ts';
import type { ProjectMemberUserErrorCode } from '../generated/resolvers.ts';
import { maxPolls } from '../mutations/backoff.ts';
import { type MutationInput, mutation, type Work } from '../mutations/mutation.ts';
import { observeChange } from '../mutations/observeChange.ts';
import { type Done, done, type Outcome, refused } from '../mutations/outcome.ts';
import { sendOnce } from '../mutations/sendOnce.ts';
import { nameErrors, type UserError, userError } from '../mutations/userErrors.ts';
import type { PlatformClient } from '../platform/client/client.ts';
import { absentAsNull } from '../platform/client/errors.ts';
import { type ReadElements, readSome } from '../platform/client/pages.ts';
import {
  removeProjectMember as endpoint,
  listProjectMembers,
  type MemberRecord,
} from '../platform/resources/members.ts';
import { isEmail } from '../values/email.ts';
import { auditedPerson } from './auditedPerson.ts';
import { memberError, refusalOf } from './userErrors.ts';

/** Pages of members that are read at most. */
const ROSTER_CALLS = 10;

/** Members of a project, as far as they were read. */
type Roster = ReadElements<MemberRecord>;

interface RemoveInput extends MutationInput {
  readonly projectId: string;
  /** The platform's id of the user. */
  readonly userId: string;
  /** Address of the user, as a confirmation: lists of members have it, and not the id. */
  readonly email: string;
}

/** Result of `removeProjectMember`. */
interface RemovedMember {
  /** As listed before. */
  readonly member: MemberRecord | null;
  readonly changed: boolean;
  readonly isConfirmed: boolean;
}

export const removeProjectMember = mutation({
  name: 'removeProjectMember',
  takes: 'ORGANIZATION',
  permission: 'geai:members:write',
  target: tokenScopeTarget,
  checks: ({ userId, email }: RemoveInput): UserError<ProjectMemberUserErrorCode>[] => [
    ...userIdErrors(userId),
    ...(isEmail(email) ? [] : [userError('INVALID_EMAIL', 'email')]),
  ],
  // The members before, the removal, and the looks at those who are left.
  calls: ({ verifyTimeoutMs }) => 1 + ROSTER_CALLS * (1 + maxPolls(verifyTimeoutMs)),
  nothing: { member: null, changed: false, isConfirmed: false } as RemovedMember,
  run: remove,
});

/** The form of such an id is not stated. An address is none: that of the member is asked for beside. */
function userIdErrors(userId: string): UserError<ProjectMemberUserErrorCode>[] {
  const isNone = isEmail(userId) || /^\.{1,2}$/.test(userId);
  return isNone ? [memberError('INVALID_ID', 'userId')] : nameErrors('userId', userId);
}

async function remove(
  work: Work<ProjectScope>,
  { userId, email }: RemoveInput,
): Promise<Outcome<RemovedMember, ProjectMemberUserErrorCode>> {
  const { context, audit, target } = work;
  const { manager, projectId } = target;
  audit.note({ details: { userId, ...auditedPerson(context, email) } });
  const isMeant = (member: MemberRecord) => member.email.toLowerCase() === email.toLowerCase();
  const before = await absentAsNull(readRoster(context.session.as(manager), projectId));
  if (!before) return refused(userError('PROJECT_NOT_FOUND', 'projectId'));
  const member = before.records.find(isMeant);
  if (!member) return refused(memberError('MEMBER_NOT_FOUND', 'email'));
  audit.note({ before: { roles: member.roles.map(({ name }) => name) } });
  const sent = await sendOnce(audit, () => context.session.as(manager).call(endpoint, { projectId, userId }));
  if (sent.kind === 'refused') return refused(refusalOf(sent.error, memberError('MEMBER_NOT_FOUND', 'userId')));
  const isMissing = ({ records }: Roster) => !records.some(isMeant);
  const { last, isConfirmed } = await observeChange(work, sent, {
    read: (withinMs) => readRoster(context.session.probing(manager, withinMs), projectId),
    isAsWanted: (roster) => roster.isWhole && isMissing(roster),
    isLast: isMissing,
    advice: 'Read `Project.members` before retrying.',
  });
  if (isConfirmed) return done({ member, changed: true, isConfirmed });
  return removedInstead({ member, changed: true, isConfirmed }, before, last);
}

/** Reads the members of a project. */
function readRoster(client: PlatformClient<'organization' | 'oauth'>, projectId: string): Promise<Roster> {
  return readSome(client.pages(listProjectMembers, { projectId }), ROSTER_CALLS);
}

/** Adds who is gone in the place of the person that is meant: the id may be theirs. */
function removedInstead(
  payload: RemovedMember,
  before: Roster,
  after: Roster | null,
): Done<RemovedMember, ProjectMemberUserErrorCode> {
  const left = new Set(after?.records.map(({ email }) => email));
  const gone = after?.isWhole ? before.records.filter(({ email }) => !left.has(email)) : [];
  const [first] = gone;
  if (!first) return done(payload);
  const code: ProjectMemberUserErrorCode = 'OTHER_MEMBER_REMOVED';
  const message = `The person still belongs to the project, but ${first.email} no longer does: \`userId\` may be theirs. Invite them again.`;
  return done(payload, [{ code, message, field: 'userId' }]);
}
