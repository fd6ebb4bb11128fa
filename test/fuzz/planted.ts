import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { FuzzedServer } from './servers.ts';
import type { Watch } from './watch.ts';

/** What a fault may do with a request. */
export interface Faulty {
  readonly answer: (status: number, body: string) => void;
  readonly hangUp: () => void;
  readonly watch: Watch;
}

const HEADERS = { 'content-type': 'application/json', 'x-request-id': 'r-1', 'x-content-type-options': 'nosniff' };
const GOOD = '{"data":{}}';
const BAD_FRAMING = [
  'HTTP/1.1 400 Bad Request',
  ...Object.entries({ ...HEADERS, 'content-length': '0', connection: 'close' }).map((header) => header.join(': ')),
  '\r\n',
].join('\r\n');

/** Starts a server that answers everything well, but for requests that name an organization. */
export async function startPlanted(fault: (faulty: Faulty) => void, watch: Watch): Promise<FuzzedServer> {
  const answered = (response: ServerResponse) => (status: number, body: string) => {
    response.writeHead(status, { ...HEADERS, 'content-length': Buffer.byteLength(body) }).end(body);
  };
  const server = createServer({ requireHostHeader: false }, (request, response) => {
    const chunks: Buffer[] = [];
    request
      .on('data', (chunk: Buffer) => chunks.push(chunk))
      .on('end', () => {
        const answer = answered(response);
        const isNamed = `${request.url}${Buffer.concat(chunks)}`.includes('organization');
        if (isNamed) fault({ answer, watch, hangUp: () => void request.socket.destroy() });
        else answer(200, GOOD);
      });
  });
  server.on('checkExpectation', (_request, response: ServerResponse) => answered(response)(417, GOOD));
  server.on('clientError', (_error, socket) => socket.end(BAD_FRAMING));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
