import type { Ids } from '../ids.ts';
import { MAX_IDS, MAX_PROJECTS, MAX_TOKENS } from '../incident/action.ts';
import { type Demands, named, type ProjectSet } from './demands.ts';
import { isRecord } from './entities.ts';
import type { Circumstances, Cost, Place, SelectedField } from './place.ts';
import { inside, linked, withTokenLists } from './places.ts';
import { readProject, readToken } from './readIds.ts';

/** What changes cost: finding, changing, watching until it is done, and looking for what was lost. */
export const CHANGE_COSTS: Readonly<Record<string, Cost>> = {
  'Mutation.createApiToken': (field, _place, { demands }) => {
    const input = inputOf(field);
    const projectId = readProject(input.projectId);
    if (projectId === null) return null;
    // The list before, the creation, the look-out for a lost one, and the block.
    const blocking = input.status === 'BLOCKED' ? 1 : 0;
    return changing(field, projectId, 2 + demands.caller.recoveryLooks + blocking, demands);
  },
  'Mutation.blockApiToken': (field, _place, circumstances) => statusChange(field, circumstances),
  'Mutation.unblockApiToken': (field, _place, circumstances) => statusChange(field, circumstances),
  'Mutation.revokeApiToken': (field, _place, circumstances) => statusChange(field, circumstances),
  'Mutation.updateApiToken': (field, _place, circumstances) => change(field, 2, circumstances),
  'Mutation.rotateApiToken': (field, _place, circumstances) => {
    const { demands } = circumstances;
    // Four lists on the way, the creation, the look-out for a lost one, the block, and watching both tokens.
    return change(field, 6 + demands.caller.recoveryLooks + 2 * watched(demands), circumstances);
  },
  'Mutation.createProject': (field, _place, { demands }) => {
    demands.ledger.startOver();
    demands.identify();
    // The name looked for, the creation, the look-out for a lost one, and then the list of the tokens.
    demands.ledger.add(field.path, 3 + demands.caller.recoveryLooks);
    return inside({ ids: null, key: field.key, size: 1, isListed: true });
  },
  'Mutation.blockApiTokens': (field, _place, circumstances) => bulkChange(field, circumstances),
  'Mutation.unblockApiTokens': (field, _place, circumstances) => bulkChange(field, circumstances),

  'CreateApiTokenPayload.apiToken': (field, place, { demands }) => createdToken(field, place, demands),
  'IssuedApiToken.apiToken': (field, place, { demands }) => createdToken(field, place, demands),
  'RotateApiTokenPayload.apiToken': (field, place, { demands }) => createdToken(field, place, demands),
  'BlockApiTokenPayload.apiToken': (field, place, { demands }) => reread(field, place, demands),
  'UnblockApiTokenPayload.apiToken': (field, place, { demands }) => reread(field, place, demands),
  'RevokeApiTokenPayload.apiToken': (field, place, { demands }) => reread(field, place, demands),
  'UpdateApiTokenPayload.apiToken': (field, place, { demands }) => reread(field, place, demands),
  'BulkApiTokenProject.project': (field, { projects }, { demands }) => projects && linked(field, projects, demands),
};

/** Looks at whether a change has taken effect: a list and a trial each (`verifyTokens`). */
function watched({ caller }: Demands): number {
  return 2 * caller.looks;
}

/** The list that the token is found in, the change, and watching it. */
function statusChange(field: SelectedField, circumstances: Circumstances): Place | null {
  return change(field, 2 + watched(circumstances.demands), circumstances);
}

function change(field: SelectedField, calls: number, { demands, ids }: Circumstances): Place | null {
  const handle = readToken(inputOf(field).id, ids);
  return handle && changing(field, handle.projectId, calls, demands);
}

/** Root fields of a mutation run one after the other, and each makes the loaders forget. */
function changing(field: SelectedField, projectId: string, calls: number, demands: Demands): Place {
  demands.ledger.startOver();
  demands.manager(named([projectId]), field.path);
  demands.ledger.add(field.path, calls);
  return inside(named([projectId]));
}

/**
 * Changes of many tokens. They have bounds of their own, and whoever runs one has seen in the dry run what it will do: so they
 * are planned, but do not count against the budget.
 */
function bulkChange(field: SelectedField, { demands, ids }: Circumstances): Place {
  demands.ledger.startOver();
  const { projects, tokens } = chosen(field, ids);
  const isDryRun = inputOf(field).dryRun !== false;
  demands.identify();
  const listing = demands.caller.tokens * (1 + projects.size);
  demands.ledger.addBounded(listing + (isDryRun ? 0 : tokens + tokens * watched(demands)));
  return inside(projects);
}

function chosen(field: SelectedField, ids: Ids): { projects: ProjectSet; tokens: number } {
  const { ids: given } = inputOf(field);
  if (!Array.isArray(given)) {
    return { projects: { ids: null, key: field.key, size: MAX_PROJECTS, isListed: false }, tokens: MAX_TOKENS };
  }
  const handles = given.slice(0, MAX_IDS).flatMap((id) => readToken(id, ids) ?? []);
  return { projects: named([...new Set(handles.map(({ projectId }) => projectId))]), tokens: handles.length };
}

/** The answer to a creation lacks the time, which only the list tells. */
function createdToken(field: SelectedField, place: Place, demands: Demands): Place | null {
  return field.names().has('createdAt') ? reread(field, place, demands) : place;
}

function reread(field: SelectedField, { projects }: Place, demands: Demands): Place | null {
  return projects && withTokenLists(projects, field, demands);
}

function inputOf(field: SelectedField): Readonly<Record<string, unknown>> {
  const input = field.args()?.input;
  return isRecord(input) ? input : {};
}
