import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { type Facade, metricOf, routes, startFacade } from '../support/facade.ts';
import { freePort } from '../support/freePort.ts';
import { jwtMode, startIssuer } from '../support/issuer.ts';

let facade: Facade;
beforeAll(async () => {
  facade = await startFacade({
    emulator: { organizations: 1, projects: 3 },
    env: { CACHE: 'memory', LOG_LEVEL: 'info' },
  });
});
afterAll(() => facade.close());

const token = () => facade.emulator.seeded.organizations[0]!.token;
const projectId = () => facade.emulator.seeded.organizations[0]!.projects[0]!.id;

async function started(env: Record<string, string>): Promise<Facade> {
  const one = await startFacade({ sharedEmulator: facade.emulator, env });
  onTestFinished(() => one.close());
  return one;
}

const textOf = async ({ url }: Pick<Facade, 'url'>) => (await fetch(`${url}/metrics`)).text();

/** Waits until a series has a value: a request is counted once its answer is out. */
const counted = (of: Facade, series: string, value: number) =>
  vi.waitFor(async () => expect(await metricOf(of, series)).toBe(value));

const times = (operation: string, outcome = 'success') =>
  `geai_graph_operation_duration_seconds_count{operation="${operation}",outcome="${outcome}"}`;

describe('operations by name', () => {
  test('known callers name at most 100 operations; all others count as one', async () => {
    const to = await started({});
    for (let index = 0; index < 150; index += 1) {
      await to.query(`query Many${index} { viewer { scopes } }`, { token: token() });
    }
    await counted(to, times('other'), 50);
    const names = new Set([...(await textOf(to)).matchAll(/operation="(Many\d+)"/g)].map(([, name]) => name));

    expect(names.size).toBe(100);
  });

  test('a list in METRICS_OPERATIONS is what is told apart', async () => {
    const to = await started({ METRICS_OPERATIONS: 'Listed, Never' });
    for (const name of ['Listed', 'Unlisted'])
      await to.query(`query ${name} { viewer { scopes } }`, { token: token() });

    await counted(to, times('Listed'), 1);
    await counted(to, times('other'), 1);
  });

  test('a name that looks like a token, or is very long, is no label', async () => {
    const to = await started({});
    const secret = 'kQ7nYb2mT9wLx4RvE1cHs8ZpD6uJ0gFaK3iOqWtMyBe';
    for (const name of [`default_${secret}`, `n${'x'.repeat(300)}`]) {
      await to.query(`query ${name} { viewer { scopes } }`, { token: token() });
    }
    await counted(to, times('other'), 1);
    await counted(to, times('unread', 'caller'), 1);

    expect(await textOf(to)).not.toMatch(new RegExp(`${secret}|xxxxx`));
  });
});

test('the number of series does not grow with what strangers send', async () => {
  const to = await started({});
  const send = async (from: number, count: number) => {
    for (let index = from; index < from + count; index += 1) {
      const headers = { 'apollographql-client-name': `c${index}`, 'x-request-id': `r${index}` };
      await to.query(`query N${index} { a${index}: viewer { scopes } }`, { token: `t${index}`, headers });
      await to.query(`query N${index} { b${index} }`, { headers });
      await to.query('{ __typename }', { headers: { 'content-type': `text/x${index}` } }).catch(() => undefined);
      await fetch(`${to.url}/p${index}`, { method: index % 2 === 0 ? 'GET' : 'PUT' });
    }
    const sent = from + count;
    await counted(to, 'geai_graph_http_request_duration_seconds_count{route="none",status="404"}', sent);
    return [...(await textOf(to)).matchAll(/^(geai_graph_\w+(?:\{.*\})?) /gm)].map(([, series]) => series);
  };
  const once = await send(0, 20);

  expect(await send(20, 40)).toEqual(once);
});

