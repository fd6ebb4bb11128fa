import { createHmac, hash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { RouterProofSettings } from '../config/access.ts';
import { isJsonObject } from '../values/json.ts';
import { stableJson } from './stableJson.ts';

/** Header that holds the router's secret. */
const SECRET = 'x-router-secret';
/** Member of `extensions` that holds Hive Gateway's signature, and the form of that: 32 bytes in base64. */
const SIGNATURE = 'hmac-signature';
const SIGNATURE_FORM = /^[A-Za-z0-9+/]{43}=$/;
/** Characters of `x-on-behalf-of` that are recorded. */
const MAX_NAME_LENGTH = 255;

/** Proof that a request came through the router. */
export class RouterProof {
  readonly kind: RouterProofSettings['kind'];
  readonly #secrets: RouterProofSettings['secrets'];

  constructor({ kind, secrets }: RouterProofSettings) {
    this.kind = kind;
    this.#secrets = secrets;
  }

  /** True if the headers hold the secret. */
  isInHeaders({ [SECRET]: presented }: IncomingHttpHeaders): boolean {
    return typeof presented === 'string' && this.#secrets.some((secret) => areEqual(presented, secret.reveal()));
  }

  /** True if the parameters of an operation are signed as Hive Gateway does: its query, and its variables if there are any. */
  isSigned({ query, variables, extensions }: Readonly<Record<string, unknown>>): boolean {
    const signature = isJsonObject(extensions) ? extensions[SIGNATURE] : undefined;
    if (typeof signature !== 'string' || !SIGNATURE_FORM.test(signature) || typeof query !== 'string') return false;
    const hasVariables = isJsonObject(variables) && Object.keys(variables).length > 0;
    let text: string;
    try {
      text = stableJson(hasVariables ? { query, variables } : { query });
    } catch {
      return false;
    }
    return this.#secrets.some((secret) =>
      areEqual(signature, createHmac('sha256', secret.reveal()).update(text).digest('base64')),
    );
  }
}

/** Compares in constant time, whatever the lengths. */
function areEqual(one: string, other: string): boolean {
  return timingSafeEqual(hash('sha256', one, 'buffer'), hash('sha256', other, 'buffer'));
}

/** Person or program that the router acts for. To be believed of the router alone. Null unless it is named. */
export function onBehalfOf({ 'x-on-behalf-of': name }: IncomingHttpHeaders): string | null {
  return typeof name === 'string' ? name.trim().slice(0, MAX_NAME_LENGTH) || null : null;
}
