import { named } from '../estimator.ts';
import { type Cost, NOWHERE } from '../parentScope.ts';
import { depthOf, inside, withTokenLists } from '../parentScopes.ts';
import { readProject } from '../readIds.ts';
import { needsDetail } from './assistant.ts';
import { pageSize } from './pages.ts';

export const PROJECT_COSTS: Readonly<Record<string, Cost>> = {
  'Query.project': (field, _place, { demands }) => {
    const id = readProject(field.args()?.id);
    if (id === null) return null;
    demands.records(named([id]), field.path);
    return inside(named([id]));
  },
  'Project.organization': (field, { count, projects }, { demands }) => {
    const { tokens, hasUserToken } = demands.caller;
    if (projects && (hasUserToken || (tokens > 1 && !projects.isListed))) demands.records(projects, field.path);
    return { ...NOWHERE, count };
  },
  'Project.apiTokens': (field, { projects }, { demands }) => projects && withTokenLists(projects, field, demands),
  'Project.assistants': (field, { projects }, { demands }) => {
    if (!projects) return null;
    const names = field.names('nodes');
    const areLookedUp = needsDetail(names);
    demands.assistantLists(projects, areLookedUp ? 'summary' : depthOf(names), field.path);
    const size = projects.size * pageSize(field);
    return { ...inside(projects), assistants: { ids: null, key: field.key, size, areLookedUp } };
  },
  'Project.requests': (field, { projects }, { demands }) => {
    const first = pageSize(field);
    if (!projects || first === 0) return null;
    const content = ['input', 'output', 'prompt'].some((name) => field.names('nodes').has(name));
    demands.requests(projects, demands.keyOf([field.args(), content]), field.path);
    return { ...inside(projects), count: projects.size * first };
  },
  'Project.usageLimit': (field, { projects }, { demands }) => {
    if (projects) demands.usageLimits(projects, field.path);
    return NOWHERE;
  },
  'ProjectRequest.assistant': (field, { count, projects }, { demands }) => {
    if (!projects) return null;
    demands.assistantLists(projects, 'summary', field.path);
    // The list that they are found in tells nothing but names.
    const assistants = { ids: null, key: field.key, size: count, areLookedUp: true };
    return { ...inside(projects), assistants };
  },
  'ProjectRequest.apiToken': (field, { projects }, { demands }) => projects && withTokenLists(projects, field, demands),
};
