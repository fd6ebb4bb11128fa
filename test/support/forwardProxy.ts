import { createServer, type IncomingHttpHeaders, request } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { onTestFinished } from 'vitest';

/** A forward proxy, as companies have one. */
export interface ForwardProxy {
  readonly url: string;
  /** Hosts and ports of the tunnels, and addresses of the requests, in the order of their arrival. */
  readonly seen: readonly string[];
  /** Headers of the last request for a tunnel or an address. */
  lastHeaders(): IncomingHttpHeaders;
  /** From now on refuses tunnels and requests with 407. */
  refuse(): void;
}

/** Starts a forward proxy on a free port of loopback. It ends with the test. */
export async function startForwardProxy(): Promise<ForwardProxy> {
  const seen: string[] = [];
  let headers: IncomingHttpHeaders = {};
  let refuses = false;
  const server = createServer((incoming, outgoing) => {
    seen.push(incoming.url ?? '');
    headers = incoming.headers;
    if (refuses) return void outgoing.writeHead(407).end();
    const { method = 'GET' } = incoming;
    const forwarded = request(new URL(incoming.url ?? ''), { method, headers: incoming.headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    forwarded.on('error', () => outgoing.destroy());
    incoming.pipe(forwarded);
  });
  server.on('connect', (incoming, socket) => {
    seen.push(incoming.url ?? '');
    headers = incoming.headers;
    if (refuses) return void socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n');
    const [host = '', port = ''] = (incoming.url ?? '').split(':');
    const target = connect(Number(port), host, () => {
      socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      target.pipe(socket).pipe(target);
    });
    target.on('error', () => socket.destroy());
    socket.on('error', () => target.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const { port } = server.address() as AddressInfo;
  const refuse = () => {
    refuses = true;
  };
  return { url: `http://127.0.0.1:${port}`, seen, lastHeaders: () => headers, refuse };
}
