import type { IncomingHttpHeaders } from 'node:http';
import type { Logger } from 'pino';
import type { TraceSettings } from '../config/observing.ts';
import type { ProxySettings } from '../config/proxy.ts';
import { type Peer, SpanRecorder, type SpanSink } from './spans.ts';
import { type Trace, traceHeaders } from './trace.ts';
import { newSpanId, newTraceId, readTraceContext, type TraceContext, traceparentOf } from './traceContext.ts';

/** Traces of requests. */
export interface Tracing {
  /** Trace of a request with these headers. Null if it has none. */
  begin(headers: IncomingHttpHeaders): Trace | null;
  /** Sends the last spans. */
  close(): Promise<void>;
}

/** Exporter of spans. */
export interface SpanExport {
  readonly sink: SpanSink;
  /** True if the share of traces that are taken holds this one. Other processes with the same share agree. */
  isInShare(traceId: string): boolean;
  close(): Promise<void>;
}

/** Passes on the traces of callers, and makes no spans. */
const PASSING_ON: Tracing = {
  begin: ({ traceparent, tracestate }) => {
    if (traceparent === undefined) return null;
    const context = readTraceContext(traceparent, tracestate);
    if (!context) return null;
    const { traceId, parentId, isSampled, state } = context;
    return {
      traceId,
      parentId,
      headers: traceHeaders(traceparentOf(traceId, parentId, isSampled), state),
      spans: null,
    };
  },
  close: async () => undefined,
};

/** Opens the export of spans if it is set. Loads the libraries for that, which cost a tenth of a second. */
export async function openTracing(
  settings: TraceSettings | null,
  service: string,
  platform: URL,
  log: Logger,
  proxy: ProxySettings | null = null,
): Promise<Tracing> {
  if (!settings) return PASSING_ON;
  const { exportSpans } = await import('./spanExport.ts');
  const port = Number(platform.port) || (platform.protocol === 'https:' ? 443 : 80);
  const peer = { address: platform.hostname, port };
  return new RecordingTracing(settings.sampler, exportSpans(settings, service, log, proxy), peer);
}

/** Trace of which nothing is recorded. Headers are made for the first call: most small queries make none. */
class UnrecordedTrace implements Trace {
  readonly traceId: string;
  readonly parentId: string | null;
  readonly spans = null;
  readonly #state: string;
  #headers: Trace['headers'] | undefined;

  constructor(traceId: string, parentId: string | null, state: string) {
    this.traceId = traceId;
    this.parentId = parentId;
    this.#state = state;
  }

  get headers(): Trace['headers'] {
    this.#headers ??= traceHeaders(traceparentOf(this.traceId, newSpanId(), false), this.#state);
    return this.#headers;
  }
}

class RecordingTracing implements Tracing {
  readonly #doesAsCaller: boolean;
  /** Rule for traces that begin here. */
  readonly #rule: string;
  readonly #spanExport: SpanExport;
  readonly #peer: Peer;

  constructor(sampler: TraceSettings['sampler'], spanExport: SpanExport, peer: Peer) {
    this.#rule = sampler.replace('parentbased_', '');
    this.#doesAsCaller = this.#rule !== sampler;
    this.#spanExport = spanExport;
    this.#peer = peer;
  }

  begin({ traceparent, tracestate }: IncomingHttpHeaders): Trace {
    const caller = readTraceContext(traceparent, tracestate);
    const traceId = caller?.traceId ?? newTraceId();
    const [parentId, state] = [caller?.parentId ?? null, caller?.state ?? ''];
    if (!this.#isSampled(caller, traceId)) return new UnrecordedTrace(traceId, parentId, state);
    const spans = new SpanRecorder(traceId, parentId, state, this.#peer, this.#spanExport.sink);
    return { traceId, parentId, headers: {}, spans };
  }

  close(): Promise<void> {
    return this.#spanExport.close();
  }

  #isSampled(caller: TraceContext | null, traceId: string): boolean {
    if (caller && this.#doesAsCaller) return caller.isSampled;
    if (this.#rule === 'traceidratio') return this.#spanExport.isInShare(traceId);
    return this.#rule === 'always_on';
  }
}
