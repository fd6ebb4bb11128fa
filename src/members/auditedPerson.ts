import type { MutationContext } from '../mutations/context.ts';

/** A person in the audit log: a keyed hash tells them apart, and their address stays out of it. */
export function auditedPerson({ ids }: Pick<MutationContext, 'ids'>, email: string): { readonly person: string } {
  return { person: ids.keyedHash('audited person', email.toLowerCase()).toString('base64url') };
}
