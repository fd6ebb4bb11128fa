import type { BulkApiTokenUserErrorCode } from '../../generated/resolvers.ts';
import { type Refused, refused } from '../../mutations/outcome.ts';
import type { ApiTokenRecord, ApiTokenStatus } from '../../platform/resources/apiTokens.ts';
import type { Ids } from '../../values/ids.ts';
import { searchable } from '../../values/textSearch.ts';
import { InputReader } from './input.ts';
import { bulkUserError } from './userErrors.ts';

export interface SelectionInput {
  readonly ids?: readonly string[] | null | undefined;
  readonly filter?: FilterInput | null | undefined;
}

interface FilterInput {
  readonly organizationId?: string | null | undefined;
  readonly projectIds?: readonly string[] | null | undefined;
  readonly nameContains?: string | null | undefined;
  /** Unchecked value of the caller: the scalar takes any. */
  readonly createdBefore?: unknown;
  readonly status?: readonly ApiTokenStatus[] | null | undefined;
}

/** Selected token. The record is null if the project does not list it. */
export interface Picked {
  readonly tokenHash: string;
  readonly record: ApiTokenRecord | null;
  /** Id of the input. Null if a filter found the token. */
  readonly requestedId: string | null;
  /** True if its status is selected. */
  readonly hasStatus: boolean;
}

/** Tokens that a run is about. */
export interface Selection {
  readonly kind: 'selection';
  /** Canonical text of the selection. */
  readonly scope: string;
  /** Null if only projects are named. */
  readonly organizationId: string | null;
  /** Null for every project of the organization. */
  readonly projectIds: readonly string[] | null;
  pick(projectId: string, tokens: readonly ApiTokenRecord[]): Picked[];
}

type Selected = Selection | Refused<BulkApiTokenUserErrorCode>;

/** Returns the selection, or all mistakes in it. */
export function readSelection(ids: Ids, { ids: named, filter }: SelectionInput): Selected {
  if (named != null && filter != null) {
    return refused(bulkUserError('CONFLICTING', 'filter', 'Set `ids` or `filter`, not both.'));
  }
  if (named != null) return selectionByIds(ids, named);
  if (filter != null) return selectionByFilter(ids, filter);
  return refused(bulkUserError('REQUIRED', 'ids', 'Give `ids` or `filter`.'));
}

function selectionByIds(ids: Ids, texts: readonly string[]): Selected {
  const reader = new InputReader();
  const named = [...new Set(texts)].sort();
  const handles = reader.handles(ids, named);
  const [mistake, ...others] = reader.mistakes;
  if (mistake) return refused(mistake, ...others);
  const wanted = Map.groupBy(
    handles.map(({ projectId, tokenHash }, index) => ({ projectId, tokenHash, requestedId: named[index] ?? null })),
    ({ projectId }) => projectId,
  );
  return {
    kind: 'selection',
    scope: JSON.stringify(named),
    organizationId: null,
    projectIds: [...wanted.keys()],
    pick: (projectId, tokens) => {
      const byHash = new Map(tokens.flatMap((record) => ids.apiTokenHashes(record).map((hash) => [hash, record])));
      const here = wanted.get(projectId) ?? [];
      const picked = here.map(({ tokenHash, requestedId }) => {
        const record = byHash.get(tokenHash) ?? null;
        const renewed = record ? ids.renewed({ projectId, tokenHash }, record).tokenHash : tokenHash;
        return { tokenHash: renewed, requestedId, record, hasStatus: true };
      });
      // A token may be named by its present and its former id.
      return [...new Map(picked.map((one) => [one.tokenHash, one])).values()];
    },
  };
}

function selectionByFilter(ids: Ids, filter: FilterInput): Selected {
  const reader = new InputReader();
  const organizationId = reader.organizationId(filter.organizationId);
  const projectIds = reader.projectIds(filter.projectIds);
  const name = reader.name(filter.nameContains);
  const before = reader.instant(filter.createdBefore);
  const statuses = reader.statuses(filter.status);
  if (filter.organizationId == null && filter.projectIds == null) {
    const message = 'Set `organizationId` for all its projects, or `projectIds`.';
    reader.mistakes.push(bulkUserError('REQUIRED', 'filter.organizationId', message));
  }
  const [mistake, ...others] = reader.mistakes;
  if (mistake) return refused(mistake, ...others);
  const matches = (token: ApiTokenRecord) =>
    (name === null || searchable(token.name).includes(name)) &&
    (before === null || (token.createdAt !== null && Date.parse(token.createdAt) < before));
  return {
    kind: 'selection',
    scope: JSON.stringify({ organizationId, projectIds, name, before, statuses }),
    organizationId,
    projectIds,
    pick: (_projectId, tokens) =>
      tokens.filter(matches).map((record) => ({
        tokenHash: ids.apiTokenHash(record),
        record,
        requestedId: null,
        hasStatus: statuses === null || statuses.includes(record.status),
      })),
  };
}
