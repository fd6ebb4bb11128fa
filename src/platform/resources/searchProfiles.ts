import { key, optionalText, type Wire } from '../client/decode.ts';
import { KEPT_MS, read } from '../client/endpoint.ts';
import { type ListShape, list } from '../client/lists.ts';

/** A RAG assistant, which the platform knows by its name alone (platform-api.md 2.8). */
export interface SearchProfileRecord {
  readonly name: string;
  readonly description: string | null;
}

/** The list stands in the object of its project. */
const PROFILE_LIST: ListShape = {
  element: 'search profile',
  keys: ['searchProfiles'],
  beside: [
    ...['organizationId', 'organizationName', 'projectId', 'projectName'],
    ...['projectDescription', 'projectActive', 'projectStatus', 'tokens', 'usageLimit'],
  ],
};

/** The RAG assistants of the credential's own project, in no promised order. */
export const listSearchProfiles = read({
  route: 'GET /v1/search/profiles',
  accepts: ['project', 'oauth'],
  family: 'assistants',
  keptMs: KEPT_MS.forSeconds,
  decode: list(PROFILE_LIST, toSearchProfile),
});

export function toSearchProfile(from: Wire): SearchProfileRecord {
  return { name: key(from, 'name'), description: optionalText(from, 'description') };
}
