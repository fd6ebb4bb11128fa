import type { CreatedToken } from '../apiTokens/create.ts';
import { provenIn } from '../apiTokens/proof.ts';
import type { TokenManagerCredential } from '../loaders/apiTokens.ts';
import { type AuditScope, audited } from '../mutations/audited.ts';
import type { MutationContext } from '../mutations/context.ts';
import {
  fateOf,
  type Handout,
  handOut,
  isGiven,
  mayHandOut,
  NO_HANDOUT,
  type Recipient,
} from '../mutations/disclosure.ts';
import { readEncryptionKey } from '../mutations/encryption.ts';
import { inputMark, journalFor } from '../mutations/idempotency.ts';
import type { Journal } from '../mutations/idempotencyRecord.ts';
import { userError } from '../mutations/userErrors.ts';
import { createProject, type ProjectRecord } from '../platform/resources/projects.ts';
import { readUuid } from '../values/ids.ts';
import { draftOf, type NewProject, type ProjectUserError, projectMistakes } from './input.ts';
import { type IssuedProject, issueProject } from './issue.ts';

/** A token that a new project starts with, and its secret. */
export interface IssuedToken extends Handout {
  readonly created: CreatedToken;
}

export interface ProjectCreationOutcome {
  readonly project: ProjectRecord | null;
  readonly apiTokens: readonly IssuedToken[];
  /** Tokens that the project starts with and that could not be read. */
  readonly unreadableApiTokenCount: number;
  /** Whether the answer of the platform was lost and the project found by its name. */
  readonly recovered: boolean;
  readonly userErrors: readonly ProjectUserError[];
}

/**
 * Creates a project of an organization, and hands out the secrets of the tokens that it starts with. Nothing is sent twice.
 * Throws `OUTCOME_UNKNOWN` when the answer was lost and the project is not found by its name. `selected`: see `Recipient`.
 */
export function createNewProject(
  context: MutationContext,
  input: NewProject,
  selected: ReadonlySet<string>,
): Promise<ProjectCreationOutcome> {
  const details = { organizationId: input.organizationId ?? null, name: input.name };
  return audited(context, { action: 'createProject', target: null, details }, async (audit) => {
    const key = await readEncryptionKey(input.encryptTo);
    const seal = key && 'code' in key ? null : key;
    const mistakes = [...projectMistakes(input), ...(key && 'code' in key ? [key] : [])];
    if (mistakes.length > 0) return refused(mistakes);
    const manager = await managerFor(context, input.organizationId ?? null);
    if ('code' in manager) return refused([manager]);
    audit.actor(manager);
    audit.note({ details: { organizationId: manager.organizationId } });
    return createIn(context, audit, manager, input, { seal, selected });
  });
}

/** The credential that creates projects, of the organization that is named or the only one that there is. */
async function managerFor(
  { credentials }: MutationContext,
  organizationId: string | null,
): Promise<TokenManagerCredential | ProjectUserError> {
  const open = new Set((await credentials.accepted()).flatMap((credential) => credential.organizationId ?? []));
  const [only = '', ...others] = open;
  if (organizationId === null && others.length > 0) return userError('ORGANIZATION_REQUIRED', 'organizationId');
  // It may belong to another organization, so that this one is not known to be the only one.
  const unknown = organizationId === null ? await credentials.unidentified() : undefined;
  if (unknown) throw unknown;
  const target = { organizationId: organizationId === null ? only : readUuid(organizationId) };
  return credentials.for(createProject, target);
}

async function createIn(
  context: MutationContext,
  audit: AuditScope,
  manager: TokenManagerCredential,
  input: NewProject,
  recipient: Recipient,
): Promise<ProjectCreationOutcome> {
  const draft = draftOf(input);
  const { name, description, administratorUserEmail, usageLimit } = draft;
  const limit = usageLimit && JSON.stringify(usageLimit);
  const mark = inputMark([name, description, administratorUserEmail, limit, input.encryptTo ?? null]);
  const run = async (journal: Journal): Promise<ProjectCreationOutcome> => {
    if (journal.entry && journal.entry.input !== mark) {
      return refused([userError('IDEMPOTENCY_KEY_REUSED', 'idempotencyKey')]);
    }
    const issued = await issueProject(context, { manager, journal, audit, draft, input: mark });
    return 'code' in issued ? refused([issued]) : finish(context, audit, manager, journal, issued, recipient);
  };
  const outcome = await journalFor(context, 'createProject', manager, input.idempotencyKey, run);
  return outcome === 'BUSY' ? refused([userError('IN_PROGRESS', 'idempotencyKey')]) : outcome;
}

async function finish(
  context: MutationContext,
  audit: AuditScope,
  { organizationId }: TokenManagerCredential,
  journal: Journal,
  { project, tokens, recovered }: IssuedProject,
  recipient: Recipient,
): Promise<ProjectCreationOutcome> {
  const projectId = project.id;
  const { records, unreadableCount } = tokens;
  audit.note({
    target: projectId,
    after: { name: project.name, status: project.status },
    details: {
      recovered,
      sealed: recipient.seal !== null,
      apiTokens: records.map(({ mark }) => context.ids.writeApiTokenId({ projectId, mark })),
    },
  });
  const userErrors = new Map<string, ProjectUserError>();
  const apiTokens: IssuedToken[] = [];
  const isSecret = await provenIn(
    context,
    projectId,
    records.map(({ record }) => record),
  );
  for (const { record, mark } of records) {
    const handout = await handoutOf(context, journal, mark, isSecret(record) ? record.secret : null, recipient);
    if ('code' in handout) userErrors.set(handout.code, handout);
    const created = { ...record, mark, projectId, organizationId };
    apiTokens.push({ created, ...('code' in handout ? NO_HANDOUT : handout) });
  }
  if (userErrors.size === 0)
    audit.note({ secret: fateOf(recipient, unreadableCount === 0 && apiTokens.every(isGiven)) });
  const unreadableApiTokenCount = unreadableCount;
  return { project, apiTokens, unreadableApiTokenCount, recovered, userErrors: [...userErrors.values()] };
}

async function handoutOf(
  context: MutationContext,
  journal: Journal,
  mark: string,
  secret: Handout['secret'],
  recipient: Recipient,
): Promise<Handout | ProjectUserError> {
  if (!(await mayHandOut(context, journal, mark))) return userError('SECRET_ALREADY_SHOWN');
  if (secret === null) return userError('TOKEN_VALUE_MASKED');
  const handout = await handOut(context, journal, mark, secret, recipient);
  return handout ?? userError('SECRET_ALREADY_SHOWN');
}

function refused(userErrors: readonly ProjectUserError[]): ProjectCreationOutcome {
  return { project: null, apiTokens: [], unreadableApiTokenCount: 0, recovered: false, userErrors };
}
