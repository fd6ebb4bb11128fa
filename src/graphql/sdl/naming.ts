import { type DocumentNode, Kind } from 'graphql';
import { ConfigError } from '../../config.ts';
import type { ServedName } from '../../cost/servedNames.ts';
import { entitiesOf, isRoot, type TypeNode, typesOf } from './types.ts';

/** Prefixes of names, for graphs that have the plain ones already. Empty: none. */
export interface Prefixes {
  /** Of root fields, and of all types but the entities. */
  readonly schemaPrefix: string;
  /** Of the entities: the types with a `@key`. */
  readonly schemaEntityPrefix: string;
}

/** Names under which the contract is served. */
export interface Naming {
  readonly type: ServedName;
  readonly rootField: ServedName;
}

/** The names of a contract under prefixes. Throws `ConfigError` when two things would have one name. */
export function namingOf(contract: DocumentNode, { schemaPrefix, schemaEntityPrefix }: Prefixes): Naming {
  const entities = entitiesOf(contract);
  const types = new Map<string, string>();
  const rootFields = new Map<string, string>();
  for (const type of typesOf(contract)) {
    const name = type.name.value;
    if (!isRoot(name)) types.set(name, capitalised(entities.has(name) ? schemaEntityPrefix : schemaPrefix) + name);
    else for (const field of rootFieldsOf(type)) rootFields.set(field, prefixed(schemaPrefix, field));
  }
  refuseClashes(types);
  refuseClashes(rootFields);
  return { type: (name) => types.get(name) ?? name, rootField: (name) => rootFields.get(name) ?? name };
}

/** Names of the fields of a root type; of another type, none. */
export function rootFieldsOf(type: TypeNode): string[] {
  const isObject = type.kind === Kind.OBJECT_TYPE_DEFINITION || type.kind === Kind.OBJECT_TYPE_EXTENSION;
  return isObject && isRoot(type.name.value) ? (type.fields ?? []).map(({ name }) => name.value) : [];
}

/** `geai` and `project` make `geaiProject`. */
function prefixed(prefix: string, field: string): string {
  return prefix === '' ? field : prefix.charAt(0).toLowerCase() + prefix.slice(1) + capitalised(field);
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** A served name that is another's declared one counts as a clash too: no name is then read in two ways. */
function refuseClashes(names: ReadonlyMap<string, string>): void {
  const served = new Set<string>();
  for (const [declared, name] of names) {
    if (served.has(name) || (name !== declared && names.has(name))) {
      throw new ConfigError([`SCHEMA_PREFIX and SCHEMA_ENTITY_PREFIX give two things the name ${name}.`]);
    }
    served.add(name);
  }
}
