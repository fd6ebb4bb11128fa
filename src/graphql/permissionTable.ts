import {
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isIntrospectionType,
  isObjectType,
} from 'graphql';
import { type Permission, READ } from '../access/permissions.ts';

/** A field of the graph and the permission that it takes. */
export interface PermittedField {
  readonly type: GraphQLObjectType;
  readonly field: GraphQLField<unknown, unknown>;
  /** Null for what is open to every caller who is let in, and for the outcome of a mutation: whoever may run it gets that. */
  readonly permission: Permission | null;
  /** True if the field checks it. Others are only reached through a field that did. */
  readonly isChecked: boolean;
}

/** Federation's own field: the text of the contract, which introspection shows too. */
const CONTRACT = '_service';

/**
 * Permission of every field, from the declarations. A field takes `geai:read` unless it declares another one. Checked at the
 * fields of `Query`, and where an outcome of a mutation leads into the graph.
 */
export function permissionTable(schema: GraphQLSchema): PermittedField[] {
  const [query, mutation] = [schema.getQueryType(), schema.getMutationType()];
  const readable = reachedFrom(query, schema);
  const types = Object.values(schema.getTypeMap()).filter(isObjectType);
  return types
    .filter((type) => !isIntrospectionType(type) && (type === mutation || !type.name.startsWith('_')))
    .flatMap((type) =>
      Object.values(type.getFields())
        .filter(({ name }) => name !== CONTRACT)
        .map((field) => {
          const declared = field.extensions.reading?.permission;
          if (declared === null) return { type, field, permission: null, isChecked: false };
          if (declared) return { type, field, permission: declared, isChecked: true };
          const isOutcome = type !== query && !readable.has(type);
          const isWayIn = type === query || (isOutcome && readable.has(getNamedType(field.type)));
          return { type, field, permission: isOutcome && !isWayIn ? null : READ, isChecked: isWayIn };
        }),
    );
}

/** Object types below `root`, it excluded. */
function reachedFrom(root: GraphQLObjectType | null | undefined, schema: GraphQLSchema): Set<GraphQLNamedType> {
  const found = new Set<GraphQLNamedType>();
  const visit = (type: GraphQLNamedType): void => {
    if (found.has(type)) return;
    if (isAbstractType(type)) for (const possible of schema.getPossibleTypes(type)) visit(possible);
    if (!isObjectType(type)) return;
    found.add(type);
    for (const field of Object.values(type.getFields())) visit(getNamedType(field.type));
  };
  for (const field of Object.values(root?.getFields() ?? {})) visit(getNamedType(field.type));
  return found;
}
