import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'vitest';
import type { Facade } from '../support/facade.ts';

export interface Asked {
  readonly document: string;
  readonly token: string;
  readonly variables?: Record<string, unknown>;
}

/** Something that a router keeps: an answer, or one entity of it. */
export interface Kept extends Asked {
  /** Place of the entity. Null: the whole answer. */
  readonly place: number | null;
  readonly value: unknown;
  readonly tags: readonly string[];
}

type Invalidation =
  | { readonly kind: 'subgraph'; readonly subgraph: string }
  | { readonly kind: 'cache_tag'; readonly subgraphs: readonly string[]; readonly cache_tag: string };

/** Router that keeps answers by their tags, in the protocol of Apollo Router. Nothing expires, so that only calls end it. */
export interface TagRouter {
  readonly url: string;
  readonly calls: Invalidation[][];
  kept: Kept[];
  /** Asks the facade, and keeps the answer. Asks again while it may not be kept: memory of the facade is about to expire. */
  keep(facade: Facade, asked: Asked): Promise<void>;
  close(): void;
}

export async function startTagRouter(): Promise<TagRouter> {
  const server = createServer(async (incoming, outgoing) => {
    const asked = (await new Response(incoming as never).json()) as Invalidation[];
    router.calls.push(asked);
    for (const one of asked) {
      router.kept = one.kind === 'subgraph' ? [] : router.kept.filter(({ tags }) => !tags.includes(one.cache_tag));
    }
    outgoing.writeHead(202).end('{"count":1}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const router: TagRouter = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/invalidation`,
    calls: [],
    kept: [],
    keep: async (facade, asked) => {
      let text = '';
      const ask = async () => {
        const answer = await facade.query(asked.document, asked);
        text = answer.text;
        return answer.headers.get('cache-control');
      };
      await expect.poll(ask, { timeout: 10_000 }).toMatch(/^private/);
      router.kept.push(...parts(asked, JSON.parse(text)));
    },
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
  return router;
}

interface Tagged {
  readonly data: { readonly _entities?: readonly unknown[] };
  readonly extensions?: {
    readonly apolloCacheTags: readonly string[];
    readonly apolloEntityCacheTags?: readonly (readonly string[])[];
  };
}

function parts(asked: Asked, { data, extensions }: Tagged): Kept[] {
  if (!extensions) return [];
  const { apolloCacheTags, apolloEntityCacheTags } = extensions;
  if (!data._entities) return [{ ...asked, place: null, value: data, tags: apolloCacheTags }];
  return data._entities.map((value, place) => ({ ...asked, place, value, tags: apolloEntityCacheTags?.[place] ?? [] }));
}
