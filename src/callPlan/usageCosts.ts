import { PASS_MAX_PAGES } from '../usage/exportPass.ts';
import { SEARCH_MAX_PAGES } from '../usage/requestPage.ts';
import type { Demands, ProjectSet } from './demands.ts';
import { type Cost, NOWHERE, type Place, type SelectedField } from './place.ts';
import { inside, linked, pageSize } from './places.ts';

/** Kinds of findings by what they are read from; the others take the list of tokens alone. */
const USAGE_KINDS: readonly unknown[] = ['UNUSED', 'BLOCKED_BUT_USED'];
const LIMIT_KIND = 'NO_USAGE_LIMIT';
const ALL_KINDS = ['DUPLICATE_NAME', ...USAGE_KINDS, LIMIT_KIND];

/** What it costs to read who uses what, and what owners should look at. */
export const USAGE_COSTS: Readonly<Record<string, Cost>> = {
  'Project.requests': (field, { projects }, { demands }) => {
    if (!projects || pageSize(field) === 0) return null;
    demands.members(projects, field.path);
    // Pages of other arguments are others, so that each place of the operation reads for itself.
    demands.ledger.add(field.path, projects.size * SEARCH_MAX_PAGES);
    return { ...inside(projects), count: projects.size * pageSize(field) };
  },
  'ProjectRequest.assistant': (field, { projects }, { demands }) => {
    if (!projects) return null;
    demands.assistantLists(projects, 'summary', field.path);
    const size = projects.size * MAX_ASSISTANTS_SEEN;
    return { ...inside(projects), assistants: { ids: null, key: field.key, size, areLookedUp: false } };
  },
  'ProjectRequest.apiToken': (field, { projects }, { demands }) => {
    if (!projects) return null;
    demands.tokenLists(projects, field.path);
    return inside(projects);
  },
  'Project.usageLimit': (field, { projects }, { demands }) => {
    if (projects) limits(projects, field.path, demands);
    return NOWHERE;
  },
  'ApiToken.usage': (field, place, { demands }) => {
    if (place.projects) demands.tokenLists(place.projects, field.path);
    return passes(field, place, demands);
  },
  'Assistant.usage': (field, place, { demands }) => passes(field, place, demands),
  'Organization.tokenFindings': (field, { count }, { demands }) => {
    const organizations = Math.min(count, demands.caller.tokens);
    demands.projectLists(organizations, field.path);
    const projects = { ids: null, key: field.key, size: organizations * pageSize(field), isListed: true };
    const kinds = kindsOf(field);
    if (kinds.some((kind) => kind !== LIMIT_KIND)) demands.tokenLists(projects, field.path);
    if (kinds.some((kind) => USAGE_KINDS.includes(kind))) {
      demands.members(projects, field.path);
      demands.ledger.add(field.path, projects.size * PASS_MAX_PAGES);
    }
    if (kinds.includes(LIMIT_KIND)) limits(projects, field.path, demands);
    return inside(projects);
  },
  'TokenFinding.project': (field, { projects }, { demands }) => projects && linked(field, projects, demands),
};

/** Requests of one page name this many assistants at most: one each. */
const MAX_ASSISTANTS_SEEN = 100;

function kindsOf(field: SelectedField): readonly unknown[] {
  const kinds = field.args()?.kinds;
  return Array.isArray(kinds) ? kinds : ALL_KINDS;
}

/** One list of limits per project (`usageLimitLoader`). */
function limits(projects: ProjectSet, path: string, demands: Demands): void {
  demands.manager(projects, path);
  demands.ledger.addOnce('limits', projects, path);
}

/** One pass over the export of each project and window, whoever asks (`requestLoaders.usage`). */
function passes(field: SelectedField, { projects }: Place, demands: Demands): Place {
  if (!projects) return NOWHERE;
  demands.members(projects, field.path);
  const window = JSON.stringify(field.args()?.window ?? null);
  demands.ledger.addOnce(`usage ${window}`, projects, field.path, PASS_MAX_PAGES);
  return NOWHERE;
}
