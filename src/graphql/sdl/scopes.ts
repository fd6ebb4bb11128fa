import type { Permission } from '../../access/permissions.ts';
import type { PermittedField } from '../permissionTable.ts';
import type { SdlStep } from './assemble.ts';
import { annotated, directive } from './directives.ts';
import { type TypeNode, typesOf } from './naming.ts';

/** Adds `@authenticated` and `@requiresScopes` to the fields that check a permission, for routers that refuse before we do. */
export function scoped(table: readonly PermittedField[]): SdlStep {
  const permissions = new Map(
    table.flatMap(({ type, field, permission, isChecked }): [string, Permission][] =>
      isChecked && permission ? [[`${type.name}.${field.name}`, permission]] : [],
    ),
  );
  const scope = (type: TypeNode): TypeNode => {
    if (!('fields' in type) || !type.fields) return type;
    const fields = type.fields.map((field) => {
      const permission = permissions.get(`${type.name.value}.${field.name.value}`);
      if (!permission) return field;
      return annotated(
        annotated(field, directive('@authenticated')),
        directive(`@requiresScopes(scopes: [["${permission}"]])`),
      );
    });
    return { ...type, fields } as TypeNode;
  };
  return (contract) => {
    const ours = new Set<unknown>(typesOf(contract));
    return {
      ...contract,
      definitions: contract.definitions.map((node) => (ours.has(node) ? scope(node as TypeNode) : node)),
    };
  };
}
