import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { type Facade, routes, startFacade } from '../support/facade.ts';
import { linesOf } from '../support/program.ts';
import { type RecordingProxy, startRecordingProxy } from '../support/recordingProxy.ts';
import { type Collector, type ReceivedSpan, startCollector } from './collector.ts';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const SPAN = 'b7ad6b7169203331';

let collector: Collector;
let facade: Facade;
let platform: RecordingProxy;

beforeAll(async () => {
  collector = await startCollector();
  facade = await startFacade({ emulator: { organizations: 1, projects: 3 } });
  platform = await startRecordingProxy(facade.emulator.url);
});
afterAll(async () => {
  await facade.close();
  await platform.close();
  await collector.close();
});
beforeEach(() => {
  platform.reset();
  facade.emulator.setFaults([]);
});

/** A facade that sends its spans to the collector, also when it is closed. */
const start = (env: Record<string, string> = {}) =>
  startFacade({
    sharedEmulator: facade.emulator,
    env: { GEAI_BASE_URL: platform.url, OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, ...env },
  });

async function traced(): Promise<Facade> {
  const started = await start();
  onTestFinished(() => started.close());
  return started;
}

const token = () => facade.emulator.seeded.organizations[0]!.token;
const project = () => facade.emulator.seeded.organizations[0]!.projects[0]!;
const DOCUMENT = 'query Traced($id: ID!) { project(id: $id) { name apiTokens { nodes { name } } } }';

/** Spans of one trace, once the operation's own has arrived. */
async function spansOf(traceId: string): Promise<readonly ReceivedSpan[]> {
  const found = () => collector.spans().filter((span) => span.traceId === traceId);
  await vi.waitUntil(() => found().some(({ kind }) => kind === 2));
  return found();
}

const ask = (to: Facade, traceId: string, flags = '01', headers: Record<string, string> = {}) =>
  to.query(DOCUMENT, {
    token: token(),
    variables: { id: project().id },
    headers: { traceparent: `00-${traceId}-${SPAN}-${flags}`, tracestate: 'congo=t61rcWkgMzE', ...headers },
  });

test('an operation is a span with one below it for each attempt, with route template, outcome and retry', async () => {
  const to = await traced();
  facade.emulator.setFaults([{ route: routes.getProject, kind: 'status', status: 503, times: 1 }]);
  await ask(to, TRACE, '01', { 'apollographql-client-name': 'console' });
  const spans = await spansOf(TRACE);

  const [operation] = spans.filter(({ kind }) => kind === 2);
  expect(operation).toMatchObject({
    name: 'query',
    parentSpanId: SPAN,
    traceState: 'congo=t61rcWkgMzE',
    isFailed: false,
  });
  expect(operation!.attributes).toMatchObject({
    'graphql.operation.type': 'query',
    'graphql.operation.name': 'Traced',
    'http.request.method': 'POST',
    'http.route': '/graphql',
    'http.response.status_code': 200,
    'geai.client.name': 'console',
    'geai.fast_path': false,
    'geai.calls.made': 4,
  });
  const attempts = spans.filter(({ kind }) => kind === 3);
  expect(attempts.map(({ name, isFailed }) => [name, isFailed]).sort()).toEqual([
    ['GET /v1/accessControl/apitoken/validate', false],
    ['GET /v1/organization/project/{projectId}', false],
    ['GET /v1/organization/project/{projectId}', true],
    ['GET /v1/organization/project/{projectId}/tokens', false],
  ]);
  const tries = attempts.filter(({ name }) => name.endsWith('{projectId}'));
  expect(tries.find(({ isFailed }) => isFailed)!.attributes).toMatchObject({
    'http.request.method': 'GET',
    'url.template': '/v1/organization/project/{projectId}',
    'server.address': '127.0.0.1',
    'server.port': Number(new URL(platform.url).port),
    'http.response.status_code': 503,
    'error.type': 'UNAVAILABLE',
  });
  expect(tries.find(({ isFailed }) => !isFailed)!.attributes).toMatchObject({
    'http.response.status_code': 200,
    'http.request.resend_count': 1,
  });
  expect(spans.filter(({ kind }) => kind === 1).map(({ name }) => name)).toEqual(['credentials introspect']);
  expect(new Set(spans.filter((span) => span !== operation).map(({ parentSpanId }) => parentSpanId))).toEqual(
    new Set([operation!.spanId]),
  );
  expect(spans.every(({ milliseconds }) => milliseconds >= 0 && milliseconds <= operation!.milliseconds + 1)).toBe(
    true,
  );
  expect(collector.resource()).toMatchObject({ 'service.name': 'geai-graph', 'service.version': expect.any(String) });
});

test('the platform gets the id of the request, and the span of each attempt as its parent', async () => {
  const to = await traced();
  const traceId = TRACE.replace('0af', '1af');
  await ask(to, traceId, '01', { 'x-request-id': 'edge-42' });
  const attempts = (await spansOf(traceId)).filter(({ kind }) => kind === 3);

  const sent = [...platform.arrived().matchAll(/^traceparent\n(.*)$/gm)].map(([, value]) => value);
  expect(sent.sort()).toEqual(attempts.map(({ spanId }) => `00-${traceId}-${spanId}-01`).sort());
  expect(platform.arrived().match(/^x-request-id\nedge-42$/gm)).toHaveLength(sent.length);
  expect(platform.arrived().match(/^tracestate\ncongo=t61rcWkgMzE$/gm)).toHaveLength(sent.length);
});

