import { type FieldDefinitionNode, Kind } from 'graphql';
import type { Reading } from '../../cost/reading.ts';
import type { SdlStep } from './assemble.ts';
import { annotated, directive } from './snippets.ts';
import { isRoot, mapFields, type TypeNode, typesOf } from './types.ts';

/** Declaration that the resolver of a field carries. */
type DeclaredReading = (typeName: string, fieldName: string) => Reading | undefined;

/** Weight of a platform call, where an object of an answer weighs 1. Routers that bound costs add the weights of an operation. */
const CALL = directive('@cost(weight: 10)');

/** Adds weights and sizes of pages, from what resolvers declare and from the form of connections. */
export function weighed(declared: DeclaredReading): SdlStep {
  return (contract) => {
    const sizes = sizesOf(typesOf(contract));
    return mapFields(contract, (field, typeName) => {
      const called = mayCall(field, declared(typeName, field.name.value)) ? annotated(field, CALL) : field;
      const size = sizes.get(field.type.kind === Kind.NAMED_TYPE ? field.type.name.value : '');
      return size && isPaged(field) ? annotated(called, size) : called;
    });
  };
}

/** A field that may be null has what it costs from a call; others have it from what stands below them. */
function mayCall({ type }: FieldDefinitionNode, reading: Reading | undefined): boolean {
  return reading?.cost !== undefined && type.kind !== Kind.NON_NULL_TYPE;
}

function isPaged({ arguments: args = [] }: FieldDefinitionNode): boolean {
  return args.some(({ name }) => name.value === 'first');
}

/** For each connection, the directive that names the lists which `first` bounds. No `assumedSize`: `first` has a default. */
function sizesOf(types: readonly TypeNode[]) {
  const connections = types.filter(({ name }) => name.value.endsWith('Connection') && !isRoot(name.value));
  return new Map(connections.map((type) => [type.name.value, sizeOf(type)]));
}

function sizeOf(type: TypeNode) {
  const names = 'fields' in type ? (type.fields ?? []).map(({ name }) => name.value) : [];
  const sized = ['nodes', 'edges'].filter((name) => names.includes(name));
  return directive(
    `@listSize(slicingArguments: ["first"], sizedFields: ${JSON.stringify(sized)}, requireOneSlicingArgument: false)`,
  );
}
