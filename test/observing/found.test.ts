import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type Facade, metricOf, routes, startFacade } from '../support/facade.ts';
import { type Issuer, jwtMode, SUBJECT, startIssuer } from '../support/issuer.ts';
import { linesOf } from '../support/program.ts';
import { type RecordingProxy, startRecordingProxy } from '../support/recordingProxy.ts';
import { type Collector, startCollector } from './collector.ts';

const REQUEST_ID = 'edge-failing-1';
const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const TOKEN_OF_NOBODY = 'default_kQ7nYb2mT9wLx4RvE1cHs8ZpD6uJ0gFaK3iOqWtMyBe';

/** Ways in: who the caller is, and how the log names them. */
const WAYS = ['passthrough', 'jwt'] as const;

describe.each(WAYS)('in %s mode,', (mode) => {
  let collector: Collector;
  let issuer: Issuer;
  let emulated: Facade;
  let platform: RecordingProxy;
  let facade: Facade;
  let jwt: string;
  let caller: unknown;
  const secrets: string[] = [];

  /** Lines of the log that a search finds. */
  const linesWith = (wanted: Record<string, unknown>) =>
    linesOf(facade.log()).filter((line) => Object.entries(wanted).every(([name, value]) => line[name] === value));

  beforeAll(async () => {
    collector = await startCollector();
    issuer = await startIssuer();
    emulated = await startFacade({ emulator: { organizations: 1, projects: 3 } });
    platform = await startRecordingProxy(emulated.emulator.url);
    const { token, projects } = emulated.emulator.seeded.organizations[0]!;
    facade = await startFacade({
      sharedEmulator: emulated.emulator,
      env: {
        GEAI_BASE_URL: platform.url,
        OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
        GEAI_BORROW_PROJECT_TOKENS: 'true',
        ...(mode === 'jwt' && jwtMode(issuer, [token])),
      },
    });
    jwt = await issuer.token({ scope: 'geai:read geai:tokens:write' });
    const presented = mode === 'jwt' ? jwt : token;
    const variables = { id: projects[0]!.id };
    const document = 'query Billing($id: ID!) { project(id: $id) { name apiTokens { nodes { name } } } }';
    // Others, who succeed, and strangers, who present what is none of the platform's.
    for (let time = 0; time < 5; time += 1) {
      await facade.query('query Other { viewer { scopes } }', { token: presented });
    }
    await facade.query(document, { token: presented, variables });
    await facade.query(document, { token: TOKEN_OF_NOBODY, variables });
    await facade.query(document, { token: `${jwt}x`, variables });
    emulated.emulator.setFaults([{ route: routes.listTokens, kind: 'status', status: 503 }]);
    const headers = { 'x-request-id': REQUEST_ID, traceparent: `00-${TRACE}-00f067aa0ba902b7-01` };
    const failed = await facade.query(document, { token: presented, variables, headers });
    emulated.emulator.setFaults([]);
    expect(failed.errors!.map(({ extensions }) => extensions.requestId)).toEqual([REQUEST_ID]);
    const input = { projectId: projects[0]!.id, name: 'Made' };
    const made = await facade.query(
      'mutation ($input: CreateApiTokenInput!) { createApiToken(input: $input) { secret userErrors { code } } }',
      { token: presented, variables: { input } },
    );
    const secret = made.data?.createApiToken?.secret;
    if (typeof secret === 'string') secrets.push(secret);
    caller = mode === 'jwt' ? SUBJECT : linesWith({ requestId: REQUEST_ID, msg: 'operation' })[0]?.caller;
    secrets.push(
      TOKEN_OF_NOBODY,
      ...jwt.split('.').slice(1),
      token,
      ...projects.flatMap(({ tokens }) => tokens.map(({ id }) => id)),
    );
    await vi.waitUntil(() => collector.spans().some(({ traceId, kind }) => traceId === TRACE && kind === 2));
  });
  afterAll(async () => {
    await facade.close();
    await platform.close();
    await emulated.close();
    await issuer.close();
    await collector.close();
  });

  /** Dump of the process, as Node writes it for a crash. Its heap is read in `secretsInMemory.test.ts`. */
  const report = () => JSON.stringify(process.report.getReport());

  const FAILURE = [{ code: 'UPSTREAM_UNAVAILABLE', path: 'project.apiTokens' }];

  test('a failing request is found by its id, with the attempts that failed', () => {
    const lines = linesWith({ requestId: REQUEST_ID });

    expect(lines.find(({ msg }) => msg === 'operation')).toMatchObject({
      level: 'warn',
      errors: FAILURE,
      traceId: TRACE,
    });
    const attempts = lines.filter(({ msg }) => msg === 'upstream attempt failed');
    expect(attempts.length).toBeGreaterThan(1);
    expect(attempts[0]).toMatchObject({
      operation: 'GET /v1/organization/project/{projectId}/tokens',
      err: { kind: 'UNAVAILABLE', status: 503 },
      traceId: TRACE,
    });
  });

  test('a failing request is found by its operation, in the log and in the metrics', async () => {
    expect(linesWith({ operationName: 'Billing', level: 'warn' })).toMatchObject([{ requestId: REQUEST_ID }]);
    const series = (name: string, outcome: string) =>
      `geai_graph_operation_duration_seconds_count{operation="${name}",outcome="${outcome}"}`;
    expect(await metricOf(facade, series('Billing', 'platform'))).toBe(1);
    expect(await metricOf(facade, series('Other', 'success'))).toBe(5);
  });

  test('a failing request is found by its caller', () => {
    expect(typeof caller).toBe('string');
    const failing = linesWith({ caller, msg: 'operation' }).filter(({ errorCount }) => errorCount !== undefined);
    expect(failing).toMatchObject([{ requestId: REQUEST_ID }]);
  });

  test('a failing request is found by its trace, in the log, in the spans and at the platform', () => {
    expect(linesWith({ traceId: TRACE, msg: 'operation' })).toMatchObject([{ requestId: REQUEST_ID }]);
    const spans = collector.spans().filter(({ traceId }) => traceId === TRACE);
    expect(spans.find(({ kind }) => kind === 2)).toMatchObject({
      isFailed: true,
      attributes: { 'geai.request.id': REQUEST_ID, 'error.type': 'UPSTREAM_UNAVAILABLE', 'geai.caller': caller },
    });
    const failed = spans.filter(({ kind, isFailed }) => kind === 3 && isFailed);
    expect(failed.length).toBeGreaterThan(1);
    for (const { spanId } of failed) expect(platform.arrived()).toContain(`00-${TRACE}-${spanId}-01`);
  });

  test('no token and no part of one is in any line, span, metric or dump', async () => {
    const metrics = await (await fetch(`${facade.url}/metrics`)).text();
    const outputs = [facade.log(), JSON.stringify(facade.audit()), collector.text(), metrics, report()];

    expect(secrets.length).toBeGreaterThan(5);
    expect(collector.text()).toContain('spanId');
    for (const output of outputs) expect(secrets.filter((secret) => output.includes(secret))).toEqual([]);
    // Values of requests are in none of them either.
    const { projects } = emulated.emulator.seeded.organizations[0]!;
    expect([facade.log(), collector.text(), metrics].filter((output) => output.includes(projects[0]!.id))).toEqual([]);
  });
});
