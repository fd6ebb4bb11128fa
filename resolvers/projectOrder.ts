import type { ProjectRecord } from '../src/platform/projects.ts';

/** What lists of projects are ordered by: the name, ignoring case, and then the id. */
export function projectOrder({ name, id }: ProjectRecord): string {
  return `${name.toLowerCase()}\u0000${id}`;
}