test('without an endpoint the headers of a caller are passed on as they came, and nothing is invented', async () => {
  const to = await startFacade({ sharedEmulator: facade.emulator, env: { GEAI_BASE_URL: platform.url } });
  onTestFinished(() => to.close());
  await ask(to, TRACE, '01', { 'x-request-id': 'edge-43' });
  const calls = platform.calls().length;
  expect(platform.arrived().split(`traceparent\n00-${TRACE}-${SPAN}-01\n`)).toHaveLength(calls + 1);
  expect(platform.arrived().match(/^x-request-id\nedge-43$/gm)).toHaveLength(calls);

  platform.reset();
  await to.query('{ viewer { scopes } }', { token: facade.emulator.createToken(project().id, 'Fresh') });
  expect(platform.calls()).not.toEqual([]);
  expect(platform.arrived()).not.toMatch(/traceparent|tracestate/);
  expect(platform.arrived()).toMatch(/^x-request-id\n[0-9a-f]{16}-\d+$/m);
});

test('headers that are no trace are neither passed on nor logged', async () => {
  const to = await startFacade({ sharedEmulator: facade.emulator, env: { GEAI_BASE_URL: platform.url } });
  onTestFinished(() => to.close());
  await ask(to, 'not-a-trace');

  expect(platform.arrived()).not.toMatch(/traceparent|tracestate/);
  expect(to.log()).not.toContain('not-a-trace');
});

test.each([
  ['parentbased_always_on', '00', false],
  ['parentbased_always_on', '01', true],
  ['parentbased_always_off', '01', true],
  ['always_off', '01', false],
  ['always_on', '00', true],
  ['traceidratio', '01', false],
])('%s, with a caller of flags %s: recorded %s', async (sampler, flags, isRecorded) => {
  const to = await start({ OTEL_TRACES_SAMPLER: sampler, OTEL_TRACES_SAMPLER_ARG: '0' });
  const traceId = `${TRACE.slice(0, 24)}${(sampler.length * 100 + Number(flags)).toString(16).padStart(8, '0')}`;
  await ask(to, traceId, flags);
  await to.close();

  expect(collector.spans().some((span) => span.traceId === traceId)).toBe(isRecorded);
  expect(platform.arrived()).toMatch(new RegExp(`^00-${traceId}-[0-9a-f]{16}-0${Number(isRecorded)}$`, 'm'));
});

test('the log names an unrecorded trace that begins here if the platform was told of it', async () => {
  const to = await start({ OTEL_TRACES_SAMPLER: 'always_off' });
  const requestId = 'begins-here';
  await to.query(DOCUMENT, { token: token(), variables: { id: project().id }, headers: { 'x-request-id': requestId } });
  await to.query('{ __typename }');
  await to.close();
  const lines = to.log().trim().split('\n');
  const [asked, unasked] = lines.map((line) => JSON.parse(line)).filter(({ msg }) => msg === 'operation');

  const sent = new Set([...platform.arrived().matchAll(/^00-([0-9a-f]{32})-[0-9a-f]{16}-00$/gm)].map(([, id]) => id));
  expect([...sent]).toEqual([asked.traceId]);
  expect(asked).toMatchObject({ requestId });
  expect(unasked).toMatchObject({ calls: 0 });
  expect(unasked).not.toHaveProperty('traceId');
});

test('a mutation has spans for the store', async () => {
  const to = await traced();
  const traceId = TRACE.replace('0af', '2af');
  const input = { projectId: project().id, name: 'Spanned', idempotencyKey: 'one' };
  await to.query('mutation ($input: CreateApiTokenInput!) { createApiToken(input: $input) { userErrors { code } } }', {
    token: token(),
    variables: { input },
    headers: { traceparent: `00-${traceId}-${SPAN}-01` },
  });
  const names = (await spansOf(traceId)).filter(({ kind }) => kind === 1).map(({ name }) => name);

  expect(names).toEqual(expect.arrayContaining(['store lock', 'store get', 'store replace']));
});

test('a request records a bounded number of spans and says how many it left out', async () => {
  const { SpanRecorder } = await import('../../src/observability/spans.ts');
  const sent: unknown[] = [];
  const spans = new SpanRecorder(TRACE, null, '', { address: 'a', port: 1 }, (span) => sent.push(span));
  for (let time = 0; time < 600; time += 1) await spans.watched('work', Promise.resolve());
  spans.ended('query', 1, {}, false);

  expect(sent).toHaveLength(513);
  expect(sent.at(-1)).toMatchObject({ attributes: { 'geai.dropped_spans': 88 } });
});

test('a collector that fails is reported once, without its address, and requests go on', async () => {
  collector.answerWith(400);
  onTestFinished(() => collector.answerWith(200));
  const to = await traced();
  const { data } = await ask(to, TRACE.replace('0af', '3af'));
  const said = () => linesOf(to.log()).filter(({ msg }) => msg === 'spans cannot be sent');
  await vi.waitUntil(() => said().length > 0);

  expect(data.project.name).toBe(project().name);
  expect(said()).toMatchObject([{ level: 'warn' }]);
  expect(to.log()).not.toContain(new URL(collector.url).host);
});
