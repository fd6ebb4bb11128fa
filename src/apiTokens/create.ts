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
import {
  keyErrors,
  nameErrors,
  projectIdErrors,
  textErrors,
  type UserError,
  userError,
} from '../mutations/userErrors.ts';
import type { ApiTokenRecord } from '../platform/resources/apiTokens.ts';
import { readUuid } from '../values/ids.ts';
import { toResult } from '../values/result.ts';
import { BLOCK } from './change.ts';
import { type Issued, issueToken } from './issue.ts';
import { provenIn } from './proof.ts';
import type { Place } from './scope.ts';
import { send } from './send.ts';
import { type Observation, verifyTokens } from './verification.ts';

export interface NewToken {
  readonly projectId: string;
  readonly name: string;
  readonly description?: string | null | undefined;
  readonly status: 'ACTIVE' | 'BLOCKED';
  readonly encryptTo?: string | null | undefined;
  readonly idempotencyKey?: string | null | undefined;
}

export interface CreatedToken extends ApiTokenRecord {
  /** What its id is made of, also when the record is from a list that masks the value. */
  readonly mark: string;
  readonly projectId: string;
  readonly organizationId: string | null;
}

export interface CreationOutcome extends Handout {
  readonly created: CreatedToken | null;
  /** Whether the answer of the platform was lost and the token found by comparing lists. */
  readonly recovered: boolean;
  readonly userErrors: readonly UserError[];
}

/**
 * Creates a token of a project, blocked before its secret is handed out when asked to be. Nothing is sent twice. Throws
 * `OUTCOME_UNKNOWN` when the answer of the creation was lost and the project's list does not tell what came of it. `selected`: see
 * `Recipient`.
 */
export function createToken(
  context: MutationContext,
  input: NewToken,
  selected: ReadonlySet<string>,
): Promise<CreationOutcome> {
  const details = { projectId: input.projectId, name: input.name };
  return audited(context, { action: 'createApiToken', target: null, details }, async (audit) => {
    const key = await readEncryptionKey(input.encryptTo);
    const seal = key && 'code' in key ? null : key;
    const mistakes = [
      ...projectIdErrors('projectId', input.projectId),
      ...nameErrors('name', input.name),
      ...textErrors('description', input.description),
      ...keyErrors(input.idempotencyKey),
      ...(key && 'code' in key ? [key] : []),
    ];
    if (mistakes.length > 0) return refused(mistakes);
    const projectId = readUuid(input.projectId);
    audit.note({ target: projectId });
    const manager = await context.loaders.apiTokens.manager({ id: projectId, organizationId: null });
    if (!manager) return refused([userError('PROJECT_NOT_FOUND', 'projectId')]);
    audit.actor(manager);
    return createAt(context, audit, { manager, projectId }, input, { seal, selected });
  });
}

async function createAt(
  context: MutationContext,
  audit: AuditScope,
  place: Place,
  input: NewToken,
  recipient: Recipient,
): Promise<CreationOutcome> {
  const { name, status, encryptTo, idempotencyKey } = input;
  const description = input.description || null;
  const mark = inputMark([place.projectId, name, description, status, encryptTo ?? null]);
  const run = async (journal: Journal): Promise<CreationOutcome> => {
    if (journal.entry && journal.entry.input !== mark)
      return refused([userError('IDEMPOTENCY_KEY_REUSED', 'idempotencyKey')]);
    const issued = await issueToken(context, { place, journal, audit, input: mark, name, description, status });
    return 'code' in issued ? refused([issued]) : finish(context, audit, place, journal, issued, status, recipient);
  };
  const outcome = await journalFor(context, 'createApiToken', place.manager, idempotencyKey, run);
  return outcome === 'BUSY' ? refused([userError('IN_PROGRESS', 'idempotencyKey')]) : outcome;
}

/** Blocks the new token when it is to start so, and lets its secret out only when the platform was seen to refuse it. */
async function finish(
  context: MutationContext,
  audit: AuditScope,
  place: Place,
  journal: Journal,
  { token, mark, recovered }: Issued,
  status: NewToken['status'],
  recipient: Recipient,
): Promise<CreationOutcome> {
  const { projectId, manager } = place;
  audit.note({ target: context.ids.writeApiTokenId({ projectId, mark }), after: stateOf(token) });
  const described = { mark, projectId, organizationId: manager.organizationId };
  const isReplay = !(await mayHandOut(context, journal, mark));
  if (!isReplay && !(await provenIn(context, projectId, [token]))(token)) {
    const notBlocked = status === 'BLOCKED' ? [userError('CREATED_BUT_NOT_BLOCKED', 'status')] : [];
    const userErrors = [userError('TOKEN_VALUE_MASKED'), ...notBlocked];
    return { created: { ...token, ...described }, recovered, ...NO_HANDOUT, userErrors };
  }
  const isToBlock = !isReplay && status === 'BLOCKED';
  const seen = isToBlock
    ? await block(context, audit, place, { ...token, secret: token.secret.asWhole() })
    : NOT_LOOKED_AT;
  const { verification, isSeen: isBlocked, after } = seen;
  const created = { ...token, ...(isBlocked ? { status, ...after } : after), ...described };
  audit.note({ after: stateOf(created), verification, details: { recovered, sealed: recipient.seal !== null } });
  if (isToBlock && !isBlocked) {
    return { created, recovered, ...NO_HANDOUT, userErrors: [userError('CREATED_BUT_NOT_BLOCKED', 'status')] };
  }
  const handout = isReplay ? null : await handOut(context, journal, mark, token.secret, recipient);
  if (handout) audit.note({ secret: fateOf(recipient, isGiven(handout)) });
  if (handout) return { created, recovered, ...handout, userErrors: [] };
  return { created, recovered: false, ...NO_HANDOUT, userErrors: [userError('SECRET_ALREADY_SHOWN')] };
}

function stateOf({ name, status, description }: ApiTokenRecord) {
  return { name, status, description };
}

const NOT_LOOKED_AT = { verification: null, isSeen: false, after: null };

/**
 * Blocks a new token, whatever its status is said to be, and finds out what came of it. When the platform refused to, one look
 * tells its status.
 */
async function block(
  context: MutationContext,
  audit: AuditScope,
  place: Place,
  token: ApiTokenRecord,
): Promise<Observation> {
  const sent = await toResult(() => send(context, audit, place, token, BLOCK));
  const isRefused = sent instanceof Error || sent.kind === 'refused';
  const err = isRefused ? sent : sent.kind === 'lost' ? sent.error : null;
  if (err) context.log.error({ err, projectId: place.projectId }, 'a new token could not be blocked');
  const { session, loaders, introspection } = context;
  const verifyTimeoutMs = isRefused ? 0 : context.verifyTimeoutMs;
  const watching = { session, loaders, introspection, verifyTimeoutMs };
  const [observation] = await verifyTokens(watching, place, [{ token, status: 'BLOCKED' }]);
  if (!observation) throw new Error('every expectation has an observation');
  return observation;
}

function refused(userErrors: readonly UserError[]): CreationOutcome {
  return { created: null, recovered: false, ...NO_HANDOUT, userErrors };
}
