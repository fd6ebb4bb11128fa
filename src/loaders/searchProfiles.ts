import type { PlatformList } from '../platform/client/lists.ts';
import { listSearchProfiles, type SearchProfileRecord } from '../platform/resources/searchProfiles.ts';
import { perProject, sameForAll } from './source.ts';

/** The RAG assistants of a project, in no promised order. */
export const projectSearchProfiles = perProject({
  takes: 'PROJECT',
  reads: listSearchProfiles,
  asks: sameForAll,
  pick: (profiles: PlatformList<SearchProfileRecord>) => profiles,
});
