/** Bounded in digits and exponent: no amount takes more, and a longer one would take long to work with. */
const NUMBER = /^([+-]?)(\d{1,60})(?:\.(\d{0,60}))?(?:e([+-]?\d{1,2}))?$/i;

/** An exact decimal number: `units` / 10^`scale`. Binary floats that are added up lose cents. */
export class Decimal {
  static readonly ZERO = new Decimal(0n, 0);
  readonly #units: bigint;
  readonly #scale: number;

  private constructor(units: bigint, scale: number) {
    this.#units = units;
    this.#scale = scale;
  }

  /** Reads plain and scientific notation, such as `0.00042` and `4.2e-4`. Null for what is no number. */
  static parse(text: string): Decimal | null {
    const match = NUMBER.exec(text.trim());
    if (!match) return null;
    const [, sign, whole = '', fraction = '', exponent = '0'] = match;
    const units = BigInt(`${whole}${fraction}`);
    const scale = fraction.length - Number(exponent);
    const signed = sign === '-' ? -units : units;
    return scale < 0 ? new Decimal(signed * 10n ** BigInt(-scale), 0) : new Decimal(signed, scale);
  }

  plus(other: Decimal): Decimal {
    const scale = Math.max(this.#scale, other.#scale);
    return new Decimal(this.#unitsAt(scale) + other.#unitsAt(scale), scale);
  }

  isBelow(other: Decimal): boolean {
    const scale = Math.max(this.#scale, other.#scale);
    return this.#unitsAt(scale) < other.#unitsAt(scale);
  }

  equals(other: Decimal): boolean {
    return !this.isBelow(other) && !other.isBelow(this);
  }

  #unitsAt(scale: number): bigint {
    return this.#units * 10n ** BigInt(scale - this.#scale);
  }

  /** Plain notation without needless zeros, such as `0.00042`. */
  toString(): string {
    const digits = (this.#units < 0n ? -this.#units : this.#units).toString().padStart(this.#scale + 1, '0');
    const whole = digits.slice(0, digits.length - this.#scale);
    const fraction = digits.slice(digits.length - this.#scale).replace(/(?<!0)0+$/, '');
    return `${this.#units < 0n ? '-' : ''}${whole}${fraction === '' ? '' : `.${fraction}`}`;
  }

  toJSON(): string {
    return this.toString();
  }
}

/** Text that sorts as the amount does. Empty for an unknown one. */
export function sortKey(amount: Decimal | number | null): string {
  const exact = typeof amount === 'number' ? Decimal.parse(String(amount)) : amount;
  const [, sign, whole = '', fraction = ''] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(exact?.toString() ?? '') ?? [];
  if (sign === undefined) return '';
  const key = `${String(whole.length).padStart(3, '0')}${whole}.${fraction}`;
  // Of negative ones, the greater digits come first.
  return sign === '' ? `1${key}` : `0${key.replace(/\d/g, (digit) => String(9 - Number(digit)))}~`;
}
