import type { AdministratorCredential } from '../credentials/administrators.ts';
import { outcomeUnknown } from '../errors.ts';
import type { OrganizationUserErrorCode } from '../generated/resolvers.ts';
import { maxPolls, pollUntil } from '../mutations/backoff.ts';
import { type MutationInput, mutation, type TargetKind, type Work } from '../mutations/mutation.ts';
import { done, type Outcome, refused } from '../mutations/outcome.ts';
import { type Lost, sendOnce } from '../mutations/sendOnce.ts';
import { nameErrors, type UserError, userError } from '../mutations/userErrors.ts';
import {
  createOrganization as endpoint,
  type OrganizationDraft,
  type OrganizationRecord,
} from '../platform/resources/organizations.ts';
import { isEmail } from '../values/email.ts';
import { toResult } from '../values/result.ts';
import { searchCost } from './cost.ts';
import { MOST_PAGES, type SearchResult, searchAgain, searchAsAdministrator } from './search.ts';
import { organizationError, refusalOf } from './userErrors.ts';

type CreateInput = OrganizationDraft & MutationInput;

/** Administrator that creates, and the organization that has the name already. */
interface NewName extends SearchResult {
  readonly administrator: AdministratorCredential;
}

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
  const client = context.session.as(target.administrator);
  const sent = await sendOnce(audit, () => client.call(endpoint, { name, administratorUserEmail }));
  if (sent.kind === 'refused') return refused(refusalOf(sent.error));
  const organization = sent.kind === 'made' ? sent.answer : await recover(work, name, sent);
  const recovered = sent.kind === 'lost';
  audit.note({ target: organization.id, after: { name: organization.name }, changed: true, details: { recovered } });
  return done({ organization, recovered });
}

/** Looks for what a creation whose answer was lost has left: names are unique. Throws `OUTCOME_UNKNOWN`. */
async function recover(
  { context, target: { administrator, isWhole } }: Work<NewName>,
  name: string,
  { error }: Lost,
): Promise<OrganizationRecord> {
  let found: OrganizationRecord | null = null;
  // An organization that was not seen to be absent before is no proof afterwards.
  if (isWhole) {
    await pollUntil(context.session, context.settings.verifyTimeoutMs, async (withinMs) => {
      const seen = await toResult(() => searchAgain(context, administrator, name, hasName(name), withinMs));
      if (!(seen instanceof Error)) found = seen.organization;
      return found !== null;
    });
  }
  if (found) return found;
  throw outcomeUnknown(
    'The creation was sent, but the answer of the platform was lost, and the organization was not found. Search for its name before retrying.',
    error,
  );
}

function hasName(name: string) {
  return (organization: OrganizationRecord) => organization.name === name;
}
