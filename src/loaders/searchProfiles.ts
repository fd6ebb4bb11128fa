import type { PlatformList } from '../platform/client/lists.ts';
import { getProject } from '../platform/resources/projects.ts';
import { listSearchProfiles, type SearchProfileRecord } from '../platform/resources/searchProfiles.ts';
import type { ProjectReference } from './apiTokens.ts';
import type { Loaders } from './index.ts';
import { ofProjects, perProject } from './source.ts';

type Profiles = PlatformList<SearchProfileRecord>;

/** The project's own list, by a token of the project. */
const listed = perProject(listSearchProfiles);

/** The list in the project by its id, by an organization token. Null where that answer has none. */
const told = perProject(getProject, ({ searchProfiles }) => searchProfiles);

/** RAG assistants of a project, in no promised order. No token is borrowed for what an organization token reads. */
export const projectSearchProfiles = ofProjects<object, Profiles>({
  cost: (projects, asking, estimator) => {
    told.cost(projects, asking, estimator);
    listed.cost(projects, asking, estimator);
  },
  read: async (loaders, project, args) => {
    const found = (await isForOrganization(loaders, project)) ? await told.read(loaders, project, args) : null;
    return found ?? listed.read(loaders, project, args);
  },
});

/** True if no token of the project is there, and one of an organization is. */
async function isForOrganization({ credentials }: Loaders, { id: projectId }: ProjectReference): Promise<boolean> {
  const identified = await credentials.identified();
  const own = identified.candidates(listSearchProfiles, { projectId });
  if (own === null || own.length > 0) return false;
  const readers = identified.candidates(getProject, { projectId });
  return readers !== null && readers.length > 0;
}
