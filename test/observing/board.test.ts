import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { createMetrics } from '../../src/observability/metrics.ts';
import { askedBy, type Known, unknownIn } from './promql.ts';

const BOARD = new URL('../../deploy/grafana/geai-graph.json', import.meta.url);
const ALERTS = new URL('../../deploy/prometheus/alerts.yml', import.meta.url);

interface Panel {
  readonly title: string;
  readonly targets?: readonly { readonly expr: string; readonly legendFormat: string }[];
}

const { panels } = JSON.parse(readFileSync(BOARD, 'utf8')) as { panels: readonly Panel[] };
const targets = panels.flatMap(({ targets: own = [] }) => own);
const alerts = [...readFileSync(ALERTS, 'utf8').matchAll(/^\s+expr: (.*)$/gm)].map(([, expression = '']) => expression);

/** Metrics of a process, with their labels, whether they have a value yet or not. */
function knownMetrics(): Known {
  const metrics = createMetrics();
  const load = { inFlight: 0, waiting: 0 };
  metrics.watch(() => ({ load, isPlatformUp: true, isRedisUp: true, refusedOwnTokens: 0 }));
  const registered = metrics.registry.getMetricsAsArray() as unknown as Registered[];
  return new Map(
    registered.flatMap((metric) => {
      const parts = 'addSeries' in metric ? ['_bucket', '_count', '_sum'] : [''];
      return parts.map((part): [string, Set<string>] => [metric.name + part, new Set(metric.labelNames)]);
    }),
  );
}

interface Registered {
  readonly name: string;
  readonly labelNames: readonly string[];
}

const known = knownMetrics();

test('the board names metrics and labels that exist, in its legends too', () => {
  expect(targets.length).toBeGreaterThan(30);
  const unknown = targets.flatMap(({ expr, legendFormat }) => {
    const placeholders = [...legendFormat.matchAll(/\{\{(\w+)\}\}/g)].map(([, label = '']) => label);
    const labels = placeholders.map((label) => `count by (${label}) (${askedBy(expr).metrics[0]})`);
    return [expr, ...labels].flatMap((expression) => unknownIn(expression, known));
  });

  expect(unknown).toEqual([]);
});

test('the alert rules name metrics and labels that exist', () => {
  expect(alerts.length).toBeGreaterThan(10);
  expect(alerts.flatMap((expression) => unknownIn(expression, known))).toEqual([]);
});

test('every metric of ours is on the board', () => {
  const shown = new Set(targets.flatMap(({ expr }) => askedBy(expr).metrics.map(withoutPart)));
  const own = [...known.keys()].filter((name) => name.startsWith('geai_graph_')).map(withoutPart);

  expect(own.filter((name) => !shown.has(name))).toEqual([]);
});

function withoutPart(metric: string): string {
  return metric.replace(/_(bucket|count|sum)$/, '');
}

test('an alert about single events counts the first one of a series', async () => {
  const initial = await createMetrics().text();
  const single = alerts.filter((expression) => expression.includes('increase('));

  expect(single.length).toBeGreaterThan(2);
  for (const expression of single) {
    const [, metric] = /increase\((\w+)/.exec(expression)!;
    const isThere = new RegExp(`^${metric}(?:\\{.*\\})? 0$`, 'm').test(initial);
    expect(isThere || expression.includes(` unless ${metric} offset `), expression).toBe(true);
  }
});

test('each alert says what is wrong and how grave it is', () => {
  const rules = readFileSync(ALERTS, 'utf8').split('- alert: ').slice(1);

  expect(rules).toHaveLength(alerts.length);
  for (const rule of rules)
    expect(rule).toMatch(/severity: (page|ticket) .*\n.*\n\s+summary: .{20,}\n\s+description: .{20,}/);
});

test.each([
  ['a metric that there is none of', 'sum(rate(geai_graph_operation_total[5m]))', ['geai_graph_operation_total']],
  ['a label in a selector', 'geai_graph_errors_total{status="x"}', ['status']],
  ['a label to sum by', 'sum by (route) (geai_graph_errors_total)', ['route']],
  [
    'the histogram in place of its parts',
    'rate(geai_graph_operation_duration_seconds[5m])',
    ['geai_graph_operation_duration_seconds'],
  ],
  ['the second of two metrics', 'geai_graph_redis_up / geai_graph_redis_down > 1', ['geai_graph_redis_down']],
])('the check finds %s', (_what, expression, unknown) => {
  expect(unknownIn(expression, known)).toEqual(unknown);
});

test.each(['sum(', 'rate(5m)', 'geai_graph_redis_up ? 1'])(
  'the check does not pass over what it cannot read: %s',
  (text) => {
    expect(() => unknownIn(text, known)).toThrow();
  },
);
