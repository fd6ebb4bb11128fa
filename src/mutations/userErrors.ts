import type { ApiTokenUserErrorCode, ResolversInterfaceTypes, ResolversTypes } from '../generated/resolvers.ts';
import { PlatformError } from '../platform/client/errors.ts';
import { asUuid } from '../values/uuid.ts';

/** Code of a user error of any mutation: one of the enums in the schema. */
export type UserErrorCode = ResolversInterfaceTypes<ResolversTypes>['UserError']['code'];

/** Mistake that the caller can correct. */
export interface UserError<Code extends UserErrorCode = ApiTokenUserErrorCode> {
  readonly code: Code;
  readonly message: string;
  /** Input field at fault. Null if no single field is. */
  readonly field: string | null;
}

/** Declares user errors with a sentence for each code. */
export function userErrorsWith<Codes extends UserErrorCode>(messages: Readonly<Record<Codes, string>>) {
  return <Code extends Codes>(code: Code, field: string | null = null): UserError<Code> => {
    return { code, message: messages[code], field };
  };
}

/** User errors of several entities. */
export const userError = userErrorsWith({
  PROJECT_NOT_FOUND: 'The project does not exist, or the credentials do not open it.',
  TOKEN_NOT_FOUND: 'The token does not exist, or the credentials do not open its project.',
  INVALID_ID: 'This is not an identifier of the right kind. Take it from the `id` of the object.',
  REJECTED: 'The platform refuses a value of the input.',
  TOKEN_REVOKED: 'The token is revoked for good. Create a new one.',
  WOULD_LOCK_OUT: 'This request or this server uses the token, and would lock itself out. Use another credential.',
  TOKEN_VALUE_MASKED:
    "The platform masks the token's value, so it can be neither addressed nor returned. Use the platform's console.",
  CREATED_BUT_NOT_BLOCKED:
    'The token was created, but the platform was not seen to refuse it: treat it as active. Its secret was not returned. ' +
    'Block or revoke it by its id.',
  IDEMPOTENCY_KEY_REUSED: 'The key was used with another input before. Use a new key for each creation.',
  IN_PROGRESS: 'Another request is doing the same now. Retry later with the same input.',
  SUCCESSOR_EXISTS:
    'The project has a newer token named like a successor of this one, from a rotation that is no longer known. ' +
    'Pass it as `successorId` to finish that rotation, or rotate it in turn. To create another successor, use `KEEP` ' +
    'and a new `idempotencyKey`.',
  SECRET_ALREADY_SHOWN:
    'The secret was returned before, or may have been, and is not returned again. If that answer was lost, rotate the ' +
    'token, or revoke it and create another.',
  NAME_TAKEN: 'The organization already has a project of this name.',
  CONFLICT: 'The project has changed since it was read. Read it again before you change it.',
  CONFIRMATION_MISMATCH: 'The project has another name. Check that this is the project that you mean.',
  INVALID_EMAIL: 'This is not an e-mail address.',
  TARGET_REQUIRED: 'Name either `projectId` or `organizationId`.',
  LIMIT_IN_FORCE:
    'Another limit is in force. Cancel it with `cancelUsageLimit`, or name its period and unit to change its amounts.',
  LIMIT_ENDED: 'The limit is no longer in force. Run the mutation again.',
  ORGANIZATION_REQUIRED: 'The credentials open several organizations. Name one of them.',
});

/** Matches names that show nothing: blanks, ignorable characters, the blank Braille pattern, the null note head. */
const INVISIBLE = /^[\p{White_Space}\p{Default_Ignorable_Code_Point}\p{Cc}\u2800\u{1d159}]*$/u;
/** Matches controls that make a name look like another one. */
const DIRECTION_CONTROLS = /\p{Bidi_Control}/u;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for.
const CONTROL_CHARACTERS = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: all but tab, line feed and carriage return.
const CONTROL_CHARACTERS_IN_TEXT = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/;

export const MAX_NAME_LENGTH = 100;
const MAX_TEXT_LENGTH = 500;

