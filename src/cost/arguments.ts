import { type FieldNode, type GraphQLField, getArgumentValues } from 'graphql';
import { MAX_PAGE_SIZE } from '../limits/limits.ts';
import type { ApiTokenHandle, AssistantHandle, Ids } from '../values/ids.ts';
import { isJsonObject } from '../values/json.ts';
import { asUuid } from '../values/uuid.ts';
import type { SelectedField } from './parentScope.ts';

/** Arguments of a field, defaults filled in. Null for those that the executor will refuse. */
export function argumentsOf(
  definition: GraphQLField<unknown, unknown>,
  node: FieldNode,
  variables: Readonly<Record<string, unknown>>,
): Record<string, unknown> | null {
  if (definition.args.length === 0) return {};
  try {
    return getArgumentValues(definition, node, variables);
  } catch {
    return null;
  }
}

/** A project's id as the loaders compare it; null for what is none. Ids that are refused cost nothing. */
export function readProject(id: unknown): string | null {
  return typeof id === 'string' ? asUuid(id) : null;
}

/** Parts of a token's id; null if it is none. */
export function readToken(id: unknown, ids: Ids): ApiTokenHandle | null {
  return typeof id === 'string' ? ids.readApiTokenId(id) : null;
}

/** Parts of an assistant's id; null if it is none. */
export function readAssistant(id: unknown, ids: Ids): AssistantHandle | null {
  return typeof id === 'string' ? ids.readAssistantId(id) : null;
}

/** The `input` of a mutation; empty when it cannot be read. */
export function inputOf(field: SelectedField): Readonly<Record<string, unknown>> {
  const input = field.args()?.input;
  return isJsonObject(input) ? input : {};
}

/** The page that a connection gives at most. A size that is refused gives none. */
export function pageSize(field: SelectedField, most = MAX_PAGE_SIZE): number {
  const first = field.args()?.first;
  return typeof first === 'number' && first >= 1 && first <= most ? first : 0;
}
