import { hash } from 'node:crypto';
import type { ApolloServerOptions, BaseContext } from '@apollo/server';
import type { DocumentNode } from 'graphql';
import { LRUCache } from 'lru-cache';
import { writtenOutLength } from '../limits/figures.ts';
import { type Redis, RedisUnavailableError } from '../redis.ts';
import type { TrustedDocuments } from './trusted/trustedDocuments.ts';

type PersistedQueries = Exclude<ApolloServerOptions<BaseContext>['persistedQueries'], false | undefined>;
type TextStore = NonNullable<PersistedQueries['cache']>;
type DocumentStore = NonNullable<ApolloServerOptions<BaseContext>['documentStore']>;

/** Parsed documents take some eighty times their source, with fragments written out; this bounds them to about 40 MB. */
const MAX_DOCUMENT_SOURCE = 512 * 1024;
const MAX_QUERY_TEXT = 4 * 1024 * 1024;
/** A longer query is not kept: its clients send it whole each time. */
const MAX_SHARED_TEXT = 64 * 1024;
/** Keys end with the SHA-256 of the text. */
const SHA256_LENGTH = 64;
const HOUR_MS = 60 * 60_000;
const SHARED_FOR_MS = 24 * HOUR_MS;
/**
 * Bytes that one replica puts into Redis in an hour. Queries come before any credential was looked at, so that anybody may send
 * them: this bounds what they take there to some 50 MB for each replica.
 */
const SHARED_BYTES_PER_HOUR = 2 * 1024 * 1024;

/** Parsed and validated documents: the trusted ones, and others within a bound of their length. */
export function documentStore(trusted: TrustedDocuments | null): DocumentStore {
  const others = within<DocumentNode>(MAX_DOCUMENT_SOURCE, writtenOutLength);
  if (!trusted) return others;
  return { ...others, get: async (key) => trusted.valid(key.slice(-SHA256_LENGTH)) ?? others.get(key) };
}

/** Queries that clients name by their hash: in this process, and for all replicas in Redis, both within a bound of bytes. */
export function persistedQueries(redis: Redis | null): TextStore {
  const own = within<string>(MAX_QUERY_TEXT, (text) => text.length);
  return redis ? shared(redis, own) : own;
}

function within<V extends object | string>(maxSize: number, sizeOf: (value: V) => number) {
  const known = new LRUCache<string, V>({ maxSize, sizeCalculation: (value) => 1 + sizeOf(value) });
  return {
    get: async (key: string) => known.get(key),
    set: async (key: string, value: V) => void known.set(key, value),
    delete: async (key: string) => known.delete(key),
  };
}

/** A query that is not in Redis is known to the replica that received it. */
function shared(redis: Redis, own: TextStore): TextStore {
  const mayShare = hourlyBudget(SHARED_BYTES_PER_HOUR);
  return {
    get: async (key) => {
      const known = await own.get(key);
      if (known !== undefined) return known;
      const text = await orNull(redis.run((client) => client.get(key)));
      if (text === null || !isTextOf(key, text)) return undefined;
      await own.set(key, text);
      return text;
    },
    set: async (key, text) => {
      if ((await own.get(key)) !== undefined) return;
      await own.set(key, text);
      if (text.length > MAX_SHARED_TEXT || !mayShare(Buffer.byteLength(text))) return;
      await orNull(redis.run((client) => client.set(key, text, { PX: SHARED_FOR_MS })));
    },
    delete: async (key) => {
      await own.delete(key);
      return (await orNull(redis.run((client) => client.del(key)))) === 1;
    },
  };
}

/** True if so many bytes more may be spent in the present hour, which begins with the first of it. */
function hourlyBudget(bytesPerHour: number): (bytes: number) => boolean {
  let [begunAt, spent] = [Number.NEGATIVE_INFINITY, 0];
  return (bytes) => {
    if (performance.now() - begunAt >= HOUR_MS) [begunAt, spent] = [performance.now(), 0];
    if (spent + bytes > bytesPerHour) return false;
    spent += bytes;
    return true;
  };
}

/** Keys end with the SHA-256 of the text. Another text that is found there must not be executed in its place. */
function isTextOf(key: string, text: string): boolean {
  return key.endsWith(hash('sha256', text));
}

async function orNull<T>(answer: Promise<T>): Promise<T | null> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof RedisUnavailableError) return null;
    throw error;
  }
}
