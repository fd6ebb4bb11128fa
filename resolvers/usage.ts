import type { Cost } from '../src/cost/parentScope.ts';
import type { ApiTokenUsage, AssistantUsage, ProjectUsage } from '../src/generated/resolvers.ts';
import type { ProjectReference } from '../src/loaders/apiTokens.ts';
import { usageCost } from '../src/loaders/requests.ts';
import type { RequestContext } from '../src/request/context.ts';
import { declared } from '../src/request/resolverTypes.ts';
import { usageOfToken } from '../src/usage/attribution.ts';
import type { UsagePass } from '../src/usage/exportPass.ts';
import { figuresOf, UsageTotals } from '../src/usage/usageTotals.ts';
import { bounds } from '../src/usage/window.ts';
import type { ApiTokenModel, AssistantModel } from './models.ts';
import { readWindow } from './window.ts';

/** Cost of the figures of something in a project. */
export const ownUsageCost: Cost = (field, scope, { estimator }) => {
  if (scope.projects) usageCost(scope.projects, estimator.keyOf(field.args()), field.path, estimator);
  return scope;
};

/** Cost of the figures of a token, which take the list of its project's tokens as well. */
export const tokenUsageCost: Cost = (field, scope, circumstances) => {
  if (scope.projects) circumstances.estimator.tokenLists(scope.projects, field.path);
  return ownUsageCost(field, scope, circumstances);
};

interface Args {
  readonly window?: { readonly from?: unknown; readonly to?: unknown } | null | undefined;
}

/** Usage of a token. The list of its project's tokens, which shows if its name is unique, is already loaded. */
export async function apiTokenUsage(
  token: ApiTokenModel,
  { window }: Args,
  { loaders }: RequestContext,
): Promise<ApiTokenUsage | null> {
  const { requests, apiTokens } = loaders;
  const pass = await requests.usage(token.projectId, readWindow(window, requests.now));
  if (!pass) return null;
  const project = { id: token.projectId, organizationId: token.organizationId };
  const siblings = (await apiTokens.ofProject(project))?.records ?? [];
  return { ...scopeOf(pass), ...usageOfToken(token, siblings, pass, requests.hashLabel) };
}

/** Usage of an assistant, by its name, which is unique in its project. */
export async function assistantUsage(
  assistant: AssistantModel,
  { window }: Args,
  { loaders: { requests } }: RequestContext,
): Promise<AssistantUsage | null> {
  const pass = await requests.usage(assistant.projectId, readWindow(window, requests.now));
  return pass && { ...scopeOf(pass), ...(pass.byAssistant.get(assistant.name) ?? new UsageTotals()).figures() };
}

export const usageOfProject = declared(
  { cost: ownUsageCost, takes: 'PROJECT', part: 'key' },
  projectUsage,
  (project, args, context) => projectUsage(project, args, context),
);

async function projectUsage(
  { id }: Pick<ProjectReference, 'id'>,
  { window }: Args,
  { loaders: { requests } }: RequestContext,
): Promise<ProjectUsage | null> {
  const pass = await requests.usage(id, readWindow(window, requests.now));
  return pass && { ...scopeOf(pass), ...figuresOf(pass.byToken.values()) };
}

function scopeOf({ window, isComplete, coveredSince }: UsagePass) {
  return { ...bounds(window), complete: isComplete, coveredSince };
}
