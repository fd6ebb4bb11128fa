import { expect, onTestFinished, test, vi } from 'vitest';
import { type Facade, metricOf, routes, startFacade } from '../support/facade.ts';
import { linesOf } from '../support/program.ts';

async function started(organizations: number): Promise<Facade> {
  const facade = await startFacade({ emulator: { organizations, projects: 1 }, env: { LOG_LEVEL: 'info' } });
  onTestFinished(() => facade.close());
  return facade;
}

const ask = (facade: Facade, organization: number, requestId: string) => {
  const { token, projects } = facade.emulator.seeded.organizations[organization]!;
  const document = `query Held { project(id: "${projects[0]!.id}") { name } }`;
  return facade.query(document, { token, headers: { 'x-request-id': requestId } });
};

test('a call that is not sent is in the line of its operation and in the metrics', async () => {
  const facade = await started(1);
  facade.emulator.setFaults([{ route: routes.getProject, kind: 'status', status: 429, retryAfter: '30', times: 1 }]);
  await ask(facade, 0, 'refused');
  await ask(facade, 0, 'withheld');

  const lineOf = (requestId: string) =>
    vi.waitUntil(() => linesOf(facade.log()).find((line) => line.requestId === requestId && line.msg === 'operation'));
  expect(await lineOf('refused')).not.toHaveProperty('withheld');
  expect(await lineOf('withheld')).toMatchObject({
    level: 'warn',
    calls: 0,
    withheld: 1,
    errors: [{ code: 'RATE_LIMITED', path: 'project' }],
  });
  const series = 'operation="GET /v1/organization/project/{projectId}",reason="RATE_LIMITED"';
  expect(await metricOf(facade, `geai_graph_upstream_withheld_total{${series}}`)).toBe(1);
});

test('the log says once that a family fails for everybody, and once that it answers again', async () => {
  vi.useFakeTimers({ toFake: ['performance'] });
  onTestFinished(() => void vi.useRealTimers());
  const facade = await started(4);
  facade.emulator.setFaults([{ route: routes.getProject, kind: 'status', status: 500 }]);
  const changes = () => linesOf(facade.log()).filter(({ family }) => family !== undefined);
  for (let time = 0; time < 12; time += 1) {
    for (let organization = 0; organization < 4; organization += 1) await ask(facade, organization, 'failing');
  }

  expect(changes()).toMatchObject([
    { level: 'warn', family: 'projects', msg: expect.stringContaining('fail at once') },
  ]);
  facade.emulator.setFaults([]);
  vi.advanceTimersByTime(1_500);
  for (let time = 0; time < 3; time += 1) await ask(facade, 0, 'good');
  expect(changes().slice(1)).toMatchObject([{ level: 'info', family: 'projects' }]);
});
