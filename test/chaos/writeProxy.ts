import { Agent, createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pipeline } from 'node:stream';

/** A write as it was sent to the platform. */
export interface Write {
  readonly method: string;
  readonly path: string;
  readonly body: string;
}

export interface WriteProxy {
  readonly url: string;
  /** Every write that arrived whole, in order. */
  readonly writes: readonly Write[];
  close(): Promise<void>;
}

/** Starts a proxy that keeps what is written, and passes all that goes wrong behind it on as it is. */
export async function startWriteProxy(target: string): Promise<WriteProxy> {
  const writes: Write[] = [];
  const agent = new Agent({ keepAlive: true });
  const server = createServer((incoming, outgoing) => {
    const { method = '', url = '', headers } = incoming;
    let body = '';
    incoming.setEncoding('utf8').on('data', (text: string) => {
      body += text;
    });
    incoming.on('end', () => {
      if (method !== 'GET') writes.push({ method, path: url, body });
      const forwarded = request(new URL(url, target), { method, headers, agent }, (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        pipeline(answer, outgoing, () => undefined);
      });
      forwarded.on('error', () => outgoing.destroy());
      outgoing.on('close', () => forwarded.destroy());
      forwarded.end(body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    writes,
    close: () =>
      new Promise((resolve) => {
        agent.destroy();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
