import type { Reader } from './reader.ts';

/** Samplers by the standard's names. Names with `parentbased` do as the caller did, if there is a trace already. */
const SAMPLERS = [
  'parentbased_always_on',
  'parentbased_always_off',
  'parentbased_traceidratio',
  'always_on',
  'always_off',
  'traceidratio',
] as const;

export interface TraceSettings {
  /** Address that spans are posted to. */
  readonly url: URL;
  readonly sampler: (typeof SAMPLERS)[number];
  /** Share of the traces that a sampler of `traceidratio` takes, from 0 to 1. */
  readonly ratio: number;
}

/** Settings of what operators see of the process. */
export interface ObservingConfig {
  /** Name of the service in each line of the log and each span. */
  readonly serviceName: string;
  /** Null: no spans. */
  readonly traces: TraceSettings | null;
  /** Port of `/metrics` alone. Null: it is on the port of everything else. */
  readonly metricsPort: number | null;
  /** Port of health that a thread of its own answers at. Null: none. */
  readonly healthPort: number | null;
  /** Operations that metrics tell apart by name. Empty: the first ones that known callers send. */
  readonly metricsOperations: readonly string[];
  /** True if an unreachable platform makes the process not ready. */
  readonly readinessFollowsPlatform: boolean;
}

export function readObserving(read: Reader, defaultName: string): ObservingConfig {
  const hasPort = read.text('METRICS_PORT') !== undefined;
  return {
    serviceName: read.text('OTEL_SERVICE_NAME')?.slice(0, 255) ?? defaultName,
    traces: readTraces(read),
    healthPort: read.text('HEALTH_PORT') === undefined ? null : read.integer('HEALTH_PORT', 0, 0, 65_535),
    metricsPort: hasPort ? read.integer('METRICS_PORT', 0, 0, 65_535) : null,
    metricsOperations: read.words('METRICS_OPERATIONS'),
    readinessFollowsPlatform: read.boolean('READINESS_FOLLOWS_PLATFORM', false),
  };
}

const ENDPOINT = 'OTEL_EXPORTER_OTLP_ENDPOINT';
const TRACES_ENDPOINT = 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT';

/** The one address is of traces alone, the other of all signals, to which the path of traces is added. */
function readTraces(read: Reader): TraceSettings | null {
  const isOwn = read.text(TRACES_ENDPOINT) !== undefined;
  if (!isOwn && read.text(ENDPOINT) === undefined) return null;
  const given = read.url(isOwn ? TRACES_ENDPOINT : ENDPOINT, 'the address of the collector');
  const url = isOwn ? given : new URL(`${given.href.replace(/(?<!\/)\/+$/, '')}/v1/traces`);
  return {
    url,
    sampler: read.choice('OTEL_TRACES_SAMPLER', SAMPLERS, 'parentbased_always_on'),
    ratio: read.fraction('OTEL_TRACES_SAMPLER_ARG', 1),
  };
}

type Ports = Pick<ObservingConfig, 'metricsPort' | 'healthPort'> & { readonly port: number };

/** Sentences about ports that two servers would open. */
export function portContradictions({ port, healthPort, metricsPort }: Ports): string[] {
  const taken = new Map<number, string>();
  const problems: string[] = [];
  for (const [name, own] of Object.entries({ PORT: port, HEALTH_PORT: healthPort, METRICS_PORT: metricsPort })) {
    if (!own) continue;
    const other = taken.get(own);
    if (other !== undefined) problems.push(`${name} is the port of ${other} too; each takes one of its own.`);
    taken.set(own, name);
  }
  return problems;
}
