import {
  type FieldNode,
  type GraphQLNamedType,
  type GraphQLResolveInfo,
  getNamedType,
  isAbstractType,
  isObjectType,
  type SelectionSetNode,
} from 'graphql';
import type { Part } from '../cost/reading.ts';
import type { Selected } from '../cost/selected.ts';
import { Selections } from '../cost/selections.ts';
import { servedType } from '../cost/servedNames.ts';

/**
 * Names of the fields selected below the field being resolved, so that a resolver reads no more; or of those below `step`:
 * `selectedFields(info, 'nodes')` returns the fields of each item of a connection, those in `edges` too.
 */
export function selectedFields(info: GraphQLResolveInfo, step?: string): ReadonlySet<string> {
  return new Selections(info).names(setsOf(info), step);
}

/**
 * The parts that the operation reads of the objects below the field being resolved, or below `step`. Of an abstract type, those of the
 * entity.
 */
export function selectedParts(info: GraphQLResolveInfo, entity: string, step?: string): ReadonlySet<Part> {
  return new Selections(info).parts(typeOf(info, entity), setsOf(info), step);
}

/** The selected fields below the field being resolved, with their arguments and what is below them. Of an abstract type, those of the entity. */
export function selectedNodes(info: GraphQLResolveInfo, entity: string): readonly FieldNode[] {
  return selectedOn(info, typeOf(info, entity)).nodes;
}

/** True if the fields selected on objects of a type, as served, read their record and no more. */
export function selectsRecordOnly(info: GraphQLResolveInfo, typeName: string): boolean {
  return selectedOn(info, info.schema.getType(typeName)).costed.length === 0;
}

function selectedOn(info: GraphQLResolveInfo, type: GraphQLNamedType | undefined): Selected {
  return new Selections(info).of(isObjectType(type) ? type : null, setsOf(info));
}

/** Type of the objects that a field returns, by its name in the contract where the field may return several. */
function typeOf({ schema, returnType }: GraphQLResolveInfo, entity: string): GraphQLNamedType | undefined {
  const type = getNamedType(returnType);
  return isAbstractType(type) ? schema.getType(servedType(schema, entity)) : type;
}

/** Lists ask for each of their items: the one node of nearly every field takes no function. */
function setsOf({ fieldNodes }: GraphQLResolveInfo): readonly SelectionSetNode[] {
  const only = fieldNodes.length === 1 ? fieldNodes[0]?.selectionSet : undefined;
  if (only) return [only];
  return fieldNodes.flatMap(({ selectionSet }) => selectionSet ?? []);
}
