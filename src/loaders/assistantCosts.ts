import { pageSize, readAssistant } from '../cost/arguments.ts';
import { named } from '../cost/estimator.ts';
import { type Cost, depthOf, inside } from '../cost/parentScope.ts';

/** Cost of an assistant by its id. */
export const assistantByIdCost: Cost = (field, _scope, { estimator, ids }) => {
  const handle = readAssistant(field.args()?.id, ids);
  if (!handle) return null;
  estimator.assistant(handle.projectId, handle.assistantId, depthOf(field.parts()), field.path);
  return inside(named([handle.projectId]));
};

/** Cost of a page of the assistants of projects. */
export const assistantsOfProjectCost: Cost = (field, { projects }, { estimator }) => {
  if (!projects) return null;
  const parts = field.parts('nodes');
  const areLookedUp = parts.has('details');
  estimator.assistantLists(projects, areLookedUp ? 'summary' : depthOf(parts), field.path);
  const size = projects.size * pageSize(field);
  // Assistants that are selected in several ways are looked up once for each depth.
  const key = `${field.key} ${[...parts].sort().join()}`;
  return { ...inside(projects), assistants: { ids: null, key, size, areLookedUp } };
};

/** Cost of the assistants behind requests: the list that they are found in tells nothing but names. */
export const assistantOfRequestCost: Cost = (field, { count, projects }, { estimator }) => {
  if (!projects) return null;
  estimator.assistantLists(projects, 'summary', field.path);
  const assistants = { ids: null, key: field.key, size: count, areLookedUp: true };
  return { ...inside(projects), assistants };
};

/** Cost of what only a look-up by id tells: one for all such fields of an assistant out of a list. */
export const detailsCost: Cost = (field, scope, { estimator: { counter } }) => {
  if (scope.assistants) counter.addOnce('assistant', scope.assistants, field.path);
  return scope;
};

/** Cost of revisions: the list brings them, unless the selection takes a look-up of every assistant anyway. */
export const revisionsCost: Cost = (field, scope, circumstances) =>
  scope.assistants?.areLookedUp ? detailsCost(field, scope, circumstances) : scope;
