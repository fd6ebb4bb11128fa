import {
  type GraphQLField,
  type GraphQLSchema,
  getNullableType,
  isIntrospectionType,
  isListType,
  isObjectType,
} from 'graphql';
import type { RequestContext } from '../request/context.ts';
import { STRETCH } from '../request/gate/stretches.ts';

type AnyField = GraphQLField<unknown, RequestContext>;
type Resolve = NonNullable<AnyField['resolve']>;

/**
 * Has large answers built in stretches: what a resolver returns as a list or a connection is completed when its turn comes. Fields
 * without a resolver are lists inside of those.
 */
export function inStretches(schema: GraphQLSchema): GraphQLSchema {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || isIntrospectionType(type)) continue;
    for (const field of Object.values(type.getFields())) {
      if (field.resolve && isMany(field)) field.resolve = inTurn(field.resolve);
    }
  }
  return schema;
}

function isMany({ type }: AnyField): boolean {
  const bare = getNullableType(type);
  return isListType(bare) || (isObjectType(bare) && 'nodes' in bare.getFields());
}

function inTurn(resolve: Resolve): Resolve {
  return (parent, args, context, info) => {
    const found: unknown = resolve(parent, args, context, info);
    if (!context.admission.isLarge) return found;
    return found instanceof Promise ? found.then((value) => wait(value, context)) : wait(found, context);
  };
}

/** The value, once there is a turn for it. The items of a long list wait for turns of their own. */
function wait(value: unknown, { admission: { stretches } }: RequestContext): unknown {
  if (Array.isArray(value) && value.length > STRETCH) return value.map((item) => after(stretches.goOn(1), item));
  return after(stretches.goOn(itemsOf(value)), value);
}

function itemsOf(value: unknown): number {
  if (Array.isArray(value)) return value.length;
  const nodes = typeof value === 'object' && value !== null && 'nodes' in value ? value.nodes : null;
  return Array.isArray(nodes) ? nodes.length : 1;
}

function after(turn: Promise<void> | null, value: unknown): unknown {
  return turn ? turn.then(() => value) : value;
}
