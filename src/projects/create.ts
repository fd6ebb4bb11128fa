import type { CreatedToken } from '../apiTokens/create.ts';
import { provenIn } from '../apiTokens/proof.ts';
import { inside } from '../cost/parentScope.ts';
import type { TokenManagerCredential } from '../loaders/apiTokens.ts';
import { isReturned } from '../mutations/auditOutcome.ts';
import type { MutationContext } from '../mutations/context.ts';
import { type CreationWork, creation, type Managed } from '../mutations/creation.ts';
import { type Disclosing, deliveryOf, give, type Handout, mayHandOut, NO_HANDOUT } from '../mutations/disclosure.ts';
import type { TargetKind } from '../mutations/mutation.ts';
import { done, type Outcome, type Refused, refused } from '../mutations/outcome.ts';
import { userError } from '../mutations/userErrors.ts';
import * as platform from '../platform/resources/projects.ts';
import { toLimitInput } from '../platform/resources/usageLimits.ts';
import { readUuid } from '../values/uuid.ts';
import { createCalls } from './cost.ts';
import type { FirstToken } from './firstTokens.ts';
import {
  draftOf,
  type NewProject,
  type ProjectCreationError,
  type ProjectCreationErrorCode,
  projectMistakes,
} from './input.ts';
import { type IssuedProject, issueProject } from './issue.ts';

/** Token that a new project starts with, and its secret. */
export interface IssuedToken extends Handout {
  readonly created: CreatedToken;
}

export interface ProjectCreationOutcome {
  readonly project: platform.ProjectRecord | null;
  readonly apiTokens: readonly IssuedToken[];
  /** Number of tokens of the new project that could not be decoded. */
  readonly unreadableApiTokenCount: number;
  /** True if the answer of the platform was lost and the project was found by its name. */
  readonly recovered: boolean;
  readonly userErrors: readonly ProjectCreationError[];
}

type Creation = Omit<ProjectCreationOutcome, 'userErrors'>;

/** Organization of the new project: the named one, or the only one that the credentials open. */
const organizationTarget: TargetKind<NewProject, Managed, ProjectCreationErrorCode> = {
  // The target is the new project, once it is known.
  idOf: () => null,
  find: async (context, { organizationId = null }) => {
    const found = await managerFor(context, organizationId);
    if (found.kind === 'refused') return found;
    const { manager } = found;
    return {
      kind: 'found',
      manager,
      target: { manager },
      facts: { details: { organizationId: manager.organizationId } },
    };
  },
  cost: (field, { estimator }, calls) => {
    estimator.startOver();
    estimator.identify();
    estimator.counter.add(field.path, calls);
    return inside({ ids: null, key: field.key, size: 1, isListed: false });
  },
};

/**
 * Creates a project, and returns the secrets of the tokens that it starts with. Sends nothing twice. Throws `OUTCOME_UNKNOWN`
 * if the answer was lost and the project is not found by its name.
 */
export const createProject = creation<NewProject, Managed, Creation, ProjectCreationErrorCode>({
  name: 'createProject',
  takes: 'ORGANIZATION',
  permission: 'geai:projects:write',
  target: organizationTarget,
  details: ({ organizationId = null, name }) => ({ organizationId, name }),
  checks: projectMistakes,
  calls: createCalls,
  hashed: (_target, input) => {
    const { name, description, administratorUserEmail, usageLimit } = draftOf(input);
    const limit = usageLimit && JSON.stringify(toLimitInput(usageLimit));
    return [name, description, administratorUserEmail, limit];
  },
  secretsIn: 'apiTokens',
  nothing: { project: null, apiTokens: [], unreadableApiTokenCount: 0, recovered: false },
  run: async (work, input) => {
    const { context, audit, target, idempotency, inputHash } = work;
    const { manager } = target;
    const issued = await issueProject(context, {
      manager,
      idempotency,
      audit,
      draft: draftOf(input),
      input: inputHash,
    });
    return issued.kind === 'refused' ? issued : finish(work, issued);
  },
});

/** Finds the credential that creates projects in the organization. */
async function managerFor(
  { credentials }: MutationContext,
  organizationId: string | null,
): Promise<{ readonly kind: 'found'; readonly manager: TokenManagerCredential } | Refused<ProjectCreationErrorCode>> {
  const open = new Set((await credentials.accepted()).flatMap((credential) => credential.organizationId ?? []));
  const [only = '', ...others] = open;
  if (organizationId === null && others.length > 0) {
    return refused(userError('ORGANIZATION_REQUIRED', 'organizationId'));
  }
  // Unidentified credentials may open another organization: then nobody knows if this one is the only one.
  const unknown = organizationId === null ? await credentials.unidentified() : undefined;
  if (unknown) throw unknown;
  // A new project is in nobody's claims, and a name that is taken tells of projects outside of them.
  const covers = 'everything';
  const target = { organizationId: organizationId === null ? only : readUuid(organizationId), covers } as const;
  return { kind: 'found', manager: await credentials.for(platform.createProject, target) };
}

async function finish(
  work: CreationWork<Managed>,
  { project, tokens, recovered }: IssuedProject,
): Promise<Outcome<Creation, ProjectCreationErrorCode>> {
  const { context, audit, recipient } = work;
  const { id: projectId, name, status } = project;
  const { records, unreadableCount } = tokens;
  audit.note({
    target: projectId,
    after: { name, status },
    details: {
      recovered,
      sealed: recipient.seal !== null,
      apiTokens: records.map(({ tokenHash }) => context.ids.writeApiTokenId({ projectId, tokenHash })),
    },
  });
  const { apiTokens, userErrors } = await disclose(work, projectId, records);
  const secret = deliveryOf(recipient, apiTokens, unreadableCount === 0 && userErrors.length === 0);
  // User errors tell why nothing is returned; a project without tokens has no secret.
  const isTold = !isReturned(secret) && (userErrors.length > 0 || records.length + unreadableCount === 0);
  if (!isTold) audit.note({ secret });
  return done({ project, apiTokens, unreadableApiTokenCount: unreadableCount, recovered }, userErrors);
}

/** Returns the tokens with their secrets, and each user error once. */
export async function disclose(
  work: Disclosing & Pick<CreationWork<Managed>, 'target'>,
  projectId: string,
  tokens: readonly FirstToken[],
): Promise<{ readonly apiTokens: readonly IssuedToken[]; readonly userErrors: readonly ProjectCreationError[] }> {
  const { organizationId } = work.target.manager;
  const records = tokens.map(({ record }) => record);
  const isSecret = await provenIn(work.context, projectId, records);
  const userErrors = new Map<string, ProjectCreationError>();
  const apiTokens: IssuedToken[] = [];
  // All of them before any is returned: a store that fails in between would leave secrets that nobody gets.
  const open = await Promise.all(tokens.map(({ tokenHash }) => mayHandOut(work, tokenHash)));
  for (const [index, { record, tokenHash }] of tokens.entries()) {
    const isGiven = open[index] && isSecret(record);
    const error = userError(open[index] ? 'TOKEN_VALUE_MASKED' : 'SECRET_ALREADY_SHOWN');
    if (!isGiven) userErrors.set(error.code, error);
    const handout = isGiven ? await give(work, tokenHash, record.secret) : NO_HANDOUT;
    apiTokens.push({ created: { ...record, tokenHash, projectId, organizationId }, ...handout });
  }
  return { apiTokens, userErrors: [...userErrors.values()] };
}
