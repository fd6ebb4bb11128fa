import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A proxy that puts an element into a list of the platform's. */
export interface SpoilingProxy {
  readonly url: string;
  /** Paths whose answers held a list, in the order of the calls since `spoil`. */
  lists(): readonly string[];
  /** Puts the element before all others of the next list at that path; without a path, into none. */
  spoil(path?: string, element?: unknown): void;
  close(): Promise<void>;
}

/** Starts a proxy for reads in front of `targetUrl` on a free port. Close it when done. */
export async function startSpoilingProxy(targetUrl: string): Promise<SpoilingProxy> {
  let lists: string[] = [];
  let [spoiled, odd]: [string | undefined, unknown] = [undefined, null];
  const server = createServer(async ({ url = '', method = '', headers }, outgoing) => {
    const [path = ''] = url.split('?');
    const { host: _host, connection: _connection, ...rest } = headers;
    const answer = await fetch(new URL(url, targetUrl), { method, headers: rest as Record<string, string> });
    let text = await answer.text();
    const body: unknown = JSON.parse(text);
    const elements = typeof body === 'object' && body !== null ? Object.values(body).find(Array.isArray) : undefined;
    if (elements) lists.push(path);
    if (elements && path === spoiled) {
      spoiled = undefined;
      elements.unshift(odd);
      text = JSON.stringify(body);
    }
    outgoing.writeHead(answer.status, { 'content-type': 'application/json' }).end(text);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    lists: () => lists,
    spoil: (path, element) => {
      lists = [];
      [spoiled, odd] = [path, element];
    },
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error ? reject(error) : resolve()));
        server.closeAllConnections();
      }),
  };
}
