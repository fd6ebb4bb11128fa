import {
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLSchema,
  getVariableValues,
  type OperationDefinitionNode,
} from 'graphql';
import type { Ids } from '../ids.ts';
import { type Caller, Demands } from './demands.ts';
import { NOWHERE } from './place.ts';
import { Walk } from './walk.ts';

/** An upper bound on the upstream calls of an operation, retries of failed reads aside. */
export interface CallPlan {
  readonly calls: number;
  /** The field that brings most of them; null when none brings any. */
  readonly costliest: { readonly path: string; readonly calls: number } | null;
}

export interface PlanOptions {
  readonly schema: GraphQLSchema;
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  /** As the caller sent them. */
  readonly variables: Readonly<Record<string, unknown>>;
  readonly caller: Caller;
  readonly ids: Ids;
}

const NOTHING: CallPlan = { calls: 0, costliest: null };

/** Works out, without asking anybody, how many upstream calls a valid operation may come to. */
export function planCalls({ schema, document, operation, variables, caller, ids }: PlanOptions): CallPlan {
  const root = schema.getRootType(operation.operation);
  if (!root || caller.tokens === 0) return NOTHING;
  const { coerced } = getVariableValues(schema, operation.variableDefinitions ?? [], variables);
  // Variables of the wrong type: the executor will refuse the operation before it reads anything.
  if (!coerced) return NOTHING;
  const demands = new Demands(caller);
  const fragments = fragmentsOf(document);
  const walk = new Walk({ schema, fragments, variables: coerced, circumstances: { demands, ids } });
  walk.visit(root, [operation.selectionSet], NOWHERE, '');
  return { calls: demands.ledger.calls, costliest: demands.ledger.costliest };
}

function fragmentsOf({ definitions }: DocumentNode): Map<string, FragmentDefinitionNode> {
  const found = new Map<string, FragmentDefinitionNode>();
  for (const definition of definitions) {
    if (definition.kind === 'FragmentDefinition') found.set(definition.name.value, definition);
  }
  return found;
}
