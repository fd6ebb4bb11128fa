import type { IncomingHttpHeaders } from 'node:http';
import type { Logger } from 'pino';
import type { TraceSettings } from '../config/observing.ts';
import type { ProxySettings } from '../config/proxy.ts';
import { type Peer, SpanRecorder, type SpanSink } from './spans.ts';
import { type Trace, traceHeaders } from './trace.ts';
import { boundOf, newSpanId, randomWord, readTraceContext, traceIdOf, traceparentOf, wordOf } from './traceContext.ts';

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
      isNamed: true,
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
  return new RecordingTracing(settings, exportSpans(settings.url, service, log, proxy), peer);
}

/** Trace of which nothing is recorded. */
class UnrecordedTrace implements Trace {
  readonly parentId: string | null;
  readonly spans = null;
  readonly #word: number;
  readonly #state: string;
  #traceId: string | null;
  #headers: Trace['headers'] | undefined;

  /** Without an id, the trace has one with the word, which is made when it is asked for: most small queries make no call. */
  constructor(traceId: string | null, parentId: string | null, state: string, word: number) {
    this.#traceId = traceId;
    this.parentId = parentId;
    this.#word = word;
    this.#state = state;
  }

  get traceId(): string {
    this.#traceId ??= traceIdOf(this.#word);
    return this.#traceId;
  }

  get isNamed(): boolean {
    return this.#traceId !== null;
  }

  get headers(): Trace['headers'] {
    this.#headers ??= traceHeaders(traceparentOf(this.traceId, newSpanId(), false), this.#state);
    return this.#headers;
  }
}

class RecordingTracing implements Tracing {
  readonly #doesAsCaller: boolean;
  /** Traces with a word below it are recorded: other processes with the same share agree. */
  readonly #bound: number;
  readonly #spanExport: SpanExport;
  readonly #peer: Peer;

  constructor({ sampler, ratio }: TraceSettings, spanExport: SpanExport, peer: Peer) {
    const rule = sampler.replace('parentbased_', '');
    this.#doesAsCaller = rule !== sampler;
    const share = rule === 'traceidratio' ? ratio : rule === 'always_on' ? 1 : 0;
    this.#bound = boundOf(share);
    this.#spanExport = spanExport;
    this.#peer = peer;
  }

  begin({ traceparent, tracestate }: IncomingHttpHeaders): Trace {
    const caller = traceparent === undefined ? null : readTraceContext(traceparent, tracestate);
    const word = caller ? wordOf(caller.traceId) : randomWord();
    const [parentId, state] = [caller?.parentId ?? null, caller?.state ?? ''];
    const isSampled = caller && this.#doesAsCaller ? caller.isSampled : word < this.#bound;
    if (!isSampled) return new UnrecordedTrace(caller?.traceId ?? null, parentId, state, word);
    const traceId = caller?.traceId ?? traceIdOf(word);
    const spans = new SpanRecorder(traceId, parentId, state, this.#peer, this.#spanExport.sink);
    return { traceId, isNamed: true, parentId, headers: {}, spans };
  }

  close(): Promise<void> {
    return this.#spanExport.close();
  }
}
