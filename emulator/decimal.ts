import { exactJson } from './exactJson.ts';

/** Bounded, so that a number of many digits takes no time. */
const NUMBER = /^(-?)(\d{1,60})(?:\.(\d{1,60}))?(?:e([+-]?\d{1,2}))?$/i;

/** An exact amount: binary floats lose digits that a client of the platform may ask back. */
export class Decimal {
  readonly #text: string;
  readonly #units: bigint;
  readonly #scale: number;

  private constructor(text: string, units: bigint, scale: number) {
    this.#text = text;
    this.#units = units;
    this.#scale = scale;
  }

  /** Undefined for what is no number, or a longer one than an amount takes. */
  static parse(text: string): Decimal | undefined {
    const [, sign, whole, fraction = '', exponent = '0'] = NUMBER.exec(text) ?? [];
    if (whole === undefined) return undefined;
    const scale = fraction.length - Number(exponent);
    const units = BigInt(`${sign}${whole}${fraction}`) * 10n ** BigInt(Math.max(0, -scale));
    return new Decimal(text, units, Math.max(0, scale));
  }

  static of(value: number): Decimal {
    const decimal = Decimal.parse(String(value));
    if (!decimal) throw new RangeError(`${value} is no amount`);
    return decimal;
  }

  isBelow(other: Decimal): boolean {
    const scale = Math.max(this.#scale, other.#scale);
    return this.#unitsAt(scale) < other.#unitsAt(scale);
  }

  /** What is left of it; the other must not be larger. */
  minus(other: Decimal): Decimal {
    const scale = Math.max(this.#scale, other.#scale);
    const units = this.#unitsAt(scale) - other.#unitsAt(scale);
    const digits = String(units).padStart(scale + 1, '0');
    const fraction = digits.slice(digits.length - scale).replace(/0+$/, '');
    const whole = digits.slice(0, digits.length - scale);
    return new Decimal(fraction === '' ? whole : `${whole}.${fraction}`, units, scale);
  }

  /** The number as it was written. */
  toJSON(): object {
    return exactJson.rawJSON(this.#text);
  }

  #unitsAt(scale: number): bigint {
    return this.#units * 10n ** BigInt(scale - this.#scale);
  }
}

export const ZERO = Decimal.of(0);
