import type { Credential } from './credential.ts';
import type { Endpoint } from './endpoint.ts';
import type { Request } from './request.ts';

/** Stands for an organization that nobody told. Every change ends what bears it. */
const UNKNOWN = 'organization:unknown';

/** Borne by every answer about the organization, or opened by one of its tokens. */
function ofOrganization(id: string): string {
  return `organization:${id}`;
}

/** Borne by answers about several projects of the organization. */
function ofProjects(organizationId: string): string {
  return `organization:${organizationId}:projects`;
}

/** Borne by answers about this project of its organization and no other. */
function ofProject(id: string): string {
  return `project:${id}`;
}

/** Objects of one organization that an answer is about: none, one project, or several. */
type Extent = string | 'several' | null;

/**
 * Dependencies of the answer to one request, as tags for the caches of routers: two of each organization at most, whatever was
 * read. Ids alone are in them, never a token or a hash of one.
 */
export class Dependencies {
  readonly #extents = new Map<string | null, Extent>();

  /** Takes a token that the request has: it opens the answer, and tells the name of its organization. */
  opened({ kind, organizationId, projectId }: Credential): void {
    this.#add(organizationId, kind === 'project' ? projectId : null);
  }

  /** Takes a read. One that names no project, and whose token is not limited to one, may be about all. */
  read({ kind, organizationId, projectId }: Credential, request: Request): void {
    const limit = kind === 'project' ? projectId : null;
    this.#add(request.organizationId ?? organizationId, request.projectId ?? limit ?? 'several');
  }

  /** Tags of all that was read. */
  get all(): string[] {
    return [...this.#extents].flatMap(([id, extent]) => {
      if (id === null) return [UNKNOWN];
      if (extent === null) return [ofOrganization(id)];
      return [ofOrganization(id), extent === 'several' ? ofProjects(id) : ofProject(extent)];
    });
  }

  /** Tags of a part of the answer that has nothing but what is in the project. Null: what the tokens tell of themselves. */
  within(projectId: string | null): string[] {
    const organizations = [...this.#extents.keys()].map((id) => (id === null ? UNKNOWN : ofOrganization(id)));
    return projectId === null ? organizations : [...organizations, ofProject(projectId)];
  }

  #add(organizationId: string | null, extent: Extent): void {
    const known = this.#extents.get(organizationId) ?? null;
    const isSame = known === null || extent === null || known === extent;
    this.#extents.set(organizationId, isSame ? (known ?? extent) : 'several');
  }
}

/** Tags that end with a change: at least one of each answer that it makes untrue. Null: everything ends. */
export type EndingTags = readonly string[] | null;

/** Tags that end with a write. Tokens open what is in all of the organization, so that all of it ends with them. */
export function endedBy({ organizationId: own }: Credential, { changes }: Endpoint, request: Request): EndingTags {
  const organizationId = request.organizationId ?? own;
  if (organizationId === null) return null;
  const { projectId } = request;
  if (projectId === null || changes.includes('apiTokens')) return [ofOrganization(organizationId), UNKNOWN];
  return [ofProject(projectId), ofProjects(organizationId), UNKNOWN];
}

/** Tags that end with a change of tokens, which this credential manages. */
export function endedWithTokens({ organizationId }: Credential): EndingTags {
  return organizationId === null ? null : [ofOrganization(organizationId), UNKNOWN];
}
