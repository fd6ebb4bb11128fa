import type { ProjectDetails } from './model.ts';
import type { Organization } from './organization.ts';

interface ProjectRow {
  readonly id: string;
  readonly name: string;
  readonly description: string | null;
  readonly isHidden: boolean;
}

/** A project; its tokens, assistants and requests are built on first use. */
export class Project {
  readonly id: string;
  readonly organization: Organization;
  readonly isHidden: boolean;
  name: string;
  description: string | null;
  /** A deleted project is gone for every caller, and its tokens no longer open anything. */
  isDeleted = false;
  readonly #buildDetails: () => ProjectDetails;
  #details: ProjectDetails | undefined;

  constructor(organization: Organization, row: ProjectRow, buildDetails: () => ProjectDetails) {
    this.organization = organization;
    this.id = row.id;
    this.name = row.name;
    this.description = row.description;
    this.isHidden = row.isHidden;
    this.#buildDetails = buildDetails;
  }

  get details(): ProjectDetails {
    this.#details ??= this.#buildDetails();
    return this.#details;
  }
}
