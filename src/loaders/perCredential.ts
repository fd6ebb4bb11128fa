import type { Credential } from '../platform/client/credential.ts';

/**
 * Remembers answers within one request. Reading and writing take the credential, so that no answer to one serves another.
 */
export class PerCredential<T> {
  readonly #values = new Map<string, T>();

  get(credential: Credential, name: string): T | undefined {
    return this.#values.get(keyOf(credential, name));
  }

  getOrMake(credential: Credential, name: string, make: () => T): T {
    const key = keyOf(credential, name);
    const known = this.#values.get(key);
    if (known !== undefined) return known;
    const value = make();
    this.#values.set(key, value);
    return value;
  }

  forget(credential: Credential, name: string): void {
    this.#values.delete(keyOf(credential, name));
  }
}

function keyOf(credential: Credential, name: string): string {
  return `${credential.fingerprint} ${name}`;
}