test('reads are counted by source, and retries by route', async () => {
  const read = (source: string) =>
    `geai_graph_upstream_reads_total{operation="GET /v1/organization/project/{projectId}",source="${source}"}`;
  const to = await started({ CACHE: 'memory' });
  const ask = () =>
    to.query('query Read($id: ID!) { project(id: $id) { name } }', {
      token: token(),
      variables: { id: projectId() },
    });
  facade.emulator.setFaults([{ route: routes.getProject, kind: 'status', status: 503, times: 1 }]);
  await Promise.all([ask(), ask()]);
  await ask();

  expect(await metricOf(to, read('miss'))).toBe(1);
  expect(await metricOf(to, read('coalesced'))).toBe(1);
  expect(await metricOf(to, read('hit'))).toBe(1);
  expect(
    await metricOf(to, 'geai_graph_upstream_retries_total{operation="GET /v1/organization/project/{projectId}"}'),
  ).toBe(1);
});

test('calls in flight are seen while they last', async () => {
  facade.emulator.setFaults([{ route: routes.listTokens, kind: 'hang', times: 1 }]);
  const controller = new AbortController();
  const body = JSON.stringify({ query: `{ project(id: "${projectId()}") { apiTokens { totalCount } } }` });
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${token()}` };
  const asked = fetch(`${facade.url}/graphql`, { method: 'POST', headers, body, signal: controller.signal });
  await counted(facade, 'geai_graph_upstream_calls_in_flight', 1);
  controller.abort();
  await asked.catch(() => undefined);

  await counted(facade, 'geai_graph_upstream_calls_in_flight', 0);
});

test('limits and plans that refuse are counted by code', async () => {
  const to = await started({ UPSTREAM_CALL_BUDGET: '2' });
  await to.query('{ organization { projects(first: 100) { nodes { apiTokens { totalCount } } } } }', {
    token: token(),
  });
  await to.query(`{ __typename }${'\n'.repeat(9_000)}`);

  await counted(to, 'geai_graph_operations_refused_total{code="TOO_MANY_UPSTREAM_CALLS"}', 1);
  await counted(to, 'geai_graph_operations_refused_total{code="TOO_MANY_LINES"}', 1);
});

test('mutations are counted by action and outcome, and lines of the audit log that fail', async () => {
  let fails = false;
  const to = await startFacade({
    sharedEmulator: facade.emulator,
    beforeAudit: () => {
      if (fails) throw new Error('full');
    },
  });
  onTestFinished(() => to.close());
  const create = () =>
    to.query('mutation ($input: CreateApiTokenInput!) { createApiToken(input: $input) { userErrors { code } } }', {
      token: token(),
      variables: { input: { projectId: projectId(), name: `Counted ${fails}` } },
    });
  await create();
  fails = true;
  await create();

  expect(await metricOf(to, 'geai_graph_mutations_total{action="createApiToken",outcome="SUCCEEDED"}')).toBe(1);
  expect(await metricOf(to, 'geai_graph_audit_failures_total')).toBeGreaterThan(0);
});

test('requests without the proof of the router, and refused tokens of the company, are counted', async () => {
  const issuer = await startIssuer();
  onTestFinished(() => issuer.close());
  const secret = 'router-secret-router-secret-router-secret';
  const to = await started({ ...jwtMode(issuer, [token()]), ROUTER_SECRET: secret });
  await to.query('{ __typename }');
  await to.query('{ viewer { scopes } }', { headers: { 'x-router-secret': secret } });

  expect(await metricOf(to, 'geai_graph_requests_without_router_proof_total')).toBe(1);
  expect(await metricOf(to, 'geai_graph_refused_callers_total{reason="MISSING"}')).toBe(1);
});

test('the process says its version, and has no value for what it does not know', async () => {
  const text = await textOf(await started({}));

  expect(text).toMatch(/^geai_graph_build_info\{version="\d+\.\d+\.\d+",node="\d+\.\d+\.\d+"\} 1$/m);
  expect(text).toMatch(/^nodejs_eventloop_lag_p99_seconds /m);
  expect(text).not.toMatch(/^geai_graph_(redis|platform)_up /m);
});

test('METRICS_PORT serves the metrics alone, and the other port has none', async () => {
  const port = await freePort();
  const to = await started({ METRICS_PORT: String(port) });
  const apart = `http://127.0.0.1:${port}`;

  expect((await fetch(`${to.url}/metrics`)).status).toBe(404);
  expect(await textOf({ url: apart })).toContain('geai_graph_build_info');
  expect((await fetch(`${apart}/graphql?query={__typename}`)).status).toBe(404);
  expect((await fetch(`${apart}/metrics`, { method: 'POST' })).status).toBe(404);
});
