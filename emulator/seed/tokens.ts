import { milliseconds } from '../timestamps.ts';
import { Token, type TokenStatus } from '../token.ts';
import { projectTokenLabel, type SeededPlace, seededTokenId } from '../tokenIds.ts';
import type { Random } from './random.ts';
import type { SeedSettings } from './seedSettings.ts';

const DAY = 86_400_000;
const OTHER_TOKENS = [
  ['CI', 'Continuous integration'],
  ['Mobile app', 'Android and iOS clients'],
  ['Data pipeline', 'Nightly export to the warehouse'],
  ['Website widget', 'Chat window on the public site'],
  ['Partner portal', 'Used by integration partners'],
  ['Load tests', 'Only while performance is measured'],
  ['Notebook', 'Experiments of the data team'],
] as const;

/** Every 40th project, from the 5th on, has no active token (platform-api.md section 1.6 says that this happens). */
function isLockedOut(index: number): boolean {
  return index % 40 === 4;
}

/** In every 12th project, from the 9th on, the last two tokens have one name: the platform does not mind (section 4). */
function hasDuplicateName(index: number): boolean {
  return index % 12 === 8;
}

/** Two to four tokens, the first named `Default`. */
export function seedTokens(random: Random, place: SeededPlace, { tokenMark, epoch }: SeedSettings): Token[] {
  return seedNames(random, place).map(
    ([name, description], index) =>
      new Token({
        id: seededTokenId(tokenMark, name, projectTokenLabel(place, index), random.characters(8)),
        name,
        description: index > 0 && random.oneIn(4) ? null : description,
        status: isLockedOut(place.project) ? lockedStatus(index) : statusOf(random, index),
        timestamp: milliseconds(epoch - random.integer(1, 400) * DAY + random.integer(0, DAY)),
      }),
  );
}

function seedNames(random: Random, { project }: SeededPlace): (readonly [name: string, description: string])[] {
  const others = random.sample(OTHER_TOKENS, random.integer(1, 3));
  const named = [['Default', 'Default token'] as const, ...others];
  const [beforeLast] = named.slice(-2);
  return hasDuplicateName(project) && beforeLast ? [...named.slice(0, -1), beforeLast] : named;
}

function lockedStatus(index: number): TokenStatus {
  return index === 0 ? 'Blocked' : 'Revoked';
}

function statusOf(random: Random, index: number): TokenStatus {
  if (index === 0) return 'Active';
  const lot = random.integer(1, 100);
  if (lot <= 28) return 'Blocked';
  return lot <= 38 ? 'Revoked' : 'Active';
}
