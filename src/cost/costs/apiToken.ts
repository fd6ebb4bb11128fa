import { mostLooks } from '../../mutations/backoff.ts';
import { isRecord } from '../entities.ts';
import { type Demands, named } from '../estimator.ts';
import type { Circumstances, Cost, Place, SelectedField, Times } from '../parentScope.ts';
import { inside, withTokenLists } from '../parentScopes.ts';
import { readProject, readToken } from '../readIds.ts';
import { linked } from './pages.ts';

const changesStatus: Cost = (field, _place, circumstances) =>
  change(field, circumstances, 2 + verifying(circumstances.times));
const rereads: Cost = (field, { projects }, { demands }) => projects && withTokenLists(projects, field, demands);
/** The answer to a creation tells everything but the time. */
const rereadsTime: Cost = (field, place, circumstances) =>
  field.names().has('createdAt') ? rereads(field, place, circumstances) : place;

export const API_TOKEN_COSTS: Readonly<Record<string, Cost>> = {
  'Query.apiToken': (field, _place, { demands, ids }) => {
    const handle = readToken(field.args()?.id, ids);
    return handle && withTokenLists(named([handle.projectId]), field, demands);
  },
  'ApiToken.project': (field, { projects }, { demands }) => projects && linked(field, projects, demands),
  'ApiToken.usage': (field, place, { demands }) => {
    if (!place.projects) return place;
    demands.usage(place.projects, demands.keyOf(field.args()), field.path);
    demands.tokenLists(place.projects, field.path);
    return place;
  },

  'Mutation.createApiToken': (field, _place, { demands, times }) => {
    const input = inputOf(field);
    const projectId = readProject(input.projectId);
    if (projectId === null) return null;
    const blocking = input.status === 'BLOCKED' ? 1 + verifying(times) : 0;
    // A value that does not look like a token is tried before it is handed out.
    const proving = 1;
    const calls = creating(times, input.idempotencyKey != null) + proving + blocking;
    return changing(field, projectId, calls, demands);
  },
  'Mutation.rotateApiToken': (field, _place, circumstances) => {
    const { times } = circumstances;
    const blocking = inputOf(field).oldToken === 'BLOCK' ? 1 + verifying(times) : 0;
    // The list that the old token is found in, and the one that a successor of an earlier run is looked for in.
    return change(field, circumstances, 2 + creating(times, true) + verifying(times) + blocking);
  },
  'Mutation.blockApiToken': changesStatus,
  'Mutation.unblockApiToken': changesStatus,
  'Mutation.revokeApiToken': changesStatus,
  'Mutation.updateApiToken': (field, _place, circumstances) =>
    // The list before, the change, and the lists that show it if its answer is lost.
    change(field, circumstances, 2 + mostLooks(circumstances.times.verifyTimeoutMs)),
  'CreateApiTokenPayload.apiToken': rereadsTime,
  'RotateApiTokenPayload.apiToken': rereadsTime,
  'BlockApiTokenPayload.apiToken': rereads,
  'UnblockApiTokenPayload.apiToken': rereads,
  'RevokeApiTokenPayload.apiToken': rereads,
  'UpdateApiTokenPayload.apiToken': rereads,
  'IssuedApiToken.apiToken': rereadsTime,
};

/** Looks for what a creation left whose answer was lost: at least two, each of them a list (`recover`). */
export function recovering({ verifyTimeoutMs, upstreamTimeoutMs }: Times, isResumable: boolean): number {
  const now = mostLooks(verifyTimeoutMs);
  return isResumable ? now + mostLooks(verifyTimeoutMs + upstreamTimeoutMs) : now;
}

/** The list before, the creation, and the looks for what it left if its answer is lost (`issueToken`). */
function creating(times: Times, isResumable: boolean): number {
  return 2 + recovering(times, isResumable);
}

/** Looks at a changed token: each a list, and a trial of the token (`verifyTokens`). */
function verifying({ verifyTimeoutMs }: Times): number {
  return 2 * mostLooks(verifyTimeoutMs);
}

function change(field: SelectedField, { demands, ids }: Circumstances, calls: number): Place | null {
  const handle = readToken(inputOf(field).id, ids);
  return handle && changing(field, handle.projectId, calls, demands);
}

/** Root fields of a mutation run one after the other, and each makes the loaders forget. */
function changing(field: SelectedField, projectId: string, calls: number, demands: Demands): Place {
  demands.startOver();
  demands.manager(named([projectId]), field.path);
  demands.ledger.add(field.path, calls);
  return inside(named([projectId]));
}

export function inputOf(field: SelectedField): Readonly<Record<string, unknown>> {
  const input = field.args()?.input;
  return isRecord(input) ? input : {};
}
