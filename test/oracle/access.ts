import { GraphQLError } from 'graphql';
import type { Model, OrganizationEntry, ProjectEntry } from './model.ts';

/** What one request presents, as the model sees it. */
export interface Presented {
  readonly token: string;
  readonly kind: 'organization' | 'project' | 'oauth';
  readonly organization: OrganizationEntry;
  /** The project that the token is limited to. */
  readonly project: ProjectEntry | null;
}

export type Code = 'UNAUTHENTICATED' | 'CREDENTIAL_REQUIRED' | 'BAD_USER_INPUT';

/** A failure of which only the code is compared. */
export function failure(code: Code): GraphQLError {
  return new GraphQLError(code, { extensions: { code } });
}

/**
 * The rules by which callers see what they see (docs/access.md), over the data as it is: no calls, no
 * batches, no memory.
 */
export class Access {
  readonly #presented: readonly Presented[];
  readonly #borrowing: boolean;
  readonly #sees: (projectId: string) => boolean;
  readonly model: Model;

  /** `sees`: whether a project exists for the caller, by the claims. */
  constructor(model: Model, presented: readonly Presented[], borrowing: boolean, sees = (_projectId: string) => true) {
    this.#sees = sees;
    this.model = model;
    this.#presented = presented;
    this.#borrowing = borrowing;
  }

  get borrowing(): boolean {
    return this.#borrowing;
  }

  /** Throws when there is none. */
  presented(): readonly Presented[] {
    if (this.#presented.length === 0) throw failure('UNAUTHENTICATED');
    return this.#presented;
  }

  organizations(): OrganizationEntry[] {
    return [...new Set(this.presented().map(({ organization }) => organization))];
  }

  /** The projects of an organization, which users may list too. */
  projectsOf(organization: OrganizationEntry): readonly ProjectEntry[] {
    const own = this.presented().filter((one) => one.organization.id === organization.id);
    if (own.some(({ kind }) => kind !== 'project')) return organization.projects.filter(({ id }) => this.#sees(id));
    throw failure('CREDENTIAL_REQUIRED');
  }

  /** The record of a project; null when none of the credentials' organizations has it. */
  project(id: string): ProjectEntry | null {
    const readers = this.#openers(id);
    if (!this.#sees(id)) return null;
    if (readers.length === 0) throw failure('CREDENTIAL_REQUIRED');
    const found = this.#find(id);
    return readers.some(({ organization }) => organization === found?.organization) ? found : null;
  }

  /** The project whose tokens are asked for; null when it does not exist for the credentials. */
  managed(id: string): ProjectEntry | null {
    const managers = this.#openers(id).filter(({ kind }) => kind !== 'project');
    if (!this.#sees(id)) return null;
    if (managers.length === 0) throw failure('CREDENTIAL_REQUIRED');
    const found = this.#find(id);
    return managers.some(({ organization }) => organization === found?.organization) ? found : null;
  }

  /** The project whose inside is asked for. */
  inside(id: string): ProjectEntry | null {
    const openers = this.#openers(id);
    if (!this.#sees(id)) return null;
    if (openers.some(({ kind }) => kind !== 'organization')) return this.#find(id);
    if (!this.#borrowing) throw failure('CREDENTIAL_REQUIRED');
    const lent = this.managed(id);
    if (lent && !lent.apiTokens.some(({ status }) => status === 'ACTIVE')) throw failure('CREDENTIAL_REQUIRED');
    return lent;
  }

  /** A project's own token tells its organization; others then need not be asked. */
  #openers(id: string): readonly Presented[] {
    const accepted = this.presented();
    const home = accepted.find(({ project }) => project?.id === id)?.organization;
    return accepted.filter(({ project, organization }) =>
      project ? project.id === id : home === undefined || organization === home,
    );
  }

  #find(id: string): ProjectEntry | null {
    const all = this.model.organizations.flatMap(({ projects }) => projects);
    return all.find((project) => project.id === id) ?? null;
  }
}
