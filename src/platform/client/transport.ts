import { type Dispatcher, Pool } from 'undici';
import type { ProxySettings } from '../../config/proxy.ts';
import { decompressed } from '../../values/decompress.ts';
import { codingOf, textOf } from './body.ts';
import { proxyAgent } from './proxy.ts';

/** One HTTP exchange with the platform. */
export interface Exchange {
  readonly method: Dispatcher.HttpMethod;
  /** With the query. May hold a secret: never to be logged. */
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body?: string;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** `UNREADABLE` when it came in a coding that is not known: the status still says something. */
  readonly body: string;
}

/** Stands for a body that cannot be read. No JSON is like that. */
const UNREADABLE = 'unreadable content-encoding';

/** An exchange without a whole answer. */
export class TransportError extends Error {
  override readonly name = 'TransportError';
  readonly reason: 'connection' | 'timeout' | 'cancelled' | 'too-large';
  /** True if the platform may have received the request. */
  readonly wasSent: boolean;

  constructor(reason: TransportError['reason'], wasSent: boolean, cause?: unknown) {
    super(reason, { cause });
    this.reason = reason;
    this.wasSent = wasSent;
  }
}

/** An exchange under way. */
interface Sent {
  /** Never rejects: an exchange without a whole answer gives the reason. */
  readonly outcome: Promise<Answer | TransportError>;
  /** Ends the exchange with the outcome `cancelled`. */
  cancel(): void;
}

/** Sends exchanges over a pool of kept-alive connections. Knows nothing of what they mean. */
export interface Transport {
  /** `timeoutMs` bounds the exchange from waiting for a connection to the last byte. */
  send(exchange: Exchange, timeoutMs: number): Sent;
  /** Waits for the exchanges under way and closes the connections. */
  close(): Promise<void>;
}

/** Bytes of one answer that are kept at most, compressed or not. 10,000 projects are about 2 MB. */
const MAX_ANSWER_BYTES = 64 * 1024 * 1024;

/** Calls under way at most, each on a connection: with fewer, a pool makes parallel calls serial (performance-notes.md 9). */
export const MAX_CALLS = 1024;

const CONNECT_TIMEOUT_MS = 5_000;

const CONNECTIONS = {
  pipelining: 1,
  keepAliveTimeout: 30_000,
  // The exchange has its own bound, from first to last byte.
  headersTimeout: 0,
  bodyTimeout: 0,
};

interface TransportOptions {
  /** Connections at most. */
  readonly maxCalls?: number;
  readonly maxAnswerBytes?: number;
  readonly proxy?: ProxySettings | null;
}

/** Transport to the origin of `baseUrl`. The caller puts its path, if any, before every path. */
export function createTransport(
  baseUrl: URL,
  { maxCalls = MAX_CALLS, maxAnswerBytes = MAX_ANSWER_BYTES, proxy }: TransportOptions = {},
): Transport {
  const { origin } = baseUrl;
  const options = { ...CONNECTIONS, connections: maxCalls };
  const dispatcher = proxy
    ? proxyAgent(proxy, options, CONNECT_TIMEOUT_MS)
    : new Pool(origin, { ...options, connect: { timeout: CONNECT_TIMEOUT_MS } });
  return {
    send: (exchange, timeoutMs) => send(dispatcher, origin, exchange, timeoutMs, maxAnswerBytes),
    close: () => dispatcher.close(),
  };
}

function send(dispatcher: Dispatcher, origin: string, exchange: Exchange, timeoutMs: number, maxBytes: number): Sent {
  const { promise, resolve } = Promise.withResolvers<Answer | TransportError>();
  const collector = new Collector(resolve, timeoutMs, maxBytes);
  const { method, path, headers, body } = exchange;
  try {
    dispatcher.dispatch({ origin, method, path, headers, body: body ?? null, idempotent: method === 'GET' }, collector);
  } catch (error) {
    collector.fail(new TransportError('connection', false, error));
  }
  return { outcome: promise, cancel: () => collector.stop('cancelled') };
}

/** Gathers an answer as undici delivers it: less work per call than a body stream (performance-notes.md 4). */
class Collector implements Dispatcher.DispatchHandler {
  readonly #resolve: (outcome: Answer | TransportError) => void;
  readonly #timer: NodeJS.Timeout;
  readonly #maxBytes: number;
  readonly #chunks: Buffer[] = [];
  #size = 0;
  #status = 0;
  #headers: Answer['headers'] = {};
  #controller: Dispatcher.DispatchController | undefined;
  #stopped: TransportError['reason'] | undefined;

  constructor(resolve: (outcome: Answer | TransportError) => void, timeoutMs: number, maxBytes: number) {
    this.#resolve = resolve;
    this.#maxBytes = maxBytes;
    this.#timer = setTimeout(() => this.stop('timeout'), timeoutMs);
  }

  fail(error: TransportError): void {
    clearTimeout(this.#timer);
    this.#resolve(error);
  }

  stop(reason: TransportError['reason']): void {
    if (this.#stopped) return;
    this.#stopped = reason;
    // Ended here as well, since an exchange that waits for a connection has no controller yet.
    this.fail(new TransportError(reason, this.#controller !== undefined));
    this.#controller?.abort(new Error(reason));
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    if (this.#stopped) controller.abort(new Error(this.#stopped));
    else this.#controller = controller;
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: Answer['headers']): void {
    this.#status = status;
    this.#headers = headers;
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#size += chunk.length;
    if (this.#size > this.#maxBytes) this.stop('too-large');
    else this.#chunks.push(chunk);
  }

  onResponseEnd(): void {
    const [first] = this.#chunks;
    const whole = this.#chunks.length === 1 && first ? first : Buffer.concat(this.#chunks, this.#size);
    const coding = codingOf(this.#headers['content-encoding']);
    if (coding === null || whole.length === 0) this.#finish(textOf(whole));
    else void this.#decompress(whole, coding);
  }

  async #decompress(bytes: Buffer, coding: string): Promise<void> {
    const whole = await decompressed(bytes, coding, this.#maxBytes);
    if (whole === 'too-large') this.stop('too-large');
    else this.#finish(whole === 'unreadable' ? UNREADABLE : textOf(whole));
  }

  #finish(body: string): void {
    clearTimeout(this.#timer);
    this.#resolve({ status: this.#status, headers: this.#headers, body });
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.fail(new TransportError(this.#stopped ?? 'connection', this.#controller !== undefined, error));
  }
}
