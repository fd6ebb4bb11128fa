import { Decimal } from './decimal.ts';
import { exactJson } from './exactJson.ts';
import { type FailureId, PlatformFailure } from './failures.ts';

/** The members of a JSON object under lower-case names: old endpoints read them in any casing (section 2.2). */
export type Members = ReadonlyMap<string, unknown>;

/** Reads a request body; no body counts as no members. */
export function parseMembers(body: unknown): Members {
  if (typeof body !== 'string' || body.trim() === '') return new Map();
  return membersOf(parseJson(body), 20);
}

/** The members of a nested object; `failure` is what anything else is. */
export function membersOf(value: unknown, failure: FailureId): Members {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new PlatformFailure(failure);
  return new Map(Object.entries(value).map(([name, member]) => [name.toLowerCase(), member]));
}

/** A text member; null when absent or null. */
export function textMember(members: Members, name: string): string | null {
  const value = members.get(name.toLowerCase()) ?? null;
  if (value === null || typeof value === 'string') return value;
  throw new PlatformFailure(11, name);
}

/** A text member that is an address; null when absent or null. */
export function emailMember(members: Members, name: string): string | null {
  const email = textMember(members, name);
  if (email !== null && !/^[^\s@]+@[^\s@]+$/.test(email)) throw new PlatformFailure(11, name);
  return email;
}

/** A member that is a list of texts; empty when absent or null. */
export function textsMember(members: Members, name: string): string[] {
  const value = members.get(name.toLowerCase()) ?? [];
  const isList = Array.isArray(value) && value.every((item) => typeof item === 'string');
  if (!isList) throw new PlatformFailure(11, name);
  return value;
}

/** The required `name` member of organizations, projects and tokens: any characters, but not blank (2007) and nothing but text. */
export function nameMember(members: Members, ifNotText: FailureId): string {
  const value = members.get('name') ?? '';
  if (typeof value !== 'string') throw new PlatformFailure(ifNotText);
  if (value.trim() === '') throw new PlatformFailure(2007);
  return value;
}

/** Numbers come as `Decimal`, with every digit. */
function parseJson(text: string): unknown {
  try {
    return exactJson.parse(text, (_key, value, { source }) =>
      typeof value === 'number' ? (Decimal.parse(source) ?? value) : value,
    );
  } catch {
    throw new PlatformFailure(20, 'the body is not JSON');
  }
}
