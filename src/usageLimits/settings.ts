import type { UserError } from '../mutations/userErrors.ts';
import type { UsageLimitDraft, UsageLimitRecord } from '../platform/resources/usageLimits.ts';
import { Decimal } from '../values/decimal.ts';

/** Settings of a limit in force, each changed by a call of its own. */
export type Setting = 'HARD_LIMIT' | 'SOFT_LIMIT' | 'RENEWAL';

/** Amounts and renewal, as far as the platform returns them. */
type Settings = Pick<UsageLimitRecord, 'softLimit' | 'hardLimit' | 'isRenewable'>;

/** Mistakes in the amounts of a limit. */
export function amountErrors(
  { softLimit, hardLimit }: Pick<UsageLimitDraft, 'softLimit' | 'hardLimit'>,
  field: string,
): UserError<'INVALID_LIMIT'>[] {
  if (!softLimit.isBelow(Decimal.ZERO) && !hardLimit.isBelow(softLimit)) return [];
  const message = 'The limits take a `softLimit` of 0 or more, and a `hardLimit` of `softLimit` or more.';
  return [{ code: 'INVALID_LIMIT', message, field }];
}

/**
 * Settings that differ, in the order of sending. A raised hard limit goes first, a lowered one after the soft limit, so that it
 * is never below.
 */
export function settingsToSend(current: Settings, wanted: UsageLimitDraft): readonly Setting[] {
  const { softLimit, hardLimit } = current;
  const isLowered = hardLimit
    ? wanted.hardLimit.isBelow(hardLimit)
    : !!softLimit && !softLimit.isBelow(wanted.softLimit);
  const amounts: readonly Setting[] = isLowered ? ['SOFT_LIMIT', 'HARD_LIMIT'] : ['HARD_LIMIT', 'SOFT_LIMIT'];
  return [...amounts, 'RENEWAL' as const].filter((setting) => !isSet(setting, current, wanted));
}

/** True if the platform shows the setting as wanted. */
export function isSet(setting: Setting, current: Settings, wanted: UsageLimitDraft): boolean {
  if (setting === 'RENEWAL') {
    // Renewal means nothing for such a limit: the platform may leave it out (platform-api.md 2.6).
    const isMeaningless = wanted.period === 'FREEMIUM' && current.isRenewable === null;
    return isMeaningless || current.isRenewable === wanted.isRenewable;
  }
  const amount = setting === 'HARD_LIMIT' ? 'hardLimit' : 'softLimit';
  return current[amount]?.equals(wanted[amount]) ?? false;
}
