import DataLoader from 'dataloader';
import type { Credentials } from '../credentials/credentials.ts';
import type { PlatformSession } from '../platform/client.ts';
import type { Credential } from '../platform/credential.ts';
import { absentAsNull, isFaultOfCaller, PlatformError } from '../platform/errors.ts';
import { operations } from '../platform/operations.ts';
import { getProject, listProjects, type ProjectRecord } from '../platform/projects.ts';
import { settle } from '../settle.ts';
import { PerCredential } from './perCredential.ts';

type ProjectReader = Credential<'organization' | 'project' | 'oauth'>;
type ProjectLister = Credential<'organization' | 'oauth'>;

/** Every project of one organization, by id. */
type ProjectList = ReadonlyMap<string, ProjectRecord>;

/** What is known of a wanted project after a round: the record, null when it was not found, or why it is not known. */
type Found = ProjectRecord | null | Error;

export interface ProjectLoaders {
  /** One project; null when the credentials' organizations have no such project. */
  load(id: string): Promise<ProjectRecord | null>;
  /** The same for many, in order. What fails is an `Error` in its place. */
  loadMany(ids: readonly string[]): Promise<(ProjectRecord | null | Error)[]>;
  /** Every project of an organization, in no promised order. */
  list(organizationId: string): Promise<readonly ProjectRecord[]>;
}

/** Projects by id: one is asked for by id, two and more by one list per organization (design.md 5). */
export function projectLoaders(credentials: Credentials, session: PlatformSession): ProjectLoaders {
  const lists = new PerCredential<Promise<ProjectList>>();
  const listAs = (credential: ProjectLister) =>
    lists.getOrMake(credential, 'projects', async () => {
      const records = await listProjects(session.as(credential));
      return new Map(records.map((record) => [record.id, record]));
    });

  const getAs = (credential: ProjectReader, id: string): Promise<Found> =>
    settle(() => absentAsNull(getProject(session.as(credential), id)));

  /** One credential's share: the list when it is at hand or worth it, and by id only what the list lacks. */
  const findAs = async (credential: ProjectReader, ids: readonly string[]): Promise<Found[]> => {
    const listed = isLister(credential) ? await listIfWorthIt(lists, credential, ids, listAs) : null;
    if (listed instanceof Error) return ids.map(() => listed);
    return Promise.all(ids.map((id) => listed?.get(id) ?? getAs(credential, id)));
  };

  const byId = new DataLoader<string, ProjectRecord | null>(
    async (ids) => {
      const searches = await Promise.all(ids.map((id) => startSearch(credentials, id)));
      await search(searches, findAs);
      return searches.map(({ found }) => found);
    },
    { name: 'project' },
  );

  return {
    load: (id) => byId.load(id),
    loadMany: (ids) => byId.loadMany(ids),
    list: async (organizationId) => {
      const credential = await credentials.for(operations.listProjects, { organizationId });
      return [...(await listAs(credential)).values()];
    },
  };
}

/** A wanted project on its way: the credentials still to be tried, and what was found so far. */
interface Search {
  readonly id: string;
  candidates: ProjectReader[];
  found: Found;
}

async function startSearch(credentials: Credentials, id: string): Promise<Search> {
  const candidates = await settle(() => credentials.candidates(operations.getProject, { projectId: id }));
  if (candidates instanceof Error) return { id, candidates: [], found: candidates };
  const found = candidates.length > 0 ? null : await credentials.whyNone(operations.getProject, { projectId: id });
  return { id, candidates, found };
}

/** Tries each search's next credential, all searches of one credential together, until none has any left. */
async function search(
  searches: readonly Search[],
  findAs: (credential: ProjectReader, ids: readonly string[]) => Promise<Found[]>,
): Promise<void> {
  for (;;) {
    const rounds = Map.groupBy(
      searches.filter(({ candidates }) => candidates.length > 0),
      ({ candidates }) => candidates[0],
    );
    if (rounds.size === 0) return;
    await Promise.all(
      [...rounds].map(async ([credential, group]) => {
        if (!credential) return;
        const results = await findAs(
          credential,
          group.map(({ id }) => id),
        );
        group.forEach((one, index) => {
          conclude(one, results[index] ?? null);
        });
      }),
    );
  }
}

/**
 * What another credential would not change ends a search: a find, and a platform that is down. Otherwise the next one is
 * tried, and an earlier failure outlives a later "not found".
 */
function conclude(one: Search, result: Found): void {
  const isRefusal = result instanceof PlatformError && isFaultOfCaller(result);
  if (result === null || isRefusal) {
    one.found ??= result;
    one.candidates = one.candidates.slice(1);
  } else {
    one.found = result;
    one.candidates = [];
  }
}

function isLister(credential: ProjectReader): credential is Credential<'organization'> {
  return credential.kind === 'organization';
}

async function listIfWorthIt(
  lists: PerCredential<Promise<ProjectList>>,
  credential: ProjectLister,
  ids: readonly string[],
  listAs: (credential: ProjectLister) => Promise<ProjectList>,
): Promise<ProjectList | Error | null> {
  const known = lists.get(credential, 'projects');
  if (!known && ids.length < 2) return null;
  return settle(() => known ?? listAs(credential));
}
