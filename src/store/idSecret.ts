import { createHash } from 'node:crypto';
import type { Logger } from 'pino';
import { type Store, StoreUnavailableError } from './store.ts';

const KEPT_MS = 10 * 365 * 24 * 60 * 60_000;
const RETRY_MS = 500;

const CHANGED =
  'ID_SECRET is not the one that the state was written with, so every ApiToken.id is another one: ids that clients keep ' +
  'lead nowhere, and idempotency keys, rotations and plans from before are not known any more. Unless that was meant, set the ' +
  'former ID_SECRET again, the same on every replica.';

const REPLACED =
  'ID_SECRET is new on this state. Ids made with ID_SECRET_PREVIOUS are still read; idempotency keys, rotations and plans from ' +
  'before are not known any more.';

/** Keyed hashes of the secret in use, and of the former one that is still read. */
interface SecretHashes {
  readonly present: string;
  readonly former: string | null;
}

/**
 * Warns in the log, once, if the state was written under another `ID_SECRET`.
 * `store` has no hashed keys, which would differ under another secret. Retries until the store answers, because Redis
 * connects in the background. Returns a function that stops it.
 */
export function checkIdSecret(store: Store, hashes: SecretHashes, platform: URL, log: Logger): () => void {
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;
  const check = async () => {
    try {
      const known = await replaceHash(store, hashes.present, platform);
      if (known === null || known === hashes.present) return;
      log.warn(known === hashes.former ? REPLACED : CHANGED);
    } catch (error) {
      if (!(error instanceof StoreUnavailableError)) log.error({ err: error }, 'ID_SECRET is not checked');
      else if (!isStopped) timer = setTimeout(check, RETRY_MS).unref();
    }
  };
  void check();
  return () => {
    isStopped = true;
    clearTimeout(timer);
  };
}

/** Leaves the hash for the next start. Returns the one from before. */
async function replaceHash(store: Store, hash: string, platform: URL): Promise<string | null> {
  // Facades of two platforms may share a Redis.
  const name = `id secret ${createHash('sha256').update(platform.href).digest('base64url')}`;
  const known = await store.get(name);
  if (known !== hash) await store.set(name, hash, KEPT_MS);
  return known;
}
