import type { Secret } from '../values/secret.ts';
import type { Reader } from './reader.ts';

/** Routers that keep answers of this facade, and are told when something changed. */
export interface RouterCacheSettings {
  /** Names that callers see, and addresses of their calls of invalidation. */
  readonly routers: readonly { readonly name: string; readonly url: URL }[];
  /** Key that the routers share with the facade. */
  readonly key: Secret;
  /** Name of this subgraph in the graph. */
  readonly subgraph: string;
  readonly timeoutMs: number;
  /** Extent of a call: all that is kept of this subgraph, or what bears the tags of the change. */
  readonly by: (typeof EXTENTS)[number];
}

const EXTENTS = ['subgraph', 'tag'] as const;

const NAMED_ADDRESS = /^([A-Za-z0-9_.-]{1,64})=(https?:\/\/\S+)$/;

/** Null if no router is to be told, or none can be. */
export function readRouterCaches(read: Reader): RouterCacheSettings | null {
  const words = read.words('ROUTER_INVALIDATION');
  const [key, ...others] = read.secrets('ROUTER_INVALIDATION_KEY');
  if (others.length > 0) read.wrong('ROUTER_INVALIDATION_KEY takes one key, without commas and white space.', null);
  const subgraph = read.text('ROUTER_INVALIDATION_SUBGRAPH') ?? 'geai';
  const timeoutMs = read.integer('ROUTER_INVALIDATION_TIMEOUT_MS', 1_000, 1, 10_000);
  const by = read.choice('ROUTER_INVALIDATION_BY', EXTENTS, 'subgraph');
  if (words.length === 0 || !key) return null;
  const routers = words.flatMap((word) => {
    const [, name = '', address = ''] = NAMED_ADDRESS.exec(word) ?? [];
    const url = URL.parse(address);
    return url && !url.username && !url.password ? [{ name, url }] : [];
  });
  if (routers.length < words.length || new Set(routers.map(({ name }) => name)).size < words.length) {
    read.wrong(
      'ROUTER_INVALIDATION takes names and addresses, such as main=http://router:3000/invalidation, separated by commas. ' +
        'Each name is there once.',
      null,
    );
  }
  return { routers, key, subgraph, timeoutMs, by };
}
