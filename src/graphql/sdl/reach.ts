import { type DocumentNode, Kind } from 'graphql';
import { AUDIENCES, type Audience, PUBLIC_TYPES } from './audience.ts';
import { entitiesOf, isRoot, namedIn, type TypeNode, typesOf } from './types.ts';

/** The audience that a field is declared for. Undefined: that of its type. */
export type DeclaredAudience = (typeName: string, fieldName: string) => Audience | undefined;

/**
 * The widest audience that reaches each type: a type that only administrators get to is theirs, with all of its fields that are
 * not declared for fewer.
 */
export function reach(contract: DocumentNode, declared: DeclaredAudience): ReadonlyMap<string, Audience> {
  const parts = Map.groupBy(typesOf(contract), ({ name }) => name.value);
  const starts = [...entitiesOf(contract), ...parts.keys().filter(isRoot), ...PUBLIC_TYPES];
  const members = membersOf(typesOf(contract));
  const reached = new Map<string, Audience>();
  for (const audience of AUDIENCES) {
    const visit = (name: string) => {
      if (reached.has(name) || !parts.has(name)) return;
      reached.set(name, audience);
      follow(name);
    };
    const follow = (name: string) => {
      const own = reached.get(name) ?? audience;
      const opens = (field: string) => (declared(name, field) ?? own) === audience;
      for (const part of parts.get(name) ?? [])
        for (const next of leadsTo(part, opens)) {
          visit(next);
          for (const member of members.get(next) ?? []) visit(member);
        }
    };
    // Fields for this audience in types that wider ones have reached.
    for (const name of [...reached.keys()]) follow(name);
    if (audience === 'public') for (const name of starts) visit(name);
  }
  return reached;
}

/** Types that implement an interface: whatever leads to it leads to them. */
function membersOf(types: readonly TypeNode[]): ReadonlyMap<string, readonly string[]> {
  const members = new Map<string, string[]>();
  for (const type of types) {
    const interfaces = 'interfaces' in type ? (type.interfaces ?? []) : [];
    for (const { name } of interfaces) members.set(name.value, [...(members.get(name.value) ?? []), type.name.value]);
  }
  return members;
}

/** Names of the types behind the fields of a type that `opens` lets through, and their arguments. */
function leadsTo(type: TypeNode, opens: (fieldName: string) => boolean): string[] {
  switch (type.kind) {
    case Kind.UNION_TYPE_DEFINITION:
    case Kind.UNION_TYPE_EXTENSION:
      return (type.types ?? []).map(({ name }) => name.value);
    case Kind.INPUT_OBJECT_TYPE_DEFINITION:
    case Kind.INPUT_OBJECT_TYPE_EXTENSION:
      return (type.fields ?? []).filter(({ name }) => opens(name.value)).map((field) => namedIn(field.type));
    case Kind.OBJECT_TYPE_DEFINITION:
    case Kind.OBJECT_TYPE_EXTENSION:
    case Kind.INTERFACE_TYPE_DEFINITION:
    case Kind.INTERFACE_TYPE_EXTENSION: {
      const open = (type.fields ?? []).filter(({ name }) => opens(name.value));
      return open.flatMap((field) => [field, ...(field.arguments ?? [])].map((one) => namedIn(one.type)));
    }
    default:
      return [];
  }
}
