import type { JWTPayload } from 'jose';
import type { JwtSettings } from '../config/access.ts';
import { asUuid } from '../values/uuid.ts';
import { PERMISSIONS } from './permissions.ts';
import type { Principal } from './principal.ts';
import { Refusal } from './refusal.ts';

type ClaimNames = Pick<JwtSettings, 'scopesClaim' | 'organizationsClaim' | 'projectsClaim' | 'auditClaims'>;

const MAX_SUBJECT_LENGTH = 255;
/** Characters of one claim in the audit log, at most. */
const MAX_AUDITED_LENGTH = 255;

/** Caller that a verified token names, with what its claims allow. Throws `Refusal` when a claim that decides has another type. */
export function principalOf(claims: JWTPayload, names: ClaimNames): Principal {
  const words = new Set(wordsIn(claims, names.scopesClaim));
  return {
    subject: subjectOf(claims),
    permissions: new Set(PERMISSIONS.filter((permission) => words.has(permission))),
    organizations: names.organizationsClaim === null ? null : idsIn(claims, names.organizationsClaim),
    projects: names.projectsClaim === null ? null : idsIn(claims, names.projectsClaim),
    claims: auditedIn(claims, names.auditClaims),
  };
}

function subjectOf({ sub }: JWTPayload): string {
  if (typeof sub === 'string' && sub !== '' && sub.length <= MAX_SUBJECT_LENGTH) return sub;
  throw new Refusal('SUBJECT');
}

/** Words of a claim: a text of words, or a list of texts. None if the claim is absent. */
function wordsIn(claims: JWTPayload, name: string): readonly string[] {
  const value = claimIn(claims, name) ?? [];
  if (typeof value === 'string') return value.split(' ');
  if (Array.isArray(value) && value.every((element) => typeof element === 'string')) return value;
  throw new Refusal('CLAIM_TYPE');
}

/** Ids of a claim. Text that is not a UUID names nothing and is left out. */
function idsIn(claims: JWTPayload, name: string): ReadonlySet<string> {
  return new Set(wordsIn(claims, name).flatMap((word) => asUuid(word) ?? []));
}

/** Claims for the audit log: texts, cut to a length, numbers and truth values. Lists and nested objects are left out. */
function auditedIn(claims: JWTPayload, names: readonly string[]): Principal['claims'] {
  const audited: Record<string, string | number | boolean> = {};
  for (const name of names) {
    const value = claimIn(claims, name);
    if (typeof value === 'string') audited[name] = value.slice(0, MAX_AUDITED_LENGTH);
    else if (typeof value === 'number' || typeof value === 'boolean') audited[name] = value;
  }
  return audited;
}

/** Value that the token itself holds under the name, never an inherited one. */
function claimIn(claims: JWTPayload, name: string): unknown {
  return Object.hasOwn(claims, name) ? claims[name] : undefined;
}
