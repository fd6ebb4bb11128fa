import { hash } from 'node:crypto';
import type { ApolloServerOptions, BaseContext } from '@apollo/server';
import type { DocumentNode } from 'graphql';
import { LRUCache } from 'lru-cache';
import { writtenOutLength } from '../limits/figures.ts';
import { type Redis, RedisUnavailableError } from '../redis.ts';

type PersistedQueries = Exclude<ApolloServerOptions<BaseContext>['persistedQueries'], false | undefined>;
type TextStore = NonNullable<PersistedQueries['cache']>;
type DocumentStore = NonNullable<ApolloServerOptions<BaseContext>['documentStore']>;

/** Parsed documents take some eighty times their source, with fragments written out; this bounds them to about 40 MB. */
const MAX_DOCUMENT_SOURCE = 512 * 1024;
const MAX_QUERY_TEXT = 4 * 1024 * 1024;
/** A longer query is not kept: its clients send it whole each time. */
const MAX_SHARED_TEXT = 64 * 1024;
const SHARED_FOR_MS = 24 * 60 * 60_000;

/** Parsed and validated documents, within a bound of their length. */
export function documentStore(): DocumentStore {
  return within<DocumentNode>(MAX_DOCUMENT_SOURCE, writtenOutLength);
}

/** Queries that clients name by their hash: for all replicas in Redis, else in this process, within a bound of bytes. */
export function persistedQueries(redis: Redis | null): TextStore {
  return redis ? shared(redis) : within<string>(MAX_QUERY_TEXT, (text) => text.length);
}

function within<V extends object | string>(maxSize: number, sizeOf: (value: V) => number) {
  const known = new LRUCache<string, V>({ maxSize, sizeCalculation: (value) => 1 + sizeOf(value) });
  return {
    get: async (key: string) => known.get(key),
    set: async (key: string, value: V) => void known.set(key, value),
    delete: async (key: string) => known.delete(key),
  };
}

/** Without Redis no query is known: clients then send theirs whole, as the protocol has it. */
function shared(redis: Redis): TextStore {
  return {
    get: async (key) => {
      const text = await orNull(redis.run((client) => client.get(key)));
      return text !== null && isTextOf(key, text) ? text : undefined;
    },
    set: async (key, text) => {
      if (text.length > MAX_SHARED_TEXT) return;
      await orNull(redis.run((client) => client.set(key, text, { PX: SHARED_FOR_MS })));
    },
    delete: async (key) => (await orNull(redis.run((client) => client.del(key)))) === 1,
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
