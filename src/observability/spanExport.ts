import { setTimeout as sleep } from 'node:timers/promises';
import {
  createTraceState,
  type HrTime,
  type SpanContext,
  SpanKind,
  SpanStatusCode,
  TraceFlags,
} from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { type Resource, resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, type ReadableSpan, type SpanExporter } from '@opentelemetry/sdk-trace';
import type { Logger } from 'pino';
import type { ProxySettings } from '../config/proxy.ts';
import { VERSION } from '../values/version.ts';
import type { Span } from './spans.ts';
import type { SpanExport } from './tracing.ts';

/** Spans that wait to be sent, at most. Later ones are dropped. */
const MAX_QUEUE = 8_192;
const SEND_EVERY_MS = 1_000;
const SEND_TIMEOUT_MS = 10_000;
/** For the last spans, when the process ends. */
const CLOSE_MS = 1_000;

/** Sends spans to a collector by OTLP over HTTP, many at a time. */
export function exportSpans(url: URL, service: string, log: Logger, proxy: ProxySettings | null): SpanExport {
  const resource = resourceFromAttributes({ 'service.name': service, 'service.version': VERSION });
  const httpAgentOptions = { keepAlive: true, ...(proxy && { proxyEnv: proxyEnvironment(proxy) }) };
  const sender = new OTLPTraceExporter({ url: url.href, timeoutMillis: SEND_TIMEOUT_MS, httpAgentOptions });
  const exporter = new ReportingExporter(sender, log);
  const processor = new BatchSpanProcessor({
    exporter,
    maxQueueSize: MAX_QUEUE,
    scheduledDelayMillis: SEND_EVERY_MS,
    exportTimeoutMillis: SEND_TIMEOUT_MS,
  });
  return {
    sink: (span) => processor.onEnd(new EndedSpan(span, resource)),
    close: async () => {
      const ended = processor.shutdown().catch(() => undefined);
      await Promise.race([ended, sleep(CLOSE_MS, undefined, { ref: false })]);
    },
  };
}

/** Settings in the form of Node's own agent. */
function proxyEnvironment({ http, https, except }: ProxySettings): Record<string, string> {
  const [HTTP_PROXY, HTTPS_PROXY] = [http?.reveal(), https?.reveal()];
  return { ...(HTTP_PROXY && { HTTP_PROXY }), ...(HTTPS_PROXY && { HTTPS_PROXY }), NO_PROXY: except };
}

/** Logs when spans cannot be sent any more, and when they can again. */
class ReportingExporter implements SpanExporter {
  readonly #exporter: SpanExporter;
  readonly #log: Logger;
  #fails = false;

  constructor(exporter: SpanExporter, log: Logger) {
    this.#exporter = exporter;
    this.#log = log;
  }

  export(spans: ReadableSpan[], done: Parameters<SpanExporter['export']>[1]): void {
    this.#exporter.export(spans, (result) => {
      // The texts of the library hold the address, and what the collector said.
      if (result.error && !this.#fails) this.#log.warn({ spans: spans.length }, 'spans cannot be sent');
      if (!result.error && this.#fails) this.#log.info('spans are sent again');
      this.#fails = result.error !== undefined;
      done(result);
    });
  }

  shutdown(): Promise<void> {
    return this.#exporter.shutdown();
  }
}

const KINDS: Readonly<Record<Span['kind'], SpanKind>> = {
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
  internal: SpanKind.INTERNAL,
};

const SCOPE = { name: 'geai-graph', version: VERSION };
const NONE: never[] = [];

/** A span in the form of the library. */
class EndedSpan implements ReadableSpan {
  readonly name: string;
  readonly kind: SpanKind;
  readonly startTime: HrTime;
  readonly endTime: HrTime;
  readonly duration: HrTime;
  readonly status: { readonly code: SpanStatusCode };
  readonly attributes: Span['attributes'];
  readonly resource: Resource;
  readonly parentSpanContext?: SpanContext;
  readonly instrumentationScope = SCOPE;
  readonly links = NONE;
  readonly events = NONE;
  readonly ended = true;
  readonly droppedAttributesCount = 0;
  readonly droppedEventsCount = 0;
  readonly droppedLinksCount = 0;
  readonly #context: SpanContext;

  constructor(span: Span, resource: Resource) {
    const { name, kind, start, end, traceId, spanId, parentId, isParentRemote, traceState, isFailed } = span;
    this.name = name;
    this.kind = KINDS[kind];
    this.startTime = hrTime(start);
    this.endTime = hrTime(end);
    this.duration = hrTime(end - start);
    this.status = { code: isFailed ? SpanStatusCode.ERROR : SpanStatusCode.UNSET };
    this.attributes = span.attributes;
    this.resource = resource;
    const common = { traceId, traceFlags: TraceFlags.SAMPLED };
    this.#context = { ...common, spanId, ...(traceState !== '' && { traceState: createTraceState(traceState) }) };
    if (parentId !== null) this.parentSpanContext = { ...common, spanId: parentId, isRemote: isParentRemote };
  }

  spanContext(): SpanContext {
    return this.#context;
  }
}

/** Seconds and nanoseconds. */
function hrTime(milliseconds: number): HrTime {
  const seconds = Math.floor(milliseconds / 1_000);
  return [seconds, Math.round((milliseconds - seconds * 1_000) * 1e6)];
}
