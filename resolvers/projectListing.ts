import type { OrganizationProjectsArgs, ProjectFilter } from '../src/generated/resolvers.ts';
import type { ProjectRecord, ProjectStatus } from '../src/platform/resources/projects.ts';
import type { View } from '../src/request/fields.ts';
import { listing, orders } from '../src/request/paging/pagination.ts';
import { readNamePart } from './input.ts';

/** The order in which projects are listed, wherever they are. */
const keyOf = ({ name }: ProjectRecord) => name.toLowerCase();
const tieOf = ({ id }: ProjectRecord) => id;

/** In the order of the schema. */
const STATUS_KEYS: Record<ProjectStatus, string> = { ACTIVE: '0', HIDDEN: '1', DELETED: '2', UNRECOGNIZED: '3' };

const PROJECTS = orders({
  NAME: listing('projects', keyOf, tieOf),
  STATUS: listing(
    'projects STATUS',
    ({ status }: ProjectRecord) => STATUS_KEYS[status],
    (project) => `${keyOf(project)}\u0000${project.id}`,
  ),
});

/** Findings are paged by the projects that they are about. */
export const TOKEN_FINDINGS = listing('tokenFindings', keyOf, tieOf);

/** Order and filter of projects, from the arguments. Throws `BAD_USER_INPUT`. */
export function readProjectView({ filter, orderBy }: OrganizationProjectsArgs): View<ProjectRecord> {
  return { order: PROJECTS(orderBy), isIn: filter ? matching(filter) : null };
}

function matching({ status, nameContains }: ProjectFilter): (project: ProjectRecord) => boolean {
  const statuses = status ? new Set(status) : null;
  const isNamed = readNamePart('filter.nameContains', nameContains);
  return (project) =>
    (statuses === null || statuses.has(project.status)) && (isNamed === null || isNamed(project.name));
}
