import { isUtf8 } from 'node:buffer';
import { readFileSync } from 'node:fs';
import { fileFailure } from '../values/fileFailure.ts';
import { redactTokens } from '../values/secret.ts';

const NAME_PREFIX = /^[A-Za-z][A-Za-z0-9]{0,29}$/;

/** A long text may be a secret in the wrong place. */
export function quoted(text: string): string {
  return text.length <= 20 ? `"${text}"` : `a text of ${text.length} characters`;
}

export function wordsOf(text: string): string[] {
  return text.split(/[\s,]+/).filter((word) => word !== '');
}

/** Reads variables one by one, notes what is wrong and goes on with a stand-in. An empty variable counts as absent. */
export class PlainReader {
  /** Names that were asked for, and those of them that a file may hold. */
  readonly names = new Set<string>();
  readonly secretNames = new Set<string>();
  readonly #env: NodeJS.ProcessEnv;
  readonly #problems: string[];

  constructor(env: NodeJS.ProcessEnv, problems: string[]) {
    this.#env = env;
    this.#problems = problems;
  }

  text(name: string): string | undefined {
    this.names.add(name);
    return this.#env[name]?.trim() || undefined;
  }

  /** True if the variable, or the file of its secret, is set. */
  has(name: string): boolean {
    return (this.text(name) ?? (this.secretNames.has(name) ? this.text(`${name}_FILE`) : undefined)) !== undefined;
  }

  /** True if a problem of the variable is noted: each begins with its name. */
  isWrong(name: string): boolean {
    return this.#problems.some((problem) => problem.startsWith(`${name} `) || problem.startsWith(`${name}_FILE `));
  }

  integer(name: string, fallback: number, min: number, max: number): number {
    const text = this.text(name);
    if (text === undefined) return fallback;
    const value = Number(text);
    // Digits alone: `Number` takes 0x10 and 4e3 too.
    if (/^\d+$/.test(text) && value >= min && value <= max) return value;
    return this.wrong(`${name} takes a whole number from ${min} to ${max}; it is ${quoted(text)}.`, fallback);
  }

  /** A number from 0 to 1. */
  fraction(name: string, fallback: number): number {
    const text = this.text(name);
    if (text === undefined) return fallback;
    const value = Number(text);
    if (value >= 0 && value <= 1) return value;
    return this.wrong(`${name} takes a number from 0 to 1; it is ${quoted(text)}.`, fallback);
  }

  boolean(name: string, fallback: boolean): boolean {
    const text = this.text(name);
    if (text === undefined) return fallback;
    if (text === 'true' || text === 'false') return text === 'true';
    return this.wrong(`${name} takes true or false; it is ${quoted(text)}.`, fallback);
  }

  choice<T extends string>(name: string, choices: readonly T[], fallback: T): T {
    const text = this.text(name);
    if (text === undefined) return fallback;
    const choice = choices.find((candidate) => candidate === text);
    return choice ?? this.wrong(`${name} takes one of ${choices.join(', ')}; it is ${quoted(text)}.`, fallback);
  }

  /** Begins names of the schema. Empty if it is absent. */
  namePrefix(name: string): string {
    const text = this.text(name) ?? '';
    if (text === '' || NAME_PREFIX.test(text)) return text;
    return this.wrong(`${name} takes up to 30 letters and digits, a letter first; it is ${quoted(text)}.`, '');
  }

  /** An address of HTTP. `what` says what it is of. */
  url(name: string, what: string, takesQuery = false): URL {
    const standIn = new URL('https://platform.invalid');
    const text = this.text(name);
    if (text === undefined) return this.wrong(`${name} is missing: ${what}.`, standIn);
    const url = URL.parse(text);
    const isPlain = url && /^https?:$/.test(url.protocol) && !url.username && !url.password && !url.hash;
    if (isPlain && (takesQuery || !url.search)) return url;
    const parts = takesQuery ? 'user or fragment' : 'user, query or fragment';
    return this.wrong(`${name} takes an http or https address without ${parts}.`, standIn);
  }

  /** A text that must be there. `what` says what it is. */
  required(name: string, what: string): string {
    return this.text(name) ?? this.wrong(`${name} is missing: ${what}.`, '');
  }

  /** Words separated by commas or white space. `what` says what they are, if there must be one. */
  words(name: string, what?: string): string[] {
    const words = wordsOf(this.text(name) ?? '');
    if (words.length === 0 && what !== undefined) return this.wrong(`${name} is missing: ${what}.`, []);
    return words;
  }

  /** Some of the choices; all of them if there is no such variable. */
  choices<T extends string>(name: string, choices: readonly T[]): readonly T[] {
    const words = this.words(name);
    const chosen = choices.filter((choice) => words.includes(choice));
    if (words.length === 0) return choices;
    if (words.every((word) => chosen.some((choice) => choice === word))) return chosen;
    return this.wrong(`${name} takes some of ${choices.join(', ')}.`, choices);
  }

  /** Text of the file at a path, without a byte order mark. Null, with a problem, if it cannot be read. */
  file(name: string, path: string): string | null {
    const problem = (what: string) => this.wrong(`${name} names a file that ${what}: ${redactTokens(path)}.`, null);
    let bytes: Buffer;
    try {
      bytes = readFileSync(path);
    } catch (error) {
      return problem(fileFailure(error));
    }
    // Other bytes would become one and the same character, and a secret of them a weaker one.
    return isUtf8(bytes) && !bytes.includes(0) ? new TextDecoder().decode(bytes) : problem('is not text in UTF-8');
  }

  /** Notes a problem, and goes on with the stand-in. */
  wrong<T>(problem: string, standIn: T): T {
    this.#problems.push(problem);
    return standIn;
  }
}
