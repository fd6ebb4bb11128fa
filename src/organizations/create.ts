import { randomUUID } from 'node:crypto';
import type { OrganizationUserErrorCode } from '../generated/resolvers.ts';
import { maxPolls } from '../mutations/backoff.ts';
import { own } from '../mutations/disclosure.ts';
import { type MutationInput, mutation, type TargetKind, type Work } from '../mutations/mutation.ts';
import { done, type Outcome, refused } from '../mutations/outcome.ts';
import { sendOnce } from '../mutations/sendOnce.ts';
import { announce, withdraw } from '../mutations/underWay.ts';
import { nameErrors, type UserError, userError } from '../mutations/userErrors.ts';
import {
  createOrganization as endpoint,
  type OrganizationDraft,
  type OrganizationRecord,
} from '../platform/resources/organizations.ts';
import { isEmail } from '../values/email.ts';
import { toResult } from '../values/result.ts';
import { searchCost } from './cost.ts';
import { recoverOrganization } from './recover.ts';
import { hasName, MOST_PAGES, type NewName, searchAsAdministrator } from './search.ts';
import { organizationError, refusalOf } from './userErrors.ts';

type CreateInput = OrganizationDraft & MutationInput;

/** Payload of `createOrganization`. */
interface CreatedOrganization {
  readonly organization: OrganizationRecord | null;
  /** True if the answer of the platform was lost and the organization found by its name. */
  readonly recovered: boolean;
}

/** The platform, searched for an organization of the name. */
const newName: TargetKind<CreateInput, NewName, OrganizationUserErrorCode> = {
  // The target is the new organization, once it is known.
  idOf: () => null,
  find: async (context, { name }) => {
    const target = await searchAsAdministrator(context, name, hasName(name));
    if (target.organization) return refused(organizationError('NAME_TAKEN', 'name'));
    return { kind: 'found', manager: target.administrator, target };
  },
  cost: searchCost,
};

export const createOrganization = mutation({
  name: 'createOrganization',
  takes: 'ADMINISTRATOR',
  permission: 'geai:organizations:write',
  target: newName,
  details: ({ name }) => ({ name }),
  checks: ({ name, administratorUserEmail }: CreateInput): UserError<OrganizationUserErrorCode>[] => [
    ...nameErrors('name', name),
    ...(isEmail(administratorUserEmail) ? [] : [userError('INVALID_EMAIL', 'administratorUserEmail')]),
  ],
  // The creation, and the searches for it if its answer is lost.
  calls: ({ verifyTimeoutMs }) => 1 + MOST_PAGES * maxPolls(verifyTimeoutMs),
  nothing: { organization: null, recovered: false } as CreatedOrganization,
  run: create,
});

async function create(
  work: Work<NewName>,
  { name, administratorUserEmail }: CreateInput,
): Promise<Outcome<CreatedOrganization, OrganizationUserErrorCode>> {
  const { context, audit, target } = work;
  const [owner, namesakes] = [randomUUID(), { kind: 'organization', within: 'platform', name } as const];
  // The line comes before the time of sending.
  await audit.beforeWriting();
  const sentAt = Date.now();
  const sent = await sendOnce(audit, async () => {
    // Nobody can repeat it, so that it goes on without a store.
    await toResult(() => announce(context, namesakes, owner, sentAt));
    return context.session.as(target.administrator).call(endpoint, { name, administratorUserEmail });
  });
  const ended = () => toResult(() => withdraw(context, namesakes, owner));
  if (sent.kind === 'refused') {
    await ended();
    return refused(refusalOf(sent.error));
  }
  if (sent.kind === 'made') await toResult(() => own(context, sent.answer.id, owner));
  const creation = { owner, sentAt, namesakes };
  const organization = sent.kind === 'made' ? sent.answer : await recoverOrganization(work, creation, sent);
  await ended();
  if (!organization) return refused(organizationError('NAME_TAKEN', 'name'));
  const recovered = sent.kind === 'lost';
  audit.note({ target: organization.id, after: { name: organization.name }, changed: true, details: { recovered } });
  return done({ organization, recovered });
}
