/** One way in which an emulator can be told to behave: the declaration that settings, command line and help are made of. */
export interface Option<T> {
  /** Name on the command line, without the dashes in front. */
  readonly flag: string;
  /** What stands behind the name on the command line; null for a switch. */
  readonly value: string | null;
  readonly initial: T;
  /** What it does, for the help. */
  readonly does: string;
  /** The row of platform-api.md section 6 that it switches. */
  readonly topic?: string;
  /** Reads the text behind the name; throws a plain sentence that `name` begins. A switch is read from nothing. */
  read(text: string | undefined, name: string): T;
  /** Throws a plain sentence about a value that cannot be. */
  check(value: T, name: string): void;
}

type Declared<T> = Pick<Option<T>, 'flag' | 'does' | 'topic'>;
type Bounds = readonly [least: number, most: number];

export function wholeNumber(bounds: Bounds, initial: number, declared: Declared<number>): Option<number> {
  return {
    ...declared,
    value: '<n>',
    initial,
    read: readNumber,
    check: (value, name) => checkNumber(bounds, value, name),
  };
}

/** A number, or null for what happens without the option. */
export function optionalNumber(bounds: Bounds, declared: Declared<number | null>): Option<number | null> {
  const check = (value: number | null, name: string) => value === null || checkNumber(bounds, value, name);
  return { ...declared, value: '<n>', initial: null, read: readNumber, check };
}

/** An instant in milliseconds; the command line also takes "now". */
export function instant(bounds: Bounds, initial: number, declared: Declared<number>): Option<number> {
  const read = (text: string | undefined, name: string) => (text === 'now' ? Date.now() : readNumber(text, name));
  return { ...wholeNumber(bounds, initial, declared), value: '<ms>', read };
}

/** A switch: on the command line its name turns it from what it is at first. */
export function toggle(initial: boolean, declared: Declared<boolean>): Option<boolean> {
  return { ...declared, value: null, initial, read: () => !initial, check: () => undefined };
}

/** One of a few words or numbers, of which the first is the usual one. */
export function choice<const T extends string | number>(
  values: readonly [T, ...T[]],
  declared: Declared<T>,
): Option<T> {
  const wrong = (value: unknown, name: string) =>
    new RangeError(`${name} must be one of: ${values.join(', ')}; not "${String(value)}"`);
  return {
    ...declared,
    value: `<${values.join('|')}>`,
    initial: values[0],
    read: (text, name) => {
      const found = values.find((value) => String(value) === text);
      if (found === undefined) throw wrong(text, name);
      return found;
    },
    check: (value, name) => {
      if (!values.includes(value)) throw wrong(value, name);
    },
  };
}

/** A text of some form, which `form` says in words. */
export function text<T extends string>(
  pattern: RegExp,
  form: string,
  initial: T,
  declared: Declared<T> & { readonly value: string },
): Option<T> {
  const check = (value: string, name: string) => {
    if (!pattern.test(value)) throw new RangeError(`${name} must be ${form}, not "${value}"`);
  };
  const read = (given: string | undefined, name: string) => {
    check(given ?? '', name);
    return given as T; // it has the form
  };
  return { ...declared, initial, read, check };
}

function readNumber(given: string | undefined, name: string): number {
  if (given === undefined || !/^\d{1,13}$/.test(given))
    throw new Error(`${name} must be a whole number, not "${given}"`);
  return Number(given);
}

function checkNumber([least, most]: Bounds, value: number, name: string): void {
  if (Number.isInteger(value) && value >= least && value <= most) return;
  throw new RangeError(`${name} must be a whole number from ${least} to ${most}, not ${value}`);
}
