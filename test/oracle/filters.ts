import { failure } from './access.ts';
import type { ApiTokenEntry, ProjectEntry } from './model.ts';

export interface ProjectFilter {
  readonly status?: readonly string[] | null;
  readonly nameContains?: string | null;
}

export interface TokenFilter extends ProjectFilter {
  readonly hint?: string | null;
  readonly createdAfter?: string | null;
  readonly createdBefore?: string | null;
}

export interface OrganizationTokenFilter extends TokenFilter {
  readonly projectIds?: readonly string[] | null;
}

export function matchingName(part: string | null | undefined): (item: { readonly name: string }) => boolean {
  const text = (part ?? '').toLowerCase();
  return ({ name }) => name.toLowerCase().includes(text);
}

export function matchingProject({ status, nameContains }: ProjectFilter): (project: ProjectEntry) => boolean {
  const isNamed = matchingName(nameContains);
  return (project) => (status?.includes(project.status) ?? true) && isNamed(project);
}

export function matchesToken(filter: TokenFilter): (token: ApiTokenEntry) => boolean {
  const isNamed = matchingName(filter.nameContains);
  const [from, to] = [instantOf(filter.createdAfter), instantOf(filter.createdBefore)];
  if (from !== null && to !== null && from >= to) throw failure('BAD_USER_INPUT');
  if (filter.hint === '' || filter.hint?.includes(' ')) throw failure('BAD_USER_INPUT');
  return (token) => {
    const created = Date.parse(token.createdAt);
    const isInTime = (from === null || created >= from) && (to === null || created < to);
    const hasStatus = filter.status?.includes(token.status) ?? true;
    return isNamed(token) && token.hint.endsWith(filter.hint ?? '') && hasStatus && isInTime;
  };
}

/** Only with its zone. */
function instantOf(text: string | null | undefined): number | null {
  if (text == null) return null;
  const instant = /T.*(Z|[+-]\d\d:\d\d)$/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(instant)) throw failure('BAD_USER_INPUT');
  return instant;
}
