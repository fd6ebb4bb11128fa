import type { PlatformClient } from './client.ts';
import {
  items,
  optionalBoolean,
  optionalInteger,
  optionalText,
  optionalUuid,
  text,
  uuid,
  type Wire,
  wire,
} from './decode.ts';
import { operations } from './operations.ts';

export type ProjectStatus = 'ACTIVE' | 'HIDDEN' | 'DELETED' | 'UNRECOGNIZED';

export interface ProjectRecord {
  readonly id: string;
  readonly name: string;
  readonly description: string | null;
  readonly status: ProjectStatus;
  readonly isActive: boolean | null;
  /** Null when neither the answer nor the credential tells. */
  readonly organizationId: string | null;
}

/** Every project of the credential's organization, hidden ones too, in no promised order (platform-api.md 2.2). */
export function listProjects(client: PlatformClient<'organization' | 'oauth'>): Promise<ProjectRecord[]> {
  // `summary`, the default, leaves out rows, not only columns.
  const query = { detail: 'full' };
  return client.send(operations.listProjects, { query }, (body) =>
    items(wire(body, 'project list').projects, 'projects').map((item) =>
      toProject(wire(item, 'project'), client.credential.organizationId),
    ),
  );
}

/** One project. Throws `PlatformError`, `NOT_FOUND` when the organization has no such project. */
export function getProject(
  client: PlatformClient<'organization' | 'project' | 'oauth'>,
  id: string,
): Promise<ProjectRecord> {
  return client.send(operations.getProject, { id }, (body) =>
    toProject(wire(body, 'project'), client.credential.organizationId),
  );
}

/** Project status codes: 0 and 2 are current, 1 is older text (platform-api.md 2.2). */
const STATUS = new Map<number, ProjectStatus>([
  [0, 'ACTIVE'],
  [1, 'DELETED'],
  [2, 'HIDDEN'],
]);

function toProject(from: Wire, organizationId: string | null): ProjectRecord {
  const isActive = optionalBoolean(from, 'projectActive');
  return {
    id: uuid(from, 'projectId'),
    name: text(from, 'projectName'),
    description: optionalText(from, 'projectDescription'),
    status: toStatus(optionalInteger(from, 'projectStatus'), isActive),
    isActive,
    organizationId: optionalUuid(from, 'organizationId') ?? organizationId,
  };
}

/** A left-out status of an active project is 0: GeneXus services may leave out empty members (platform-api.md 4). */
function toStatus(code: number | null, isActive: boolean | null): ProjectStatus {
  if (code === null) return isActive === true ? 'ACTIVE' : 'UNRECOGNIZED';
  return STATUS.get(code) ?? 'UNRECOGNIZED';
}
