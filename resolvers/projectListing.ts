import type { ProjectRecord } from '../src/platform/resources/projects.ts';
import { listing } from '../src/request/pagination.ts';

/** The order in which projects are listed, wherever they are. */
const keyOf = ({ name }: ProjectRecord) => name.toLowerCase();
const tieOf = ({ id }: ProjectRecord) => id;

export const PROJECTS = listing('projects', keyOf, tieOf);

/** Findings are paged by the projects that they are about. */
export const TOKEN_FINDINGS = listing('tokenFindings', keyOf, tieOf);
