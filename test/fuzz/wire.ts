import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** An answer as it came over the wire. */
export interface WireAnswer {
  readonly status: number;
  /** By name in lower case; several under one name are joined. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const HEAD_END = '\r\n\r\n';

/** The first answer in the bytes, and where it ends. Null: it is not whole yet. Throws for what is no answer. */
export function readAnswer(bytes: Buffer, isHead = false): { answer: WireAnswer; end: number } | null {
  const headEnd = bytes.indexOf(HEAD_END);
  if (headEnd < 0) return null;
  const [statusLine = '', ...lines] = bytes.subarray(0, headEnd).toString('latin1').split('\r\n');
  const [, status] = /^HTTP\/1\.1 (\d{3}) /.exec(statusLine) ?? [];
  if (status === undefined) throw new Error(`no status line: ${statusLine.slice(0, 100)}`);
  const headers: Record<string, string> = {};
  for (const line of lines) {
    const colon = line.indexOf(':');
    const name = line.slice(0, colon).toLowerCase();
    const value = line.slice(colon + 1).trim();
    headers[name] = headers[name] === undefined ? value : `${headers[name]}, ${value}`;
  }
  const start = headEnd + HEAD_END.length;
  const hasBody = !isHead && status !== '204' && status !== '304' && status !== '100';
  if (hasBody && headers['content-length'] === undefined) throw new Error(`no content-length: ${statusLine}`);
  const end = hasBody ? start + Number(headers['content-length']) : start;
  if (bytes.length < end) return null;
  return { answer: { status: Number(status), headers, body: bytes.toString('utf8', start, end) }, end };
}

/** All answers in the bytes, without those of status 100 and without one that was cut. */
export function readAnswers(bytes: Buffer): WireAnswer[] {
  const answers: WireAnswer[] = [];
  for (let rest = bytes; ; ) {
    const read = readAnswer(rest);
    if (!read) return answers;
    if (read.answer.status !== 100) answers.push(read.answer);
    rest = rest.subarray(read.end);
  }
}

/** A connection that is kept from request to request, one at a time. */
export class Lane {
  readonly #port: number;
  #socket: Socket | null = null;

  constructor(url: string) {
    this.#port = Number(new URL(url).port);
  }

  /** Null: the server hung up without a whole answer. */
  async ask(bytes: Buffer, isHead: boolean): Promise<WireAnswer | null> {
    const kept = this.#socket;
    this.#socket = null;
    const socket = kept && !kept.destroyed ? kept : await opened(this.#port);
    let received: Buffer = Buffer.alloc(0);
    const answer = await new Promise<WireAnswer | null>((resolve, reject) => {
      const onData = (chunk: Buffer) => {
        received = received.length === 0 ? chunk : Buffer.concat([received, chunk]);
        try {
          const read = readAnswer(received, isHead);
          if (!read) return;
          if (read.end < received.length) reject(new Error(`more than one answer: ${received.subarray(read.end)}`));
          else resolve(read.answer);
        } catch (error) {
          reject(error);
        }
      };
      socket.on('data', onData).once('close', () => resolve(null));
      socket.write(bytes);
    });
    socket.removeAllListeners('data').removeAllListeners('close');
    if (answer && answer.headers.connection !== 'close') this.#socket = socket;
    else socket.destroy();
    // The server closes what was idle for long, which may cross with a request: clients ask again.
    if (!answer && received.length === 0 && socket === kept) return this.ask(bytes, isHead);
    return answer;
  }

  close(): void {
    this.#socket?.destroy();
  }
}

async function opened(port: number): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  await once(socket, 'connect');
  return socket.on('error', () => socket.destroy());
}

/** Writes bytes over a connection of their own, and reads until the server hangs up. */
export async function exchange(url: string, bytes: Buffer, isAbandoned: boolean): Promise<WireAnswer[]> {
  const socket = await opened(Number(new URL(url).port));
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  const closed = new Promise((resolve) => socket.once('close', resolve));
  if (isAbandoned) socket.write(bytes, () => socket.destroy());
  else socket.end(bytes);
  await closed;
  return readAnswers(Buffer.concat(chunks));
}
