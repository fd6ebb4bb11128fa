import { createHash, timingSafeEqual } from 'node:crypto';
import { inspect } from 'node:util';

const REDACTED = '[redacted]';

/** The characters of a bearer token (RFC 6750, section 2.1). A platform that masks its tokens uses others, or dots in a row. */
const BEARER_TOKEN = /^[A-Za-z0-9\-._~+/]+=*$/;

/** A character this many times in a row is a mask, whatever it is: of 10^11 random values, one has it. */
const MASK_LENGTH = 8;

/** The documented form of a platform token, whole (platform-api.md 1.5). */
const WHOLE_TOKEN = /^[A-Za-z0-9]+_[\w-]{43,}$/;

/** Use of a listed value, judged by its form: a token, a mask, or a value that must be tried. */
type SecretForm = 'whole' | 'masked' | 'doubtful';

/**
 * Value that opens the platform. Prints, logs, serialises and inspects as `[redacted]`. `reveal` is for the three places
 * that need the value: the Authorization header, a platform path, the payload of a creation.
 */
export class Secret {
  readonly #value: string;
  readonly #beside: Secret | null;
  #hint: string | undefined;
  #form: SecretForm | undefined;

  /** `beside` is a token that the platform accepts, of who was shown the value: others may look like it. */
  constructor(value: string, beside: Secret | null = null) {
    this.#value = value;
    this.#beside = beside;
  }

  /** The value itself. Search for callers before adding one. */
  reveal(): string {
    return this.#value;
  }

  equals(other: Secret): boolean {
    const mine = Buffer.from(this.#value);
    const theirs = Buffer.from(other.#value);
    return mine.length === theirs.length && timingSafeEqual(mine, theirs);
  }

  /** True if the value has this SHA-256. Compares in constant time. */
  hasSha256(digest: Buffer): boolean {
    const own = createHash('sha256').update(this.#value).digest();
    return own.length === digest.length && timingSafeEqual(own, digest);
  }

  /** True if the value is a mask that no program can use, as some installations list tokens. */
  get isMasked(): boolean {
    return !BEARER_TOKEN.test(this.#value) || this.#value.includes('...') || isCovered(this.#value);
  }

  /** Use of the value. Computed on demand: most lists are only read. */
  get form(): SecretForm {
    this.#form ??= this.#makeForm();
    return this.#form;
  }

  /** The same value, that was seen to be used. */
  asWhole(): Secret {
    const whole = new Secret(this.#value);
    whole.#form = 'whole';
    return whole;
  }

  #makeForm(): SecretForm {
    if (this.isMasked) return 'masked';
    const isLikeKnown = this.#beside !== null && this.#isAsLongAs(this.#beside);
    return WHOLE_TOKEN.test(this.#value) || isLikeKnown ? 'whole' : 'doubtful';
  }

  /** Without the words in front. A value that was cut, and a mere name of a token, are of another length. */
  #isAsLongAs(other: Secret): boolean {
    return this.#value.replace(TOKEN_WORD, '').length === other.#value.replace(TOKEN_WORD, '').length;
  }

  /** Part of the value that may be shown, such as `default_…AzY4`. Nothing of a short value. */
  get hint(): string {
    this.#hint ??= this.#makeHint();
    return this.#hint;
  }

  #makeHint(): string {
    const prefix = TOKEN_WORD.exec(this.#value)?.[0] ?? '';
    const ending = this.#value.slice(-4);
    const showsEnding = this.#value.length - prefix.length >= 20 && BEARER_TOKEN.test(ending);
    return showsEnding ? `${prefix}…${ending}` : `${this.isMasked ? prefix : ''}…`;
  }

  toString(): string {
    return REDACTED;
  }

  toJSON(): string {
    return REDACTED;
  }

  [inspect.custom](): string {
    return REDACTED;
  }
}

/** True if a character repeats as in a mask. In the word before a whole token, it is part of the token's name. */
function isCovered(value: string): boolean {
  if (!isRepetitive(value)) return false;
  return !WHOLE_TOKEN.test(value) || isRepetitive(value.slice(value.indexOf('_') + 1));
}

/** Takes a third of the time of a regular expression. */
function isRepetitive(value: string): boolean {
  for (let index = 1, length = 1; index < value.length; index += 1) {
    length = value.charCodeAt(index) === value.charCodeAt(index - 1) ? length + 1 : 1;
    if (length === MASK_LENGTH) return true;
  }
  return false;
}

/** The word that a platform token begins with: the token's name, nothing of its secret. */
const TOKEN_WORD = /^[a-z0-9]{1,20}_/;

/**
 * The shape of a platform token: `<word>_<43 url-safe base64 characters>` (platform-api.md 1.5). Tried where a word begins, and
 * nowhere in it: what others wrote may be one long word, and each try may go through all of it.
 */
const PLATFORM_TOKEN = /(?<![A-Za-z0-9])[A-Za-z0-9]+_[\w-]{43,}/g;

/**
 * JSON Web Token, as users' OAuth tokens often are, with whatever is glued to its front. Tried once per run of its
 * characters. The dots are checked before `eyJ`, so that a find is a match.
 */
const JSON_WEB_TOKEN = /(?<![\w-])(?=[\w-]+\.[\w-]+\.)[\w-]*?eyJ[\w-]+\.[\w-]+\.[\w-]*/g;

/** True if a token has the form of a JSON Web Token, signed or encrypted: three or five parts, the first an object of JSON. */
export function isJsonWebToken(value: string): boolean {
  if (!value.includes('.')) return false;
  const [header = '', ...parts] = value.split('.');
  if (parts.length !== 2 && parts.length !== 4) return false;
  return Buffer.from(header, 'base64url').toString('latin1').trimStart().startsWith('{');
}

/** Part of every platform token. Tried first, since most underscores are of names. */
const LONG_BEHIND_UNDERSCORE = /_[\w-]{43}/;

/** Replaces everything that looks like a token, in time linear in the text. The last line of defence for text that others wrote. */
export function redactTokens(text: string): string {
  // Single characters are found many times faster than several in a row.
  const withoutWebTokens = text.includes('J') && text.includes('eyJ') ? text.replace(JSON_WEB_TOKEN, REDACTED) : text;
  if (!withoutWebTokens.includes('_') || !LONG_BEHIND_UNDERSCORE.test(withoutWebTokens)) return withoutWebTokens;
  return withoutWebTokens.replace(PLATFORM_TOKEN, REDACTED);
}
