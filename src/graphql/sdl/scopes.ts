import type { Permission } from '../../access/permissions.ts';
import type { PermittedField } from '../permissionTable.ts';
import type { SdlStep } from './assemble.ts';
import { annotated, directive } from './snippets.ts';
import { mapFields } from './types.ts';

const AUTHENTICATED = directive('@authenticated');

/** Adds `@authenticated` and `@requiresScopes` to the fields that check a permission, for routers that refuse before we do. */
export function scoped(table: readonly PermittedField[]): SdlStep {
  const permissions = new Map(
    table.flatMap(({ type, field, permission, isChecked }): [string, Permission][] =>
      isChecked && permission ? [[`${type.name}.${field.name}`, permission]] : [],
    ),
  );
  return (contract) =>
    mapFields(contract, (field, typeName) => {
      const permission = permissions.get(`${typeName}.${field.name.value}`);
      if (!permission) return field;
      return annotated(annotated(field, AUTHENTICATED), directive(`@requiresScopes(scopes: [["${permission}"]])`));
    });
}
