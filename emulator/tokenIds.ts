import { createHash, randomBytes } from 'node:crypto';

/** A seeded id has this much room for the mark. */
const MARK_LENGTH = 8;
const SECRET_LENGTH = 43;
const TAIL_LENGTH = 8;
const SEEDED = /^[a-z0-9]+_[\w-]{8}-org(\d{2})-project(\d{5})-token\d-/;

/** Which seeded project a token id names; both count from 0. */
export interface SeededPlace {
  readonly organization: number;
  readonly project: number;
}

/** The lower-case word in front of a token id: the first word of the token's name (platform-api.md section 1.5). */
function wordOf(name: string): string {
  const [word] = name.toLowerCase().match(/[a-z0-9]{1,20}/) ?? [];
  return word ?? 'token';
}

/** A readable token id: the mark, what it is for, and `tail` (8 characters) so that people can tell tokens by their end. */
export function seededTokenId(mark: string, name: string, label: string, tail: string): string {
  const head = `${mark.padEnd(MARK_LENGTH, '-')}-${label}-`.padEnd(SECRET_LENGTH - TAIL_LENGTH, '-');
  return `${wordOf(name)}_${head}${tail}`;
}

/** The label of a seeded project token, read back by `seededPlace`. */
export function projectTokenLabel(place: SeededPlace, token: number): string {
  const organization = String(place.organization + 1).padStart(2, '0');
  const project = String(place.project + 1).padStart(5, '0');
  return `org${organization}-project${project}-token${token + 1}`;
}

/** Finds the project of a seeded token without an index of all tokens, so that projects can stay unbuilt until asked. */
export function seededPlace(tokenId: string): SeededPlace | undefined {
  const [, organization, project] = SEEDED.exec(tokenId) ?? [];
  if (organization === undefined || project === undefined) return undefined;
  return { organization: Number(organization) - 1, project: Number(project) - 1 };
}

/** A fresh token id: unpredictable, and still visibly fake by its mark. */
export function newTokenId(mark: string, name: string): string {
  const random = randomBytes(32)
    .toString('base64url')
    .slice(0, SECRET_LENGTH - mark.length);
  return `${wordOf(name)}_${mark}${random}`;
}

/** What installations that mask ids may show in lists (platform-api.md section 1.5, "Uncertain"). */
export const TOKEN_MASK_NAMES = ['stars', 'letters', 'cut', 'handle'] as const;

export type TokenMask = (typeof TOKEN_MASK_NAMES)[number];

const MASKS: Record<TokenMask, (word: string, secret: string) => string> = {
  stars: (word, secret) => `${word}_*******${secret.slice(-4)}`,
  letters: (word, secret) => `${word}_${secret.slice(-4).padStart(secret.length, 'X')}`,
  cut: (word, secret) => `${word}_${secret.slice(-12)}`,
  /** A name of the token that opens nothing. */
  handle: (word, secret) => createHash('sha256').update(`${word}_${secret}`).digest('hex').slice(0, 32),
};

export function maskedTokenId(tokenId: string, mask: TokenMask): string {
  const end = tokenId.indexOf('_');
  return MASKS[mask](tokenId.slice(0, end), tokenId.slice(end + 1));
}
