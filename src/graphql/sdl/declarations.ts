import type { Reading } from '../../cost/reading.ts';

/** Reading that the resolver of a field declares. Undefined for a member of the parent without a declaration. */
export function readingOf(resolvers: object, typeName: string, fieldName: string): Reading | undefined {
  const field = member(member(resolvers, typeName), fieldName);
  return member(member(field, 'extensions'), 'reading') as Reading | undefined;
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && name in value ? value[name as keyof typeof value] : undefined;
}
