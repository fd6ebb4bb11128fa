import { request } from 'node:http';
import { connect, type Socket } from 'node:net';

export interface Sent {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string | undefined;
}

/** Keeps the whole text of every answer, status line and headers too, as it came over the wire. */
export class Transcript {
  readonly answers: string[] = [];
  readonly #url: URL;

  constructor(url: string) {
    this.#url = new URL(url);
  }

  /** Sends a request that may be wrong in any way that a client library would not let through. Answers with the body. */
  send({ method = 'GET', path = '/graphql', headers = {}, body }: Sent): Promise<string> {
    const { hostname, port } = this.#url;
    return new Promise((resolve, reject) => {
      const outgoing = request({ hostname, port, method, path, headers, agent: false }, (answer) => {
        let text = '';
        answer.setEncoding('utf8').on('data', (chunk: string) => {
          text += chunk;
        });
        answer.on('end', () => {
          this.answers.push([answer.statusCode, answer.statusMessage, ...answer.rawHeaders, text].join('\n'));
          resolve(text);
        });
      });
      outgoing.on('error', reject);
      outgoing.end(body);
    });
  }

  /** Writes bytes that are no request, and keeps what comes back until the server hangs up. */
  sendRaw(text: string): Promise<void> {
    return this.#exchange((socket) => socket.end(text));
  }

  /** Writes the beginning of a request and never the rest. */
  sendSlowly(text: string): Promise<void> {
    return this.#exchange((socket) => socket.write(text));
  }

  #exchange(say: (socket: Socket) => unknown): Promise<void> {
    const { hostname, port } = this.#url;
    return new Promise((resolve, reject) => {
      const socket = connect(Number(port), hostname, () => say(socket));
      let received = '';
      socket.setEncoding('utf8').on('data', (chunk: string) => {
        received += chunk;
      });
      socket.on('error', reject);
      socket.on('close', () => {
        this.answers.push(received);
        resolve();
      });
    });
  }

  graphql(query: string, headers: Record<string, string>, variables: unknown = {}): Promise<string> {
    const body = JSON.stringify({ query, variables });
    return this.send({ method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body });
  }
}
