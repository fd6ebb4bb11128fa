import { existsSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import { redactTokens, Secret } from '../values/secret.ts';
import { PlainReader, wordsOf } from './plainReader.ts';

const MIN_SECRET_LENGTH = 32;
const TRY = '(Try: openssl rand -base64 32.)';
/** Not the word that precedes a token in a header. */
const TOKEN = /^(?!bearer$)[a-z0-9\-._~+/]+=*$/i;
const DATABASE = /^(?:\/\d*)?$/;
const ENCODED = 'Characters such as % and / in a password are percent-encoded.';

/** Reads secrets too, from their variables or from files. */
export class Reader extends PlainReader {
  redisUrl(name: string): Secret | null {
    return this.#secret(name, null, (text, source) => {
      if (text === undefined) return null;
      const url = addressOf(text, /^rediss?:$/);
      if (url?.hostname && DATABASE.test(url.pathname) && !url.search && !url.hash) return new Secret(text);
      const form = 'redis://:password@localhost:6379/0 (rediss: with TLS; the number is of the database)';
      return this.wrong(`${source} takes an address such as ${form}. ${ENCODED}`, null);
    });
  }

  /** Address of a forward proxy. Reads its name in lower case too, as other programs do. */
  proxyUrl(name: string): Secret | null {
    const lower = this.text(name.toLowerCase());
    return this.#secret(name, null, (upper, source) => {
      const text = upper ?? lower;
      if (text === undefined) return null;
      if (addressOf(text, /^https?:$/)) return new Secret(text);
      return this.wrong(`${source} takes an address such as http://proxy.example.com:3128. ${ENCODED}`, null);
    });
  }

  idSecret(name: string): Secret {
    const secret = this.formerIdSecret(name);
    const needs = `at least ${MIN_SECRET_LENGTH} random characters, the same on every replica. ${TRY}`;
    return secret === undefined
      ? this.wrong(`${name} is missing: ${needs}`, new Secret(''))
      : (secret ?? new Secret(''));
  }

  /** Undefined if it is absent, null if it is wrong. */
  formerIdSecret(name: string): Secret | null | undefined {
    return this.#secret<Secret | null | undefined>(name, null, (text, source) => {
      if (text === undefined) return undefined;
      if (text.length >= MIN_SECRET_LENGTH) return new Secret(text);
      return this.wrong(`${source} is too short: at least ${MIN_SECRET_LENGTH} random characters. ${TRY}`, null);
    });
  }

  tokens(name: string): Secret[] {
    return this.#secret(name, [], (text = '', source) => {
      const tokens = wordsOf(text);
      if (tokens.every((token) => TOKEN.test(token))) return tokens.map((token) => new Secret(token));
      return this.wrong(`${source} holds something that is not a token.`, []);
    });
  }

  /** Secrets of the operator's making. */
  secrets(name: string): Secret[] {
    return this.#secret(name, [], (text = '', source) => {
      const words = wordsOf(text);
      if (words.every((word) => word.length >= MIN_SECRET_LENGTH)) return words.map((word) => new Secret(word));
      return this.wrong(`${source} is too short: at least ${MIN_SECRET_LENGTH} random characters. ${TRY}`, []);
    });
  }

  /**
   * Reads a secret from its variable, or from the file that `NAME_FILE` names. `source` is the variable to name in problems.
   * The stand-in is for a secret that cannot be had.
   */
  #secret<T>(name: string, standIn: T, parse: (text: string | undefined, source: string) => T): T {
    this.secretNames.add(name);
    const fileName = `${name}_FILE`;
    const [inline, path] = [this.text(name), this.text(fileName)];
    if (path === undefined) {
      if (inline === undefined || !isAbsolute(inline) || !existsSync(inline)) return parse(inline, name);
      return this.wrong(`${name} is the path of a file: set ${fileName} to it.`, standIn);
    }
    if (inline !== undefined) return this.wrong(`${name} and ${fileName} are both set; set one.`, standIn);
    const text = this.file(fileName, path)?.trim();
    if (text === undefined) return standIn;
    // An empty secret would leave open what the operator means to close.
    if (text === '') return this.wrong(`${fileName} names a file that is empty: ${redactTokens(path)}.`, standIn);
    return parse(text, fileName);
  }
}

/** Address with one of these schemes, whose user and password can be decoded. Null if the text is none. */
function addressOf(text: string, schemes: RegExp): URL | null {
  const url = URL.parse(text);
  if (!url || !schemes.test(url.protocol)) return null;
  try {
    decodeURIComponent(url.username + url.password);
    return url;
  } catch {
    return null;
  }
}
