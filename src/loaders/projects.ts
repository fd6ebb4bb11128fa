import DataLoader from 'dataloader';
import { type Restriction, seesProject } from '../access/visibility.ts';
import type { Credentials } from '../credentials/credentials.ts';
import type { IdentifiedCredentials } from '../credentials/identified.ts';
import type { Credential } from '../platform/client/credential.ts';
import { absentAsNull, isFaultOfCaller, PlatformError } from '../platform/client/errors.ts';
import { type PlatformList, seenBy } from '../platform/client/lists.ts';
import type { PlatformSession } from '../platform/client/session.ts';
import { getProject, listProjects, type ProjectRecord } from '../platform/resources/projects.ts';
import { memoize } from '../values/memoize.ts';
import { asError, toResult } from '../values/result.ts';
import { PerCredential } from './perCredential.ts';

type ProjectReader = Credential<'organization' | 'project' | 'oauth'>;
type ProjectLister = Credential<'organization' | 'oauth'>;

/** Every project of one organization, by id. */
type ProjectIndex = ReadonlyMap<string, ProjectRecord>;

/** Result of a round for a wanted project: the record, null if it was not found, or the failure. */
type Found = ProjectRecord | null | Error;

export interface ProjectLoaders {
  /** One project; null when the credentials' organizations have no such project. */
  load(id: string): Promise<ProjectRecord | null>;
  /** Same as `load` for many, in order. A failure is an `Error` in its place. */
  loadMany(ids: readonly string[]): Promise<(ProjectRecord | null | Error)[]>;
  /** The projects of an organization, in no promised order. */
  list(organizationId: string): Promise<PlatformList<ProjectRecord>>;
}

/** Projects by id: one is asked for by id, two and more by one list per organization (design.md 5). */
export function projectLoaders(
  credentials: Credentials,
  session: PlatformSession,
  restriction: Restriction,
): ProjectLoaders {
  const lists = new PerCredential<Promise<PlatformList<ProjectRecord>>>();
  const listAs = (credential: ProjectLister) =>
    lists.getOrMake(credential, 'projects', async () =>
      seenBy(restriction, await session.as(credential).call(listProjects, {}), ({ id }) => id),
    );

  const findInList = async (credential: ProjectLister, group: readonly Search[]): Promise<void> => {
    const list = await toResult(() => listAs(credential));
    for (const one of group) conclude(one, list instanceof Error ? list : (byIdIn(list.records).get(one.id) ?? null));
  };

  const get = (credential: ProjectReader, one: Search): Promise<void> =>
    absentAsNull(session.as(credential).call(getProject, { projectId: one.id })).then(
      (found) => conclude(one, asAsked(one, found), credential),
      (error) => conclude(one, asError(error), credential),
    );

  /** Takes the next step of searches that have it in common. */
  const takeStep = ({ credential, byList }: Step, group: readonly Search[]): Promise<unknown> => {
    const isWorthList = group.length > 1 || lists.get(credential, 'projects') !== undefined;
    if (byList && isWorthList && isLister(credential)) return findInList(credential, group);
    return Promise.all(group.map((one) => get(credential, one)));
  };

  const byId = new DataLoader<string, ProjectRecord | null>(
    async (ids) => {
      const identified = await toResult(() => credentials.identified());
      const searches = ids.map((id) => startSearch(identified, id));
      for (let groups = nextSteps(searches); groups.length > 0; groups = nextSteps(searches)) {
        await Promise.all(groups.map(([step, group]) => takeStep(step, group)));
      }
      return searches.map(({ found }) => found);
    },
    { name: 'project' },
  );

  /** The list of the one organization whose token is all that was presented; null when it takes a search. */
  const onlyList = async (): Promise<ProjectIndex | null> => {
    const usable = await toResult(() => credentials.usable());
    const [only, ...others] = usable instanceof Error ? [] : usable;
    if (!only || others.length > 0 || !isLister(only)) return null;
    const list = await toResult(() => listAs(only));
    return list instanceof Error ? null : byIdIn(list.records);
  };

  return {
    load: (id) => byId.load(id),
    loadMany: async (ids) => {
      const [first, ...others] = ids.filter((id) => seesProject(restriction, id));
      const index = others.some((id) => id !== first) ? await onlyList() : null;
      if (!index) return byId.loadMany(ids);
      const listed = ids.map((id) => index.get(id) ?? null);
      const lacking = ids.filter((_id, place) => listed[place] === null);
      if (lacking.length === 0) return listed;
      const searched = (await byId.loadMany(lacking)).values();
      return listed.map((found) => found ?? searched.next().value ?? null);
    },
    list: async (organizationId) => {
      const credential = await credentials.for(listProjects, { organizationId, covers: 'visible projects' });
      return listAs(credential);
    },
  };
}

/** A list that is remembered is indexed once. */
const byIdIn = memoize(
  (list: readonly ProjectRecord[]): ProjectIndex => new Map(list.map((record) => [record.id, record])),
);

/** One way to look for a project. */
interface Step {
  readonly credential: ProjectReader;
  /** In the list of the credential's organization, if that is worth a call; else by id. */
  readonly byList: boolean;
}

/** A wanted project on its way: the steps still to be taken, and what was found so far. */
interface Search {
  readonly id: string;
  steps: Step[];
  found: Found;
}

/** First the lists of all organizations that may have it, then by id what they lack. */
function startSearch(credentials: IdentifiedCredentials | Error, id: string): Search {
  if (credentials instanceof Error) return { id, steps: [], found: credentials };
  const readers = credentials.candidates(getProject, { projectId: id });
  if (!readers) return { id, steps: [], found: null };
  const found =
    readers.length > 0 ? (credentials.unidentified ?? null) : credentials.whyNone(getProject, { projectId: id });
  const steps = [
    ...readers.filter(isLister).map((credential) => ({ credential, byList: true })),
    ...readers.map((credential) => ({ credential, byList: false })),
  ];
  return { id, steps, found };
}

/** The next step of each search that has any left, with all the searches that it serves. */
function nextSteps(searches: readonly Search[]): [Step, Search[]][] {
  const groups = new Map<string, [Step, Search[]]>();
  for (const one of searches) {
    const [step] = one.steps;
    if (!step) continue;
    const key = `${step.credential.fingerprint} ${step.byList}`;
    const group = groups.get(key) ?? [step, []];
    group[1].push(one);
    groups.set(key, group);
  }
  return [...groups.values()];
}

/** The answer to a look-up by id. One about another project is of no use. */
function asAsked({ id }: Search, result: Found): Found {
  const isOther = result !== null && !(result instanceof Error) && result.id !== id;
  return isOther ? new PlatformError('BAD_RESPONSE', getProject) : result;
}

/**
 * Notes the result of a step. A find ends the search. After a failure the same credential is not tried again. After one of
 * the platform by id, no other is tried either. An earlier failure outlives a later "not found". `askedById` is the
 * credential that was asked for this one project, and need not be asked again.
 */
function conclude(one: Search, result: Found, askedById?: ProjectReader): void {
  const [step, ...others] = one.steps;
  if (result === null) {
    one.steps = others.filter(({ credential }) => credential !== askedById);
    return;
  }
  const isPlatformDown = askedById && result instanceof PlatformError && !isFaultOfCaller(result);
  const mayGoOn = result instanceof Error && !isPlatformDown;
  one.found = result instanceof Error ? (one.found ?? result) : result;
  one.steps = mayGoOn ? others.filter(({ credential }) => credential !== step?.credential) : [];
}

function isLister(credential: Credential): credential is Credential<'organization'> {
  return credential.kind === 'organization';
}
