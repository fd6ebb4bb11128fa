import type { LimitBook } from './limitBook.ts';
import type { Project } from './project.ts';
import type { Roster } from './roster.ts';

type Reach = 'none' | 'project' | 'organization';

/** What plugins may do (platform-api.md section 2.13). */
interface PluginPolicies {
  readonly chatSharing: Reach;
  readonly externalExecution: Reach;
}

interface OrganizationDetails {
  readonly limits: LimitBook;
  readonly roster: Roster;
  readonly policies: PluginPolicies | null;
}

/** An organization and its projects, in order of creation. Its API tokens come from the console (section 1.3). */
export class Organization {
  readonly id: string;
  readonly name: string;
  readonly limits: LimitBook;
  readonly roster: Roster;
  readonly policies: PluginPolicies | null;
  /** Grows with every change of a project row: what was made of an older version is stale. */
  version = 0;
  readonly #byId = new Map<string, Project>();
  readonly #byName = new Map<string, Project>();

  constructor(id: string, name: string, { limits, roster, policies }: OrganizationDetails) {
    this.id = id;
    this.name = name;
    this.limits = limits;
    this.roster = roster;
    this.policies = policies;
  }

  projects(): Iterable<Project> {
    return this.#byId.values();
  }

  project(id: string): Project | undefined {
    return this.#byId.get(id);
  }

  /** Exact match, case included (platform-api.md section 2.2). */
  projectNamed(name: string): Project | undefined {
    return this.#byName.get(name);
  }

  add(project: Project): void {
    this.#byId.set(project.id, project);
    this.#byName.set(project.name, project);
    this.version += 1;
  }

  update(project: Project, name: string, description: string | null): void {
    this.#byName.delete(project.name);
    project.name = name;
    project.description = description;
    this.#byName.set(name, project);
    this.version += 1;
  }

  remove(project: Project): void {
    this.#byId.delete(project.id);
    this.#byName.delete(project.name);
    project.isDeleted = true;
    this.version += 1;
  }
}
