import { badUserInput } from '../src/errors.ts';
import { isEmail } from '../src/values/email.ts';
import { readTexts } from '../src/values/readTexts.ts';
import { searchable } from '../src/values/textSearch.ts';
import { asUuid } from '../src/values/uuid.ts';

/** Throws `BAD_USER_INPUT`, which says where to take the right id from. */
export function refuseId(hint: string): never {
  throw badUserInput(`\`id\` is not valid: ${hint}`);
}

/** A text of characters. Throws `BAD_USER_INPUT` for one that holds half of a surrogate pair, which JSON can say. */
export function readText(name: string, text: string): string {
  if (text.isWellFormed()) return text;
  throw badUserInput(`\`${name}\` contains half of a surrogate pair, which is no character.`);
}

/** An e-mail address. Throws `BAD_USER_INPUT`, which does not repeat it. */
export function readEmail(name: string, text: string): string {
  if (isEmail(text)) return text;
  throw badUserInput(`\`${name}\` is no e-mail address, such as \`ana@company.example\`.`);
}

/** The whole name of something. Throws `BAD_USER_INPUT` for one that names nothing: it is not the same as none. */
export function readName(name: string, text: string): string {
  if (text.trim() !== '') return readText(name, text);
  throw badUserInput(`\`${name}\` is empty. Leave it out, or set it to null, for all.`);
}

/** Search text for names. Null for an empty text: every name. Throws `BAD_USER_INPUT`. */
export function readNamePart(name: string, text: string | null | undefined): ((name: string) => boolean) | null {
  if (!text) return null;
  const wanted = searchable(readText(name, text));
  if (wanted === '') throw badUserInput(`\`${name}\` has nothing to search for: accents are ignored.`);
  return (candidate) => searchable(candidate).includes(wanted);
}

/** A UUID of the platform, in the one form that comparisons use. */
export function readPlatformId(id: string): string {
  return asUuid(id) ?? refuseId('it takes a UUID, such as `0b7f6c1e-52c8-4c5b-9d0a-6f2f1f0e7a11`.');
}

/** Distinct UUIDs. Null for null: all. */
export function readPlatformIds(
  name: string,
  texts: readonly string[] | null | undefined,
  most: number,
): readonly string[] | null {
  if (texts == null) return null;
  if (texts.length === 0) throw badUserInput(`\`${name}\` is empty. Leave it out, or set it to null, for all.`);
  if (texts.length > most) throw badUserInput(`\`${name}\` has ${texts.length} elements; ${most} at most.`);
  const { values, mistake } = readTexts(name, texts, asUuid, 'a UUID');
  if (mistake !== null) throw badUserInput(mistake);
  return [...new Set(values)];
}
