import type { AdministratorCredential } from '../credentials/administrators.ts';
import type { OrganizationUserErrorCode } from '../generated/resolvers.ts';
import { maxPolls } from '../mutations/backoff.ts';
import { type MutationInput, mutation, type TargetKind, type Work } from '../mutations/mutation.ts';
import { observeChange } from '../mutations/observeChange.ts';
import { done, type Outcome, refused } from '../mutations/outcome.ts';
import { sendOnce } from '../mutations/sendOnce.ts';
import { nameErrors, projectIdErrors, textErrors, type UserError } from '../mutations/userErrors.ts';
import type { Credential } from '../platform/client/credential.ts';
import { deleteOrganization as endpoint } from '../platform/resources/organizations.ts';
import { listProjectIds } from '../platform/resources/projects.ts';
import { toResult } from '../values/result.ts';
import { readUuid } from '../values/uuid.ts';
import { searchCost } from './cost.ts';
import { MOST_PAGES, searchAgain, searchAsAdministrator } from './search.ts';
import { organizationError, refusalOf } from './userErrors.ts';

interface DeleteInput extends MutationInput {
  readonly id: string;
  readonly confirmName: string;
}

interface Doomed {
  readonly administrator: AdministratorCredential;
  readonly id: string;
  readonly name: string;
  /** Credentials of the request that belong to it. */
  readonly members: readonly Credential[];
}

/** Payload of `deleteOrganization`. */
interface DeletedOrganization {
  readonly name: string | null;
  readonly projectCount: number | null;
  readonly changed: boolean;
  readonly isConfirmed: boolean;
}

type DeleteOutcome = Outcome<DeletedOrganization, OrganizationUserErrorCode>;

/** The organization of the id and the name: the platform has no look-up by id, so that the name is searched for. */
const doomed: TargetKind<DeleteInput, Doomed, OrganizationUserErrorCode> = {
  idOf: ({ id }) => id,
  checks: ({ id }) => projectIdErrors('id', id),
  find: async (context, input) => {
    const [id, name] = [readUuid(input.id), input.confirmName];
    const { administrator, organization } = await searchAsAdministrator(context, name, hasId(id));
    if (!organization) return refused(organizationError('ORGANIZATION_NOT_FOUND', 'id'));
    if (organization.name !== name) return refused(organizationError('CONFIRMATION_MISMATCH', 'confirmName'));
    const usable = await context.credentials.usable();
    const members = usable.filter(({ organizationId }) => organizationId === id);
    return { kind: 'found', manager: administrator, target: { administrator, id, name, members } };
  },
  cost: searchCost,
};

export const deleteOrganization = mutation({
  name: 'deleteOrganization',
  takes: 'ADMINISTRATOR',
  permission: 'geai:organizations:write',
  target: doomed,
  checks: ({ confirmName }: DeleteInput): UserError<OrganizationUserErrorCode>[] =>
    confirmName.trim() === '' ? nameErrors('confirmName', confirmName) : textErrors('confirmName', confirmName),
  // The projects, the deletion, and the searches for what is left.
  calls: ({ verifyTimeoutMs }) => 2 + MOST_PAGES * maxPolls(verifyTimeoutMs),
  nothing: { name: null, projectCount: null, changed: false, isConfirmed: false } as DeletedOrganization,
  run: remove,
});

async function remove(work: Work<Doomed>): Promise<DeleteOutcome> {
  const { context, audit, target } = work;
  const { administrator, id, name, members } = target;
  audit.note({ before: { name } });
  if (wouldLockOut(work)) return refused(organizationError('WOULD_LOCK_OUT', 'id'));
  const projectCount = work.selected().has('projectCount') ? await projectsIn(work) : null;
  audit.note({ details: { projectCount } });
  const sent = await sendOnce(
    audit,
    () => context.session.as(administrator).call(endpoint, { organizationId: id }),
    async () => void (await Promise.all(members.map(({ secret }) => context.introspection.forget(secret)))),
  );
  if (sent.kind === 'refused' && sent.error.kind === 'NOT_FOUND')
    return refused(organizationError('ORGANIZATION_NOT_FOUND', 'id'));
  if (sent.kind === 'refused') return refused(refusalOf(sent.error));
  const { isConfirmed } = await observeChange(work, sent, {
    read: (withinMs) => searchAgain(context, administrator, name, hasId(id), withinMs),
    isAsWanted: ({ organization, isWhole }) => organization === null && isWhole,
    advice: 'Search for the organization before retrying.',
  });
  return done({ name, projectCount, changed: true, isConfirmed });
}

/** Tokens of the organization may be presented, so that what goes with it is seen. Tokens of the server may not go. */
function wouldLockOut({ context, target: { administrator, members } }: Work<Doomed>): boolean {
  return members.some(
    ({ secret, fingerprint }) => fingerprint === administrator.fingerprint || context.isServers(secret),
  );
}

/** Null when no credential of the request opens the organization, or its projects cannot be listed. */
async function projectsIn({ context, target: { id } }: Work<Doomed>): Promise<number | null> {
  const whole = { organizationId: id, covers: 'everything' } as const;
  const [opening] = (await context.credentials.identified()).candidates(listProjectIds, whole) ?? [];
  if (!opening) return null;
  const list = await toResult(() => context.session.as(opening).call(listProjectIds, {}));
  return list instanceof Error ? null : list.all.length + list.unreadable.length;
}

function hasId(id: string) {
  return (organization: { readonly id: string }) => organization.id === id;
}
