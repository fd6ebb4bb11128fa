import type { LimitBook } from './limitBook.ts';
import type { Project } from './project.ts';

/** An organization and its projects, in order of creation. */
export class Organization {
  readonly id: string;
  readonly name: string;
  /** Its API token; no endpoint creates or lists these (platform-api.md section 1.3). */
  readonly token: string;
  readonly limits: LimitBook;
  /** Grows with every change of a project row: what was made of an older version is stale. */
  version = 0;
  readonly #byId = new Map<string, Project>();
  readonly #byName = new Map<string, Project>();

  constructor(id: string, name: string, token: string, limits: LimitBook) {
    this.id = id;
    this.name = name;
    this.token = token;
    this.limits = limits;
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
