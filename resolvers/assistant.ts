import type { AssistantResolvers, AssistantRevisionResolvers, QueryResolvers } from '../src/generated/resolvers.ts';
import type { AssistantNeeds } from '../src/loaders/assistants.ts';
import type {
  AssistantDetail,
  AssistantRevisionRecord,
  AssistantSummary,
} from '../src/platform/resources/assistants.ts';
import type { RequestContext } from '../src/request/context.ts';
import { type EntityResolver, loadReferences } from '../src/request/entityReferences.ts';
import type { Complete } from '../src/request/resolverTypes.ts';
import { selectedFields } from '../src/request/selection.ts';
import type { AssistantHandle } from '../src/values/ids.ts';
import { settle } from '../src/values/result.ts';
import { readId } from './input.ts';
import { type AssistantModel, toAssistantModel } from './models.ts';
import { linkedProject } from './projectRef.ts';
import { assistantUsage } from './usage.ts';

export const Query: Pick<QueryResolvers, 'assistant'> = {
  assistant: (_root, { id }, context, info) =>
    assistantByHandle(readHandle(id, context), assistantNeeds(selectedFields(info)), context),
};

export const Assistant: Complete<AssistantResolvers, Omit<AssistantModel, 'id'>> = {
  id: ({ projectId, assistantId }, _args, { ids }) => ids.assistantId(projectId, assistantId),
  description: async (assistant, _args, context) => (await detailOf(assistant, context))?.description ?? null,
  kind: async (assistant, _args, context) => (await detailOf(assistant, context))?.kind ?? null,
  status: async (assistant, _args, context) => (await detailOf(assistant, context))?.status ?? null,
  revisions: async (assistant, _args, context) => (await revisionsOf(assistant, context))?.records ?? null,
  unreadableRevisionCount: async (assistant, _args, context) =>
    (await revisionsOf(assistant, context))?.unreadableCount ?? null,
  usage: assistantUsage,
  project: ({ projectId, organizationId }, _args, context, info) =>
    linkedProject({ id: projectId, organizationId }, context, info),
};

type Revisions = NonNullable<AssistantSummary['revisions']>;

/** Everything is in the record. The empty map is the proof: it would not compile otherwise. */
export const AssistantRevision: Complete<AssistantRevisionResolvers, AssistantRevisionRecord> = {};

/** Assistants by reference. */
export const resolveAssistants: EntityResolver = (references, context, info) => {
  const needs = assistantNeeds(selectedFields(info, [], 'Assistant'));
  return loadReferences(
    references,
    (id) => readHandle(id, context),
    (handles) => Promise.all(handles.map((handle) => settle(() => assistantByHandle(handle, needs, context)))),
  );
};

/** What the loaders must fetch for these fields of `Assistant`. */
export function assistantNeeds(fields: ReadonlySet<string>): AssistantNeeds {
  return {
    revisions: fields.has('revisions') || fields.has('unreadableRevisionCount'),
    detail: fields.has('description') || fields.has('kind') || fields.has('status'),
  };
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

function readHandle(id: string, { ids }: RequestContext): AssistantHandle {
  return readId(() => ids.readAssistantId(id), 'it takes the `id` of an `Assistant`.');
}
