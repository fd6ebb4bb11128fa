import type { GraphQLResolveInfo } from 'graphql';
import type { Reading } from '../src/cost/reading.ts';
import type { AssistantResolvers, AssistantRevisionResolvers, QueryResolvers } from '../src/generated/resolvers.ts';
import { assistantByIdCost, detailsCost, revisionsCost } from '../src/loaders/assistantCosts.ts';
import type { AssistantNeeds } from '../src/loaders/assistants.ts';
import type {
  AssistantDetail,
  AssistantRevisionRecord,
  AssistantSummary,
} from '../src/platform/resources/assistants.ts';
import type { RequestContext } from '../src/request/context.ts';
import { type EntityResolver, idOf, loadReferences, type Representation } from '../src/request/entityReferences.ts';
import { type Complete, declared, type Fields, free } from '../src/request/resolverTypes.ts';
import { selectedParts } from '../src/request/selection.ts';
import type { AssistantHandle } from '../src/values/ids.ts';
import { isJsonObject } from '../src/values/json.ts';
import { toResults } from '../src/values/result.ts';
import { readPlatformId, refuseId } from './input.ts';
import { type AssistantModel, toAssistantModel } from './models.ts';
import { linkToProject } from './projectRef.ts';
import { assistantUsage, ownUsageCost } from './usage.ts';

export type { AssistantRevisionRecord as AssistantRevisionModel } from '../src/platform/resources/assistants.ts';

export const Query: Fields<Pick<QueryResolvers, 'assistant'>> = {
  assistant: declared({ cost: assistantByIdCost, takes: 'PROJECT' }, (_root, { id }, context, info) =>
    assistantByHandle(readHandle(id, context), assistantNeeds(context, info), context),
  ),
};

const DETAILS: Reading = { cost: detailsCost, part: 'details' };
/** Prompts, and what is known of them. */
const REVISIONS: Reading = { cost: revisionsCost, permission: 'geai:content:read', part: 'revisions' };

export const Assistant: Complete<AssistantResolvers, Omit<AssistantModel, 'id'>> = {
  id: free(({ projectId, assistantId }, _args, { ids }) => ids.assistantId(projectId, assistantId)),
  platformId: free(({ assistantId }) => assistantId),
  description: declared(
    DETAILS,
    async (assistant, _args, context) => (await detailOf(assistant, context))?.description ?? null,
  ),
  kind: declared(DETAILS, async (assistant, _args, context) => (await detailOf(assistant, context))?.kind ?? null),
  status: declared(DETAILS, async (assistant, _args, context) => (await detailOf(assistant, context))?.status ?? null),
  revisions: declared(
    REVISIONS,
    async (assistant, _args, context) => (await revisionsOf(assistant, context))?.records ?? null,
  ),
  unreadableRevisionCount: declared(
    REVISIONS,
    async (assistant, _args, context) => (await revisionsOf(assistant, context))?.unreadableCount ?? null,
  ),
  usage: declared({ cost: ownUsageCost, takes: 'PROJECT', part: 'key' }, assistantUsage),
  project: linkToProject,
};

type Revisions = NonNullable<AssistantSummary['revisions']>;

/** Everything is in the record. The empty map is the proof: it would not compile otherwise. */
export const AssistantRevision: Complete<AssistantRevisionResolvers, AssistantRevisionRecord> = {};

/** Assistants by reference. */
export const resolveAssistants: EntityResolver = (references, context, info) => {
  const needs = assistantNeeds(context, info);
  return loadReferences(
    references,
    (reference) => readReference(reference, context),
    (handles) => toResults(handles, (handle) => assistantByHandle(handle, needs, context)),
  );
};

/** Parts that the selected fields of `Assistant` need, below the field being resolved or below `step`. */
export function assistantNeeds({ principal }: RequestContext, info: GraphQLResolveInfo, step?: string): AssistantNeeds {
  const parts = selectedParts(info, 'Assistant', step);
  const revisions = parts.has('revisions') && principal.permissions.has('geai:content:read');
  return { revisions, detail: parts.has('details') };
}

async function assistantByHandle(
  handle: AssistantHandle,
  needs: AssistantNeeds,
  { loaders }: RequestContext,
): Promise<AssistantModel | null> {
  const found = await loaders.assistants.byHandle(handle, needs);
  return found && toAssistantModel(found, { id: handle.projectId, organizationId: null });
}

async function revisionsOf(assistant: AssistantModel, { loaders }: RequestContext): Promise<Revisions | null> {
  const { revisions } = assistant.known;
  return revisions ?? (await loaders.assistants.detail(assistant, { revisions: true }))?.revisions ?? null;
}

async function detailOf(assistant: AssistantModel, { loaders }: RequestContext): Promise<AssistantDetail | null> {
  const { known } = assistant;
  return 'kind' in known ? known : loaders.assistants.detail(assistant, { revisions: false });
}

/** Either key: `id`, or the platform's ids of the project and of the assistant. */
function readReference(reference: Representation, context: RequestContext): AssistantHandle {
  const { id, platformId, project } = reference;
  if (id !== undefined || typeof platformId !== 'string') return readHandle(idOf(reference), context);
  const projectId = isJsonObject(project) && typeof project.id === 'string' ? project.id : '';
  return { projectId: readPlatformId(projectId), assistantId: readPlatformId(platformId) };
}

function readHandle(id: string, { ids }: RequestContext): AssistantHandle {
  return ids.readAssistantId(id) ?? refuseId('it takes the `id` of an `Assistant`.');
}
