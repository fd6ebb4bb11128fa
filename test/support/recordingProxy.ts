import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A proxy that remembers what was asked, where call counts by route do not tell enough. */
export interface RecordingProxy {
  readonly url: string;
  /** Calls since the last reset, such as `GET /v1/organization/assistants?detail=full`. Paths that hold a token are cut. */
  calls(): string[];
  /** Everything that arrived since the last reset, as it came: addresses, headers and bodies. */
  arrived(): string;
  reset(): void;
  close(): Promise<void>;
}

/**
 * Starts a proxy in front of `targetUrl` on a free port. Close it when done. Calls that `fails`, by path and token, are answered
 * with 503 by the proxy itself.
 */
export async function startRecordingProxy(
  targetUrl: string,
  fails: (path: string, token: string) => boolean = () => false,
): Promise<RecordingProxy> {
  let calls: string[] = [];
  let arrived: string[] = [];
  const server = createServer((incoming, outgoing) => {
    const { method = '', url = '', headers } = incoming;
    calls.push(`${method} ${url.replace(/(?<=^\/v2\/projects\/tokens\/)[^?]+/, '{id}')}`);
    arrived.push(`${method} ${url}`, ...incoming.rawHeaders);
    incoming.on('data', (chunk) => arrived.push(String(chunk)));
    if (fails(url, headers.authorization?.replace('Bearer ', '') ?? '')) {
      outgoing.writeHead(503, { 'retry-after': '0' }).end();
      return;
    }
    const forwarded = request(new URL(url, targetUrl), { method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    forwarded.on('error', () => outgoing.destroy());
    incoming.pipe(forwarded);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    calls: () => calls,
    arrived: () => arrived.join('\n'),
    reset: () => {
      calls = [];
      arrived = [];
    },
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error ? reject(error) : resolve()));
        server.closeAllConnections();
      }),
  };
}
