import type { Demands } from '../estimator.ts';
import { named } from '../estimator.ts';
import type { Cost, Place, SelectedField } from '../parentScope.ts';
import { depthOf, inside } from '../parentScopes.ts';
import { readAssistant } from '../readIds.ts';
import { linked } from './pages.ts';

export const ASSISTANT_COSTS: Readonly<Record<string, Cost>> = {
  'Query.assistant': (field, _place, { demands, ids }) => {
    const handle = readAssistant(field.args()?.id, ids);
    if (!handle) return null;
    demands.assistant(handle.projectId, handle.assistantId, depthOf(field.names()), field.path);
    return inside(named([handle.projectId]));
  },
  'Assistant.project': (field, { projects }, { demands }) => projects && linked(field, projects, demands),
  'Assistant.description': (field, place, { demands }) => lookedUp(field, place, demands),
  'Assistant.kind': (field, place, { demands }) => lookedUp(field, place, demands),
  'Assistant.status': (field, place, { demands }) => lookedUp(field, place, demands),
  // The list brings them, unless the selection takes a look-up of every assistant anyway.
  'Assistant.revisions': (field, place, { demands }) =>
    place.assistants?.areLookedUp ? lookedUp(field, place, demands) : place,
  'Assistant.unreadableRevisionCount': (field, place, { demands }) =>
    place.assistants?.areLookedUp ? lookedUp(field, place, demands) : place,
  'Assistant.usage': (field, place, { demands }) => {
    if (place.projects) demands.usage(place.projects, demands.keyOf(field.args()), field.path);
    return place;
  },
};

/** Whether a look-up by id is needed for these fields. */
export function needsDetail(names: ReadonlySet<string>): boolean {
  return names.has('description') || names.has('kind') || names.has('status');
}

/** One look-up for all that only it tells of an assistant out of a list. */
function lookedUp(field: SelectedField, place: Place, { ledger }: Demands): Place {
  if (place.assistants) ledger.addOnce('assistant', place.assistants, field.path);
  return place;
}
