import { type Access, failure } from './access.ts';
import type { ApiTokenEntry, OrganizationEntry, ProjectEntry } from './model.ts';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

interface Unreadable {
  readonly code: string;
  readonly project: ProjectEntry | null;
}

/** What a caller sees of the tokens of whole organizations. */
export interface Scan {
  readonly tokens: ApiTokenEntry[];
  readonly unreadableProjects: Unreadable[];
  readonly unreadableOrganizationCount: number;
}

/** Ids of projects that are asked for; null for all. */
export function readProjectIds(texts: readonly string[] | null | undefined): string[] | null {
  if (texts == null) return null;
  if (texts.length === 0 || texts.some((text) => !UUID.test(text))) throw failure('BAD_USER_INPUT');
  return [...new Set(texts.map((text) => text.toLowerCase()))];
}

export function scan(access: Access, organizations: OrganizationEntry[], projectIds: string[] | null): Scan {
  const [lists, unlisted] = attempted(organizations, (one) => access.projectsOf(one));
  const listed = lists.flat().filter(({ id }) => projectIds?.includes(id) ?? true);
  const [managed, unread] = attempted(listed, ({ id }) => access.managed(id)?.apiTokens ?? []);
  const missing = (projectIds ?? []).filter((id) => !listed.some((project) => project.id === id));
  const why = unlisted[0]?.code ?? 'PROJECT_NOT_FOUND';
  const other = (id: string) => (why === 'PROJECT_NOT_FOUND' ? null : ({ id } as ProjectEntry));
  return {
    tokens: managed.flat(),
    unreadableProjects: [
      ...unread.map(({ code, of }) => ({ code, project: of })),
      ...missing.map((id) => ({ code: why, project: other(id) })),
    ],
    unreadableOrganizationCount: unlisted.length,
  };
}

/** What could be had, and what not; throws when nothing could. */
function attempted<From, To>(all: readonly From[], get: (one: From) => To): [To[], { code: string; of: From }[]] {
  const had: To[] = [];
  const failed: { code: string; of: From; error: unknown }[] = [];
  for (const one of all) {
    try {
      had.push(get(one));
    } catch (error) {
      failed.push({ code: String((error as ReturnType<typeof failure>).extensions.code), of: one, error });
    }
  }
  if (failed.length > 0 && had.length === 0) throw failed[0]!.error;
  return [had, failed];
}
