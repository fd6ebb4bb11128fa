import type { Token, TokenStatus } from '../model.ts';
import { milliseconds, SEED_EPOCH } from '../timestamps.ts';
import { projectTokenLabel, type SeededPlace, seededTokenId } from '../tokenIds.ts';
import type { Random } from './random.ts';

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

/** Two to four tokens, the first named `Default`. */
export function seedTokens(random: Random, place: SeededPlace): Token[] {
  const others = random.sample(OTHER_TOKENS, random.integer(1, 3));
  const named = [['Default', 'Default token'] as const, ...others];
  return named.map(([name, description], index) => ({
    id: seededTokenId(name, projectTokenLabel(place, index), random.characters(8)),
    name,
    description: index > 0 && random.oneIn(4) ? null : description,
    status: isLockedOut(place.project) ? lockedStatus(index) : statusOf(random, index),
    timestamp: milliseconds(SEED_EPOCH - random.integer(1, 400) * DAY + random.integer(0, DAY)),
  }));
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
