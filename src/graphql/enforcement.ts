import { defaultFieldResolver, type GraphQLField, type GraphQLSchema } from 'graphql';
import { AccessError, permissionMissing } from '../access/errors.ts';
import type { Permission } from '../access/permissions.ts';
import type { RequestContext } from '../request/context.ts';
import type { Start } from '../request/earlyStart.ts';
import { asError } from '../values/result.ts';
import { permissionTable } from './permissionTable.ts';

/** Field of federation that answers each reference in its own place, refusals included. */
export const REFERENCES = '_entities';

/** Puts the check in front of every field that has one, and of what starts before its resolver. Other fields stay as they are. */
export function enforcePermissions(schema: GraphQLSchema): GraphQLSchema {
  for (const { field, permission, isChecked } of permissionTable(schema)) {
    if (isChecked && permission && field.name !== REFERENCES) guard(field, permission);
  }
  return schema;
}

/** Reason why the caller may not have a field of this permission: it is missing, or the caller is not let in at all. */
export function whyRefused(context: RequestContext, permission: Permission): Error | null {
  try {
    return context.principal.permissions.has(permission) ? null : permissionMissing(permission);
  } catch (error) {
    return asError(error);
  }
}

function guard(field: GraphQLField<unknown, RequestContext>, permission: Permission): void {
  const { resolve = defaultFieldResolver, extensions } = field;
  const { start, refuse } = extensions;
  field.resolve = (parent, args, context, info) => {
    const refusal = whyRefused(context, permission);
    if (!refusal) return resolve(parent, args, context, info);
    // Of a stranger nothing is written.
    if (!refuse || !(refusal instanceof AccessError)) throw refusal;
    return refuse(args, context, refusal).then(() => Promise.reject(refusal));
  };
  field.extensions = {
    ...extensions,
    reading: { ...extensions.reading, permission },
    ...(start && { start: guardedStart(start, permission) }),
  };
}

function guardedStart(start: Start, permission: Permission): Start {
  return async (project, args, context, info) =>
    whyRefused(context, permission) ? null : start(project, args, context, info);
}
