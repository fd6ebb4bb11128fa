import { inputOf, readProject } from '../cost/arguments.ts';
import { named } from '../cost/estimator.ts';
import { inside, NOWHERE } from '../cost/parentScope.ts';
import type { UsageLimitUserErrorCode } from '../generated/resolvers.ts';
import type { TokenManagerCredential } from '../loaders/apiTokens.ts';
import { organizationOf } from '../loaders/source.ts';
import { inForce } from '../loaders/usageLimits.ts';
import type { MutationContext } from '../mutations/context.ts';
import type { MutationInput, TargetKind } from '../mutations/mutation.ts';
import { type Refused, refused } from '../mutations/outcome.ts';
import { projectIdErrors, userError } from '../mutations/userErrors.ts';
import { absentAsNull } from '../platform/client/errors.ts';
import {
  type LimitCalls,
  organizationLimitCalls,
  projectLimitCalls,
  type UsageLimitRecord,
} from '../platform/resources/usageLimits.ts';
import { readUuid } from '../values/uuid.ts';

/** Input that names a project or an organization. */
export interface LimitedInput extends MutationInput {
  readonly projectId?: string | null | undefined;
  readonly organizationId?: string | null | undefined;
}

/** Owner of a limit, and the credential that changes it. */
interface LimitScope {
  readonly kind: 'scope';
  readonly manager: TokenManagerCredential;
  readonly calls: LimitCalls;
  readonly ids: { readonly organizationId: string; readonly projectId: string };
}

export interface LimitTarget extends LimitScope {
  /** Limit in force. Null if there is none. */
  readonly limit: UsageLimitRecord | null;
}

/** Limit in force of the project or organization that the input names. */
export const limitTarget: TargetKind<LimitedInput, LimitTarget, UsageLimitUserErrorCode> = {
  idOf: ({ projectId, organizationId }) => projectId ?? organizationId ?? null,
  checks: ({ projectId = null, organizationId = null }) => {
    if ((projectId === null) === (organizationId === null)) return [userError('TARGET_REQUIRED')];
    return projectId === null
      ? projectIdErrors('organizationId', organizationId ?? '')
      : projectIdErrors('projectId', projectId);
  },
  find: async (context, input) => {
    const scope = await scopeOf(context, input);
    if (scope.kind === 'refused') return scope;
    const { manager } = scope;
    const found = await absentAsNull(limitInForce(context, scope).then((limit) => ({ limit })));
    if (!found) return refused(userError('PROJECT_NOT_FOUND', 'projectId'));
    return { kind: 'found', manager, target: { ...scope, ...found }, facts: { before: stateOf(found.limit) } };
  },
  cost: (field, { estimator }, calls) => {
    const { projectId, organizationId } = inputOf(field);
    const [project, organization] = [readProject(projectId), readProject(organizationId)];
    if (project === null && organization === null) return null;
    estimator.startOver();
    estimator.identify();
    if (project !== null) estimator.manager(named([project]), field.path);
    estimator.counter.add(field.path, 1 + calls);
    return project === null ? NOWHERE : inside(named([project]));
  },
};

/** Lists the limits on the platform, and returns the one in force. */
export async function limitInForce(
  { session }: Pick<MutationContext, 'session'>,
  { manager, calls, ids }: LimitScope,
  withinMs?: number,
): Promise<UsageLimitRecord | null> {
  const client = withinMs === undefined ? session.as(manager) : session.probing(manager, withinMs);
  return inForce(calls.list)(await client.call(calls.list, ids));
}

async function scopeOf(
  { loaders, credentials }: MutationContext,
  { projectId = null, organizationId = null }: LimitedInput,
): Promise<LimitScope | Refused<UsageLimitUserErrorCode>> {
  const uuid = readUuid(projectId ?? organizationId ?? '');
  if (projectId === null) {
    const manager = await credentials.for(organizationLimitCalls.list, { organizationId: uuid, covers: 'everything' });
    return { kind: 'scope', manager, calls: organizationLimitCalls, ids: { organizationId: uuid, projectId: '' } };
  }
  const manager = await loaders.apiTokens.manager({ id: uuid, organizationId: null });
  if (!manager) return refused(userError('PROJECT_NOT_FOUND', 'projectId'));
  const ids = { organizationId: organizationOf(manager, { id: uuid }), projectId: uuid };
  return { kind: 'scope', manager, calls: projectLimitCalls, ids };
}

/** State of a limit for the audit log. */
export function stateOf(limit: UsageLimitRecord | null) {
  if (!limit) return null;
  const { status, period, unit, softLimit, hardLimit, isRenewable } = limit;
  return { status, period, unit, softLimit, hardLimit, isRenewable };
}
