import { type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Logger } from 'pino';
import { errorBody } from './errorBody.ts';
import { SECURITY_HEADERS } from './securityHeaders.ts';

interface Refusal {
  readonly status: number;
  readonly message: string;
}

const MALFORMED: Refusal = { status: 400, message: 'The request is not well-formed HTTP.' };
const NO_TUNNEL: Refusal = { status: 405, message: 'This server opens no tunnels.' };
const UNMET: Refusal = { status: 417, message: 'This server knows `Expect: 100-continue` only.' };

/** By the code of Node's error. */
const REFUSALS: Readonly<Record<string, Refusal>> = {
  ERR_HTTP_REQUEST_TIMEOUT: { status: 408, message: 'The request took too long to arrive.' },
  HPE_HEADER_OVERFLOW: { status: 431, message: 'The headers of the request are too long.' },
  HPE_CHUNK_EXTENSIONS_OVERFLOW: { status: 413, message: 'The chunk extensions of the request are too long.' },
};

/** Answers what never becomes a request, in the form and with the headers of all answers. */
export function answerParserErrors(server: Server, log: Logger, newRequestId: () => string): void {
  const refuse = (socket: Duplex, refusal: Refusal) => {
    const { body, headers } = answerOf(refusal, newRequestId(), log);
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
    const text = [`HTTP/1.1 ${refusal.status} ${STATUS_CODES[refusal.status]}`, ...lines, '', body].join('\r\n');
    socket.end(text, () => socket.destroy());
  };
  // The framework's own answer has another form.
  server.removeAllListeners('clientError');
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    if (error.code === 'ECONNRESET' || !socket.writable || hasBegunToAnswer(socket)) socket.destroy();
    else refuse(socket, REFUSALS[error.code ?? ''] ?? MALFORMED);
  });
  server.on('connect', (_request, socket) => {
    // Node leaves this socket to us, failures too.
    socket.on('error', () => socket.destroy());
    refuse(socket, NO_TUNNEL);
  });
  server.on('checkExpectation', (_request: IncomingMessage, response: ServerResponse) => {
    const { body, headers } = answerOf(UNMET, newRequestId(), log);
    response.writeHead(UNMET.status, headers).end(body);
  });
}

function answerOf({ status, message }: Refusal, requestId: string, log: Logger) {
  log.info({ requestId, status }, 'request could not be read');
  const body = JSON.stringify(errorBody(requestId, message, status));
  const headers = {
    ...SECURITY_HEADERS,
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(body),
    'x-request-id': requestId,
    connection: 'close',
  };
  return { body, headers };
}

/** True if part of another answer is out already, which more bytes would spoil. Node's own default looks at the same. */
function hasBegunToAnswer(socket: Duplex & { readonly _httpMessage?: ServerResponse | null }): boolean {
  return socket._httpMessage?.headersSent === true;
}
