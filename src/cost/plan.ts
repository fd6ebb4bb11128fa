import {
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLSchema,
  type OperationDefinitionNode,
  valueFromASTUntyped,
} from 'graphql';
import type { Ids } from '../values/ids.ts';
import { memoize } from '../values/memoize.ts';
import type { CostCounter } from './costCounter.ts';
import { type CallerTokens, CostEstimator } from './estimator.ts';
import type { ScanBound, Times } from './parentScope.ts';
import { Walk } from './walk.ts';

/** An upper bound on the upstream calls of an operation, retries of failed reads aside. */
export interface CostPlan {
  readonly calls: number;
  /** Number of calls that bound themselves, so that the budget does not count them (docs/decisions/08). */
  readonly exempt: number;
  /** Objects that the answer may hold, at most. */
  readonly objects: number;
  /** The field that brings most of the calls; null when none brings any. */
  readonly costliest: { readonly path: string; readonly calls: number } | null;
}

interface PlanOptions {
  readonly schema: GraphQLSchema;
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  /** As the caller sent them. */
  readonly variables: Readonly<Record<string, unknown>>;
  /** Called when the operation takes a credential at all. */
  readonly whoAsks: () => CallerTokens;
  readonly ids: Ids;
  readonly times: Times;
  readonly scans: ScanBound;
  /** Objects of the answer that are let through, at most. */
  readonly maxObjects: number;
}

/** The costliest field is searched only if the operation is over the budget. */
class CountedPlan implements CostPlan {
  readonly calls: number;
  readonly exempt: number;
  readonly objects: number;
  readonly #counter: CostCounter;

  constructor(counter: CostCounter, objects: number) {
    this.calls = counter.calls;
    this.exempt = counter.exempt;
    this.objects = objects;
    this.#counter = counter;
  }

  get costliest() {
    return this.#counter.costliest;
  }
}

const NOTHING: CostPlan = { calls: 0, exempt: 0, objects: 0, costliest: null };

/** Works out, without asking anybody, how many upstream calls a valid operation may come to. Throws when the answer may hold too many objects. */
export function planCost(options: PlanOptions): CostPlan {
  const { schema, document, operation, variables, whoAsks, ids, times, scans, maxObjects } = options;
  const root = schema.getRootType(operation.operation);
  if (!root) return NOTHING;
  const estimator = new CostEstimator(whoAsks);
  const given = withDefaults(operation, variables);
  const walk = new Walk({
    schema,
    fragments: fragmentsOf(document),
    variableValues: given,
    circumstances: { estimator, ids, times, scans },
    maxObjects,
  });
  walk.visitRoot(root, operation.selectionSet);
  const { counter } = estimator;
  // Nothing can be sent without a token.
  if (counter.calls === 0 || estimator.caller.tokens === 0) return NOTHING;
  return new CountedPlan(counter, walk.objects);
}

/**
 * Variables as sent, with their defaults, unchecked. The executor checks them before it reads anything, so the plan of
 * wrong ones does not matter.
 */
function withDefaults({ variableDefinitions }: OperationDefinitionNode, sent: PlanOptions['variables']) {
  // Without a prototype: a variable may be called `__proto__`.
  const variables: Record<string, unknown> = Object.assign(Object.create(null), sent);
  for (const { variable, defaultValue } of variableDefinitions ?? []) {
    const name = variable.name.value;
    if (defaultValue && !Object.hasOwn(sent, name)) variables[name] = valueFromASTUntyped(defaultValue);
  }
  return variables;
}

const fragmentsOf = memoize(({ definitions }: DocumentNode) => {
  // Without a prototype: a fragment may be called `__proto__`.
  const found: Record<string, FragmentDefinitionNode> = Object.create(null);
  for (const definition of definitions) {
    if (definition.kind === 'FragmentDefinition') found[definition.name.value] = definition;
  }
  return found;
});
