import { type Decimal, ZERO } from './decimal.ts';
import { InvalidLimit, type LimitInput, type RenewalStatus, type Subscription } from './limitInput.ts';
import { seconds } from './timestamps.ts';

/** How a limit may have ended; one that has not is 1, or 3 once its usage has reached the hard limit (section 2.6). */
export type EndedStatus = 2 | 4;

/** What a limit belongs to. */
export type LimitedEntity = 'Pia.Data.Organization' | 'Pia.Data.Project';

interface Beginning {
  readonly id: string;
  readonly entity: LimitedEntity;
  /** The instant from which the limit counts, in milliseconds. */
  readonly from: number;
  readonly usedAmount: Decimal;
  readonly ended?: EndedStatus;
}

/** A usage limit of an organization or a project (platform-api.md section 2.6). Its status follows from its numbers. */
export class UsageLimit {
  readonly id: string;
  readonly #input: LimitInput;
  readonly #beginning: Beginning;
  #softLimit: Decimal;
  #hardLimit: Decimal;
  #renewalStatus: RenewalStatus;
  #ended: EndedStatus | undefined;

  constructor(input: LimitInput, beginning: Beginning) {
    this.id = beginning.id;
    this.#input = input;
    this.#beginning = beginning;
    this.#softLimit = input.softLimit;
    this.#hardLimit = input.hardLimit;
    this.#renewalStatus = input.renewalStatus;
    this.#ended = beginning.ended;
  }

  /** In force also when nothing is left: there can be no second one then either. */
  get isInForce(): boolean {
    return this.#ended === undefined;
  }

  set hardLimit(value: Decimal) {
    if (value.isBelow(this.#softLimit)) throw new InvalidLimit(8, 'hardLimit');
    this.#hardLimit = value;
  }

  set softLimit(value: Decimal) {
    if (this.#hardLimit.isBelow(value)) throw new InvalidLimit(8, 'softLimit');
    this.#softLimit = value;
  }

  set renewalStatus(value: RenewalStatus) {
    this.#renewalStatus = value;
  }

  cancel(): void {
    this.#ended = 4;
  }

  /** UsageLimit of section 2.6. */
  toJSON(): object {
    const { entity, from, usedAmount } = this.#beginning;
    const { subscriptionType, usageUnit } = this.#input;
    const isUsedUp = !usedAmount.isBelow(this.#hardLimit);
    return {
      hardLimit: this.#hardLimit,
      id: this.id,
      relatedEntityName: entity,
      remainingUsage: isUsedUp ? ZERO : this.#hardLimit.minus(usedAmount),
      renewalStatus: this.#renewalStatus,
      softLimit: this.#softLimit,
      status: this.#ended ?? (isUsedUp ? 3 : 1),
      subscriptionType,
      usageUnit,
      usedAmount,
      validFrom: seconds(from),
      validUntil: periodEnd(subscriptionType, new Date(from)),
    };
  }
}

/** The next calendar boundary, UTC; weeks begin on Monday; Freemium has no end (section 6). */
function periodEnd(subscription: Subscription, from: Date): string | null {
  const [year, month, day] = [from.getUTCFullYear(), from.getUTCMonth(), from.getUTCDate()];
  if (subscription === 'Freemium') return null;
  if (subscription === 'Monthly') return seconds(Date.UTC(year, month + 1, 1));
  const daysLeft = subscription === 'Daily' ? 1 : 7 - ((from.getUTCDay() + 6) % 7);
  return seconds(Date.UTC(year, month, day + daysLeft));
}
