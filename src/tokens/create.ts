import type { RequestContext } from '../context.ts';
import { outcomeUnknown } from '../errors.ts';
import { readUuid } from '../ids.ts';
import type { TokenManagerCredential } from '../loaders/apiTokens.ts';
import { type ApiTokenRecord, createApiToken, updateApiToken } from '../platform/apiTokens.ts';
import { PlatformError } from '../platform/errors.ts';
import type { Secret } from '../secret.ts';
import { nameErrors, textErrors, type UserError, userError, userErrorOf } from './userErrors.ts';

export interface NewToken {
  readonly projectId: string;
  readonly name: string;
  readonly description?: string | null | undefined;
  readonly status: 'ACTIVE' | 'BLOCKED';
}

export interface CreatedToken extends ApiTokenRecord {
  readonly projectId: string;
  readonly organizationId: string | null;
}

export interface CreationOutcome {
  readonly created: CreatedToken | null;
  /** The one time that the secret of a token leaves the facade. */
  readonly handout: Secret | null;
  readonly userErrors: readonly UserError[];
}

/**
 * Creates a token of a project, blocked before its secret is handed out when asked to be. Nothing is sent twice.
 * Throws `OUTCOME_UNKNOWN` when the answer of the creation was lost.
 */
export async function createToken(context: RequestContext, input: NewToken): Promise<CreationOutcome> {
  const mistakes = [
    ...projectIdErrors(input.projectId),
    ...nameErrors('name', input.name),
    ...textErrors('description', input.description),
  ];
  if (mistakes.length > 0) return refused(mistakes);
  const projectId = readUuid(input.projectId);
  const manager = await context.loaders.apiTokens.manager({ id: projectId, organizationId: null });
  if (!manager) return refused([userError('PROJECT_NOT_FOUND', 'projectId')]);
  const record = await send(context, manager, projectId, input);
  if ('code' in record) return refused([record]);
  const created = { ...record, projectId, organizationId: manager.organizationId };
  context.log.info(
    { action: 'createApiToken', tokenId: context.ids.apiTokenId(projectId, record), status: input.status },
    'token change',
  );
  return input.status === 'BLOCKED' ? block(context, manager, created) : handOut(created);
}

async function send(
  context: RequestContext,
  manager: TokenManagerCredential,
  projectId: string,
  { name, description }: NewToken,
): Promise<ApiTokenRecord | UserError> {
  try {
    return await createApiToken(context.session.as(manager), projectId, { name, description: description || null });
  } catch (error) {
    if (error instanceof PlatformError && error.kind === 'OUTCOME_UNKNOWN') throw creationUnknown(error);
    return userErrorOf(error, userError('PROJECT_NOT_FOUND', 'projectId'));
  } finally {
    context.loaders.tokensChanged(manager, projectId);
  }
}

function creationUnknown(error: PlatformError): Error {
  return outcomeUnknown(
    'The token may or may not have been created: the answer of the platform was lost. Look for its name in ' +
      '`Project.apiTokens`; if it is there, revoke it, since its secret is lost, and create another.',
    error,
  );
}

async function block(
  context: RequestContext,
  manager: TokenManagerCredential,
  created: CreatedToken,
): Promise<CreationOutcome> {
  try {
    await updateApiToken(context.session.as(manager), created.secret, { status: 'blocked' });
  } catch (error) {
    if (!(error instanceof PlatformError)) throw error;
    context.log.error({ err: error, projectId: created.projectId }, 'a new token could not be blocked');
    return { created, handout: null, userErrors: [userError('CREATED_BUT_NOT_BLOCKED', 'status')] };
  }
  return handOut({ ...created, status: 'BLOCKED' });
}

function projectIdErrors(projectId: string): UserError[] {
  try {
    readUuid(projectId);
    return [];
  } catch {
    return [userError('INVALID_ID', 'projectId')];
  }
}

function handOut(created: CreatedToken): CreationOutcome {
  return { created, handout: created.secret, userErrors: [] };
}

function refused(userErrors: readonly UserError[]): CreationOutcome {
  return { created: null, handout: null, userErrors };
}