type TextMistake = UserError<'REQUIRED' | 'TOO_LONG' | 'INVALID_CHARACTERS'>;

/** Mistakes in a name: one visible line without bidirectional controls, of at most 100 characters. */
export function nameErrors(field: string, value: string): TextMistake[] {
  if (value.trim() === '') return [{ code: 'REQUIRED', message: `\`${field}\` is empty.`, field }];
  if (!value.isWellFormed()) return [invalidCharacters(field, HALF_A_CHARACTER)];
  if (INVISIBLE.test(value)) {
    return [{ code: 'REQUIRED', message: `\`${field}\` has no visible character.`, field }];
  }
  if (CONTROL_CHARACTERS.test(value)) return [invalidCharacters(field)];
  if (DIRECTION_CONTROLS.test(value)) return [invalidCharacters(field, 'bidirectional control characters')];
  return lengthErrors(field, value, MAX_NAME_LENGTH);
}

/** Mistakes in a text of several lines, which may be empty. */
export function textErrors(field: string, value: string | null | undefined): TextMistake[] {
  if (value == null) return [];
  if (!value.isWellFormed()) return [invalidCharacters(field, HALF_A_CHARACTER)];
  if (CONTROL_CHARACTERS_IN_TEXT.test(value)) return [invalidCharacters(field)];
  return lengthErrors(field, value, MAX_TEXT_LENGTH);
}

/** Mistakes in the reason of a change, which the operator may require. */
export function reasonErrors(value: string | null | undefined, isRequired: boolean): TextMistake[] {
  if (!isRequired || !INVISIBLE.test(value ?? '')) return textErrors('reason', value);
  return [{ code: 'REQUIRED', message: 'This server requires a `reason` for every change.', field: 'reason' }];
}

/** Mistakes in a text that is only compared with values of the platform: no maximum length. */
export function comparedErrors(field: string, value: string | null | undefined): TextMistake[] {
  return value == null || value.isWellFormed() ? [] : [invalidCharacters(field, HALF_A_CHARACTER)];
}

const PRINTABLE = /^[\u0020-\u007e]+$/;

/** Mistakes in an `idempotencyKey`: 1 to 100 printable ASCII characters. */
export function keyErrors(value: string | null | undefined): TextMistake[] {
  if (value == null) return [];
  if (value === '') return nameErrors('idempotencyKey', value);
  return PRINTABLE.test(value)
    ? lengthErrors('idempotencyKey', value, MAX_NAME_LENGTH)
    : [{ ...invalidCharacters('idempotencyKey'), message: '`idempotencyKey` takes printable ASCII characters.' }];
}

/** Mistakes in the id of a project. */
export function projectIdErrors(field: string, value: string): UserError<'INVALID_ID'>[] {
  return asUuid(value) === null ? [userError('INVALID_ID', field)] : [];
}

function lengthErrors(field: string, value: string, max: number): TextMistake[] {
  const length = [...value].length;
  if (length <= max) return [];
  return [{ code: 'TOO_LONG', message: `\`${field}\` has ${length} characters; ${max} at most.`, field }];
}

/** JSON can hold half of a surrogate pair, which cannot be sent. */
const HALF_A_CHARACTER = 'half of a surrogate pair';

function invalidCharacters(field: string, what = 'control characters'): TextMistake {
  return { code: 'INVALID_CHARACTERS', message: `\`${field}\` contains ${what}.`, field };
}

/** Platform error ids that name the input at fault (platform-api.md 3.3). */
const NAME_IS_EMPTY = 2007;
export const UNEXPECTED_STATUS = 2032;

/** Returns the user error of a refusal. Rethrows errors that a caller cannot correct. */
export function userErrorOf(error: unknown, notFound: UserError): UserError {
  if (!(error instanceof PlatformError)) throw error;
  if (error.kind === 'NOT_FOUND') return notFound;
  if (error.kind !== 'REJECTED') throw error;
  if (error.origin.platformId === UNEXPECTED_STATUS) return userError('TOKEN_REVOKED', 'id');
  return userError('REJECTED', error.origin.platformId === NAME_IS_EMPTY ? 'name' : null);
}
