import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An answer of the platform that is on its way: given before, and not delivered yet. */
export interface HeldAnswer {
  /** Lets it arrive. */
  release(): void;
}

/** A proxy that keeps answers back, so that a test can have things happen between an answer and its arrival. */
export interface HoldingProxy {
  readonly url: string;
  /** Keeps back the answer to the next call whose path matches. Resolves when the platform has given it. */
  holdNext(path: RegExp, method?: 'GET' | 'POST'): Promise<HeldAnswer>;
  close(): Promise<void>;
}

interface Hold {
  readonly method: string;
  readonly path: RegExp;
  readonly held: (answer: HeldAnswer) => void;
}

/** Starts a proxy in front of `targetUrl` on a free port. Close it when done. */
export async function startHoldingProxy(targetUrl: string): Promise<HoldingProxy> {
  const holds: Hold[] = [];
  const server = createServer((incoming, outgoing) => {
    const { method = '', url = '', headers } = incoming;
    const index = holds.findIndex((hold) => hold.method === method && hold.path.test(url));
    const [hold] = index < 0 ? [] : holds.splice(index, 1);
    const forwarded = request(new URL(url, targetUrl), { method, headers }, async (answer) => {
      const body = await new Response(answer as never).arrayBuffer();
      if (hold) await new Promise<void>((release) => hold.held({ release }));
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers).end(Buffer.from(body));
    });
    forwarded.on('error', () => outgoing.destroy());
    incoming.pipe(forwarded);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    holdNext: (path, method = 'GET') => new Promise((held) => holds.push({ method, path, held })),
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error ? reject(error) : resolve()));
        server.closeAllConnections();
      }),
  };
}
