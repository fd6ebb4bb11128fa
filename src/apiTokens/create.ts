import { type CreationInput, type CreationWork, creation } from '../mutations/creation.ts';
import { deliveryOf, type Handout, handOut, mayHandOut, NO_HANDOUT } from '../mutations/disclosure.ts';
import type { Work } from '../mutations/mutation.ts';
import { done, type Outcome } from '../mutations/outcome.ts';
import { nameErrors, textErrors, type UserError, userError } from '../mutations/userErrors.ts';
import type { ApiTokenRecord } from '../platform/resources/apiTokens.ts';
import { toResult } from '../values/result.ts';
import { BLOCK } from './change.ts';
import { createCalls } from './cost.ts';
import { type Issued, issueToken } from './issue.ts';
import { provenIn } from './proof.ts';
import type { ProjectScope } from './scope.ts';
import { send } from './send.ts';
import { stateOf, tokenScopeTarget } from './target.ts';
import { type Observation, verifyTokens } from './verification.ts';

interface NewToken extends CreationInput {
  readonly projectId: string;
  readonly name: string;
  readonly description?: string | null | undefined;
  readonly status: 'ACTIVE' | 'BLOCKED';
}

export interface CreatedToken extends ApiTokenRecord {
  /** Hash in the id of the token, known also if the list masks the value. */
  readonly tokenHash: string;
  readonly projectId: string;
  readonly organizationId: string | null;
}

type Creation = Omit<CreationOutcome, 'userErrors'>;

export interface CreationOutcome extends Handout {
  readonly created: CreatedToken | null;
  /** True if the answer of the platform was lost and the token was found in the list. */
  readonly recovered: boolean;
  readonly userErrors: readonly UserError[];
}

/**
 * Creates a token of a project, and blocks it before its secret is returned if asked to. Sends nothing twice. Throws
 * `OUTCOME_UNKNOWN` if the answer was lost and the list of the project does not show the token.
 */
export const createApiToken = creation({
  name: 'createApiToken',
  takes: 'ORGANIZATION',
  permission: 'geai:tokens:write',
  target: tokenScopeTarget,
  details: ({ projectId, name }) => ({ projectId, name }),
  checks: ({ name, description }: NewToken) => [...nameErrors('name', name), ...textErrors('description', description)],
  calls: createCalls,
  hashed: ({ projectId }, { name, description, status }) => [projectId, name, description || null, status],
  nothing: { created: null, recovered: false, ...NO_HANDOUT } as Creation,
  run: async (work, { name, description, status }) => {
    const { context, audit, target, idempotency, inputHash } = work;
    const draft = { name, description: description || null, status };
    const issued = await issueToken(context, { scope: target, idempotency, audit, input: inputHash, ...draft });
    return issued.kind === 'refused' ? issued : finish(work, issued, status);
  },
});

/** Blocks the new token if asked to. Returns its secret only if the platform was seen to refuse it. */
async function finish(
  work: CreationWork<ProjectScope>,
  { token, tokenHash, recovered }: Issued,
  status: NewToken['status'],
): Promise<Outcome<Creation>> {
  const { context, audit, target, recipient } = work;
  const { projectId, manager } = target;
  audit.note({ target: context.ids.writeApiTokenId({ projectId, tokenHash }), after: stateOfNew(token) });
  const described = { tokenHash, projectId, organizationId: manager.organizationId };
  const isReplay = !(await mayHandOut(work, tokenHash));
  if (!isReplay && !(await provenIn(context, projectId, [token]))(token)) {
    const userErrors = [userError('TOKEN_VALUE_MASKED'), ...(status === 'BLOCKED' ? [NOT_BLOCKED] : [])];
    return done({ created: { ...token, ...described }, recovered, ...NO_HANDOUT }, userErrors);
  }
  const isToBlock = !isReplay && status === 'BLOCKED';
  const seen = isToBlock ? await block(work, { ...token, secret: token.secret.asWhole() }) : NOT_CHECKED;
  const { verification, isSeen: isBlocked, after } = seen;
  const created = { ...token, ...(isBlocked ? { status, ...after } : after), ...described };
  audit.note({ after: stateOfNew(created), verification, details: { recovered, sealed: recipient.seal !== null } });
  if (isToBlock && !isBlocked) return done({ created, recovered, ...NO_HANDOUT }, [NOT_BLOCKED]);
  const handout = isReplay ? null : await handOut(work, tokenHash, token.secret);
  if (!handout) return done({ created, recovered: false, ...NO_HANDOUT }, [userError('SECRET_ALREADY_SHOWN')]);
  audit.note({ secret: deliveryOf(recipient, [handout]) });
  return done({ created, recovered, ...handout });
}

const NOT_BLOCKED = userError('CREATED_BUT_NOT_BLOCKED', 'status');

function stateOfNew(token: ApiTokenRecord) {
  return { name: token.name, ...stateOf(token) };
}

const NOT_CHECKED = { verification: null, isSeen: false, after: null };

/** Blocks a new token, whatever status it is listed with, and verifies it. After a refusal, one poll returns its status. */
async function block(
  { context, audit, target: scope }: Work<ProjectScope>,
  token: ApiTokenRecord,
): Promise<Observation> {
  const sent = await toResult(() => send(context, audit, scope, token, BLOCK));
  const isRefused = sent instanceof Error || sent.kind === 'refused';
  const err = isRefused ? sent : sent.kind === 'lost' ? sent.error : null;
  if (err) context.log.error({ err, projectId: scope.projectId }, 'a new token could not be blocked');
  const expectation = { token, kind: 'status', status: 'BLOCKED' } as const;
  const [observation] = await verifyTokens(context, scope, [expectation], isRefused ? 0 : undefined);
  if (!observation) throw new Error('every expectation has an observation');
  return observation;
}
