import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type Facade, startFacade } from '../support/facade.ts';

let facade: Facade;

beforeEach(async () => {
  facade = await startFacade();
});
afterEach(() => facade.close());

async function exposition(): Promise<string> {
  const answer = await fetch(`${facade.url}/metrics`);
  expect(answer.headers.get('content-type')).toContain('text/plain');
  return answer.text();
}

/** Value of a series; undefined when there is none such. */
function countOf(text: string, series: string): number | undefined {
  const line = text.split('\n').find((candidate) => candidate.startsWith(`${series} `));
  return line === undefined ? undefined : Number(line.slice(series.length + 1));
}

test('requests, operations, errors and upstream attempts are counted under templates', async () => {
  const { token, projects } = facade.emulator.seeded.organizations[0]!;
  const { id } = projects[0]!;
  const document = `query Mine($id: ID!) { project(id: $id) { name apiTokens { nodes { name id } } } }`;
  facade.emulator.setFaults([{ route: 'GET /v1/organization/project/{id}', kind: 'drop', times: 1 }]);
  const answer = await facade.query(document, { token, variables: { id } });
  await facade.query('{ viewer { scopes } }');
  await fetch(`${facade.url}/nothing/${id}`);

  const series = [
    'geai_graph_http_request_duration_seconds_count{route="/graphql",status="200"}',
    'geai_graph_http_request_duration_seconds_count{route="none",status="404"}',
    'geai_graph_operations_total{type="query",outcome="success"}',
    'geai_graph_operations_total{type="query",outcome="error"}',
    'geai_graph_errors_total{code="UNAUTHENTICATED"}',
    ...['OK', 'UNAVAILABLE'].map(
      (outcome) =>
        `geai_graph_upstream_attempt_duration_seconds_count{operation="GET /v1/organization/project/{projectId}",credential="organization",outcome="${outcome}"}`,
    ),
  ];
  // A request is counted once its answer is out, which may be a moment after the caller has it.
  const text = await vi.waitFor(async () => {
    const current = await exposition();
    expect(countOf(current, series[0]!)).toBe(2);
    expect(countOf(current, series[1]!)).toBe(1);
    return current;
  });

  expect(series.map((name) => countOf(text, name))).toEqual([2, 1, 1, 1, 1, 1, 1]);
  expect(text).toContain('process_cpu_seconds_total');
  const secretsAndIds = [token, id, projects[0]!.name, 'nothing', answer.headers.get('x-request-id')!];
  expect(secretsAndIds.filter((value) => text.includes(value))).toEqual([]);
});

test('a name that strangers make up does not become a label', async () => {
  const { token } = facade.emulator.seeded.organizations[0]!;
  const sendAll = async (name: string) => {
    await facade.query(`query ${name} { ${name}: viewer { scopes } }`, { headers: { 'x-request-id': name } });
    await facade.query(`query ${name} { ${name}: viewer { scopes } }`, { token: `unknown_${name}` });
    await facade.query(`query ${name} { ${name}: __typename }`, { token });
    await fetch(`${facade.url}/${name}?${name}=1`, { method: 'POST' });
    await facade.query(`query ${name} { ${name} }`);
  };
  await sendAll('Known');
  const before = (await exposition()).split('\n').length;
  for (const name of ['Alpha', 'Beta', 'Gamma']) await sendAll(name);

  const text = await exposition();

  expect(text).not.toMatch(/Alpha|Beta|Gamma/);
  expect(text.split('\n').length - before).toBeLessThan(50);
});
