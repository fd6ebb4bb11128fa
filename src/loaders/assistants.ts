import DataLoader from 'dataloader';
import type { Credential } from '../platform/client/credential.ts';
import { absentAsNull, PlatformError } from '../platform/client/errors.ts';
import type { PlatformList } from '../platform/client/lists.ts';
import type { PlatformSession } from '../platform/client/session.ts';
import {
  type AssistantDepth,
  type AssistantDetail,
  type AssistantSummary,
  getAssistant,
  listAssistants,
} from '../platform/resources/assistants.ts';
import type { AssistantHandle } from '../values/ids.ts';
import { toResult, toResults } from '../values/result.ts';
import { PerCredential } from './perCredential.ts';
import type { ProjectCredentials } from './projectCredentials.ts';

/** Parts of an assistant that a selection reads beyond its name. */
export interface AssistantNeeds {
  /** Revisions: both the list and the look-up by id have them, at full depth. */
  readonly revisions: boolean;
  /** Description, kind or status: only the look-up by id has them. */
  readonly detail: boolean;
}

export interface AssistantLoaders {
  /** The assistants of a project, in no promised order; null when there is no such project. */
  ofProject(projectId: string, needs: AssistantNeeds): Promise<PlatformList<AssistantSummary> | null>;
  /** One assistant; null when the project has none such. */
  byHandle(handle: AssistantHandle, needs: AssistantNeeds): Promise<AssistantSummary | AssistantDetail | null>;
  /** Members that only a look-up by id has; null when the project has no such assistant. */
  detail(handle: AssistantHandle, needs: Pick<AssistantNeeds, 'revisions'>): Promise<AssistantDetail | null>;
}

type ListKey = { readonly projectId: string; readonly depth: AssistantDepth };
type DetailKey = AssistantHandle & { readonly depth: AssistantDepth };
type HandleKey = AssistantHandle & AssistantNeeds;

export function assistantLoaders(projectCredentials: ProjectCredentials, session: PlatformSession): AssistantLoaders {
  const lists = new PerCredential<Promise<PlatformList<AssistantSummary>>>();
  const details = new PerCredential<Promise<AssistantDetail | null>>();

  const listed = new DataLoader<ListKey, PlatformList<AssistantSummary> | null, string>(
    (keys) => {
      const depths = deepest(keys, ({ projectId }) => projectId);
      return toResults(keys, async ({ projectId }) => {
        const credential = await projectCredentials.load(projectId);
        if (!credential) return null;
        const depth = depths.get(projectId) ?? 'summary';
        const list = () => session.as(credential).call(listAssistants[depth], {});
        return absentAsNull(fetchAt(lists, credential, 'assistants', depth, list));
      });
    },
    { name: 'assistants', cacheKeyFn: ({ projectId, depth }) => `${projectId} ${depth}` },
  );

  const detailed = new DataLoader<DetailKey, AssistantDetail | null, string>(
    (keys) => {
      const depths = deepest(keys, ({ assistantId }) => assistantId);
      return toResults(keys, async ({ projectId, assistantId }) => {
        const credential = await projectCredentials.load(projectId);
        if (!credential) return null;
        const depth = depths.get(assistantId) ?? 'summary';
        const get = () => absentAsNull(session.as(credential).call(getAssistant[depth], { assistantId }));
        const found = await fetchAt(details, credential, assistantId, depth, get);
        // An answer about another one is of no use.
        if (found && found.id !== assistantId) throw new PlatformError('BAD_RESPONSE', getAssistant[depth]);
        return found;
      });
    },
    {
      name: 'assistantDetail',
      cacheKeyFn: ({ projectId, assistantId, depth }) => `${projectId} ${assistantId} ${depth}`,
    },
  );

  const detail = ({ projectId, assistantId }: AssistantHandle, needs: Pick<AssistantNeeds, 'revisions'>) =>
    detailed.load({ projectId, assistantId, depth: depthFor(needs.revisions) });

  const byHandle = new DataLoader<HandleKey, AssistantSummary | AssistantDetail | null>(
    (keys) => {
      const perProject = Map.groupBy(keys, ({ projectId }) => projectId);
      return toResults(keys, async (key) => {
        const wanted = new Set(perProject.get(key.projectId)?.map(({ assistantId }) => assistantId));
        if (key.detail || wanted.size < 2) return detail(key, key);
        const all = await toResult(() => listed.load({ projectId: key.projectId, depth: depthFor(key.revisions) }));
        // A user's token may look assistants up where it may not list them (platform-api.md 1.4).
        if (all instanceof PlatformError && all.kind === 'FORBIDDEN') return detail(key, key);
        if (all instanceof Error) throw all;
        return all && (all.records.find(({ id }) => id === key.assistantId) ?? detail(key, key));
      });
    },
    { name: 'assistant', cache: false },
  );

  return {
    detail,
    byHandle: (handle, needs) => byHandle.load({ ...handle, ...needs }),
    // Details are asked for one by one, so the list need not carry the revisions as well.
    ofProject: (projectId, needs) => listed.load({ projectId, depth: depthFor(needs.revisions && !needs.detail) }),
  };
}

function depthFor(needsRevisions: boolean): AssistantDepth {
  return needsRevisions ? 'full' : 'summary';
}

/** The depth at which each thing is asked for in this batch: when anyone needs the revisions, all get them. */
function deepest<K extends { readonly depth: AssistantDepth }>(
  keys: readonly K[],
  nameOf: (key: K) => string,
): Map<string, AssistantDepth> {
  const depths = new Map<string, AssistantDepth>();
  for (const key of keys) if (key.depth === 'full' || !depths.has(nameOf(key))) depths.set(nameOf(key), key.depth);
  return depths;
}

/** An answer at full depth serves both depths. */
function fetchAt<T>(
  known: PerCredential<Promise<T>>,
  credential: Credential,
  name: string,
  depth: AssistantDepth,
  fetch: () => Promise<T>,
): Promise<T> {
  return known.get(credential, `full ${name}`) ?? known.getOrMake(credential, `${depth} ${name}`, fetch);
}
