import type { AttemptReport } from '../platform/client/retryingClient.ts';
import { newSpanId } from './traceContext.ts';

export type Attributes = Readonly<Record<string, string | number | boolean>>;

/** A span that has ended. */
export interface Span {
  readonly traceId: string;
  readonly spanId: string;
  /** Span that it is a part of. Null for the first of a trace. */
  readonly parentId: string | null;
  /** True if the parent is of another process. */
  readonly isParentRemote: boolean;
  readonly traceState: string;
  readonly kind: 'server' | 'client' | 'internal';
  readonly name: string;
  /** Milliseconds since 1970, and the same at the end. */
  readonly start: number;
  readonly end: number;
  readonly attributes: Attributes;
  readonly isFailed: boolean;
}

/** Takes spans as they end. */
export type SpanSink = (span: Span) => void;

/** Server that calls go to, as spans name it. */
export interface Peer {
  readonly address: string;
  readonly port: number;
}

/** Spans of one request at most: a query may take thousands of calls. */
const MAX_SPANS = 512;

/** Records the spans of one request. Holds route templates, and no URL, id or token. */
export class SpanRecorder {
  readonly traceId: string;
  /** Span of the operation, which holds all others. */
  readonly spanId = newSpanId();
  readonly traceState: string;
  readonly #parentId: string | null;
  readonly #peer: Peer;
  readonly #sink: SpanSink;
  #left = MAX_SPANS;
  #dropped = 0;

  constructor(traceId: string, parentId: string | null, traceState: string, peer: Peer, sink: SpanSink) {
    this.traceId = traceId;
    this.traceState = traceState;
    this.#parentId = parentId;
    this.#peer = peer;
    this.#sink = sink;
  }

  /** Records an attempt at a platform call that has just ended. */
  attempted({ endpoint, credential, attempt, milliseconds, spanId, status, failure, leftOut }: AttemptReport): void {
    const [method = '', template = ''] = endpoint.route.split(' ');
    const attributes: Record<string, string | number> = {
      'http.request.method': method,
      'url.template': template,
      'server.address': this.#peer.address,
      'server.port': this.#peer.port,
      'geai.credential.kind': credential,
    };
    if (status !== null) attributes['http.response.status_code'] = status;
    if (attempt > 1) attributes['http.request.resend_count'] = attempt - 1;
    if (failure) attributes['error.type'] = failure.kind;
    if (leftOut.length > 0) attributes['geai.unreadable_elements'] = leftOut.length;
    this.#add('client', endpoint.route, milliseconds, attributes, failure !== null, spanId ?? newSpanId());
  }

  /** Returns the work, and records its time. */
  async watched<T>(name: string, work: Promise<T>): Promise<T> {
    const start = performance.now();
    let isFailed = true;
    try {
      const result = await work;
      isFailed = false;
      return result;
    } finally {
      this.#add('internal', name, performance.now() - start, {}, isFailed, newSpanId());
    }
  }

  /** Records the operation itself, which has just ended. */
  ended(name: string, milliseconds: number, attributes: Attributes, isFailed: boolean): void {
    const end = now();
    this.#sink({
      ...this.#common,
      spanId: this.spanId,
      parentId: this.#parentId,
      isParentRemote: true,
      kind: 'server',
      name,
      start: end - milliseconds,
      end,
      attributes: this.#dropped > 0 ? { ...attributes, 'geai.dropped_spans': this.#dropped } : attributes,
      isFailed,
    });
  }

  get #common() {
    return { traceId: this.traceId, traceState: this.traceState };
  }

  #add(
    kind: Span['kind'],
    name: string,
    milliseconds: number,
    attributes: Attributes,
    isFailed: boolean,
    spanId: string,
  ): void {
    if (this.#left === 0) {
      this.#dropped += 1;
      return;
    }
    this.#left -= 1;
    const [end, parentId] = [now(), this.spanId];
    const place = { spanId, parentId, isParentRemote: false, kind, name };
    this.#sink({ ...this.#common, ...place, start: end - milliseconds, end, attributes, isFailed });
  }
}

function now(): number {
  return performance.timeOrigin + performance.now();
}
