import type { AttemptMark, Origin } from '../platform/client/origin.ts';
import type { SpanRecorder } from './spans.ts';
import { newSpanId, traceparentOf } from './traceContext.ts';

/** Trace that a request belongs to. */
export interface Trace {
  readonly traceId: string;
  /** False as long as nothing was told the id of a trace that begins here and is not recorded: nobody can look for it. */
  readonly isNamed: boolean;
  /** Span of the caller. Null if the trace begins here. */
  readonly parentId: string | null;
  /** Headers by which the trace goes on where nothing is recorded. */
  readonly headers: Readonly<Record<string, string>>;
  /** Null if nothing is recorded. */
  readonly spans: SpanRecorder | null;
}

export function traceHeaders(traceparent: string, state: string): Trace['headers'] {
  return state === '' ? { traceparent } : { traceparent, tracestate: state };
}

/** Origin of the calls of one request. */
export class RequestOrigin implements Origin {
  readonly #requestId: string;
  readonly #trace: Trace | null;
  #mark: AttemptMark | undefined;

  constructor(requestId: string, trace: Trace | null) {
    this.#requestId = requestId;
    this.#trace = trace;
  }

  mark(): AttemptMark {
    const spans = this.#trace?.spans;
    if (spans) return this.#markSpan(spans);
    this.#mark ??= { headers: { 'x-request-id': this.#requestId, ...this.#trace?.headers }, spanId: null };
    return this.#mark;
  }

  watched<T>(name: string, work: Promise<T>): Promise<T> {
    return this.#trace?.spans?.watched(name, work) ?? work;
  }

  /** Each attempt has a span, which the platform's own spans are below. */
  #markSpan({ traceId, traceState }: SpanRecorder): AttemptMark {
    const spanId = newSpanId();
    const headers = traceHeaders(traceparentOf(traceId, spanId, true), traceState);
    return { headers: { 'x-request-id': this.#requestId, ...headers }, spanId };
  }
}
