import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test, vi } from 'vitest';
import { sendAndMayLeave } from './support/caller.ts';
import { type Facade, metricOf, routes, startFacade } from './support/facade.ts';

/** So long that nothing here ends by itself. */
const PATIENT = { UPSTREAM_TIMEOUT_MS: '600000', UPSTREAM_DEADLINE_MS: '600000' };
const LIST = '{ organization { projects { nodes { name apiTokens { nodes { name } } } } } }';

interface Upstream {
  readonly url: string;
  /** Requests for anything but `validate`, in order of arrival. */
  readonly requests: { readonly path: string; isEnded: boolean }[];
}

/** A platform of three lines that identifies every token and leaves the rest to `answer`. */
async function startUpstream(answer: (response: ServerResponse) => void): Promise<Upstream> {
  const requests: Upstream['requests'] = [];
  const server = createServer((request: IncomingMessage, response) => {
    if (request.url?.endsWith('/validate')) {
      response.end(JSON.stringify({ organizationId: '6f1dd1a0-0d9c-4f0c-8a8e-0f3f2f9f1a11' }));
      return;
    }
    const entry = { path: request.url ?? '', isEnded: false };
    requests.push(entry);
    response.once('close', () => {
      entry.isEnded = true;
    });
    answer(response);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests };
}

async function started(env: Record<string, string> = {}): Promise<Facade> {
  const facade = await startFacade({ env: { ...PATIENT, ...env } });
  onTestFinished(() => facade.close());
  return facade;
}

const loggedFailures = (facade: Facade): string[] =>
  facade
    .log()
    .split('\n')
    .filter((line) => line.includes('upstream attempt failed'))
    .map((line) => JSON.parse(line).err.kind);

test('a read whose caller goes away ends upstream, and is not tried again', async () => {
  const upstream = await startUpstream(() => undefined);
  const facade = await started({ GEAI_BASE_URL: upstream.url });

  const caller = sendAndMayLeave(facade.url, LIST, 'organization_token');
  await vi.waitUntil(() => upstream.requests.length > 0);
  caller.destroy();

  await vi.waitUntil(() => upstream.requests[0]!.isEnded);
  await vi.waitUntil(() => loggedFailures(facade).length > 0);
  expect(loggedFailures(facade)).toEqual(['CANCELLED']);
  expect(upstream.requests.map(({ path }) => path)).toEqual(['/v1/organization/projects?detail=full']);
});

test('a caller who goes away between two attempts ends the wait for the second', async () => {
  const upstream = await startUpstream((response) => response.writeHead(503, { 'retry-after': '1' }).end());
  const facade = await started({ GEAI_BASE_URL: upstream.url });

  const caller = sendAndMayLeave(facade.url, LIST, 'organization_token');
  await vi.waitUntil(() => loggedFailures(facade).length > 0);
  caller.destroy();

  await vi.waitUntil(() => facade.log().includes('"abandoned":true'));
  await expect.poll(() => metricOf(facade, 'geai_graph_upstream_calls_in_flight')).toBe(0);
  expect(loggedFailures(facade)).toEqual(['UNAVAILABLE']);
  expect(upstream.requests).toHaveLength(1);
});

test('one caller who goes away takes nothing from another who asks the same with the same token', async () => {
  const upstream = await startUpstream((response) => {
    if (upstream.requests.length > 1) response.end(JSON.stringify({ projects: [] }));
  });
  const facade = await started({ GEAI_BASE_URL: upstream.url });
  const document = '{ organization { projects { totalCount } } }';

  const caller = sendAndMayLeave(facade.url, document, 'organization_token');
  await vi.waitUntil(() => upstream.requests.length > 0);
  const other = facade.query(document, { token: 'organization_token' });
  caller.destroy();

  expect((await other).data).toEqual({ organization: { projects: { totalCount: 0 } } });
});

test('a token that is to be created blocked is created and blocked, whether or not the caller waits', async () => {
  const facade = await started();
  const { emulator } = facade;
  const { token, projects } = emulator.seeded.organizations[0]!;
  const projectId = projects[0]!.id;
  emulator.setFaults([{ route: routes.createToken, kind: 'latency', ms: 150 }]);

  const caller = sendAndMayLeave(
    facade.url,
    `mutation { createApiToken(input: { projectId: "${projectId}", name: "Abandoned", status: BLOCKED }) { secret } }`,
    token,
  );
  await vi.waitUntil(() => facade.upstream()[routes.createToken] === 1);
  caller.destroy();

  await vi.waitUntil(() => facade.upstream()[routes.updateToken] === 1);
  const listed = async () => {
    const answer = await fetch(`${emulator.url}/v1/organization/project/${projectId}/tokens`, {
      headers: { authorization: `Bearer ${token}` },
    });
    const { tokens } = (await answer.json()) as { tokens: { name: string; status: string }[] };
    return tokens.filter(({ name }) => name === 'Abandoned').map(({ status }) => status);
  };
  await expect.poll(listed).toEqual(['Blocked']);
  expect(facade.upstream()).toMatchObject({ [routes.createToken]: 1, [routes.updateToken]: 1 });
});

test.each([
  { field: 'blockApiToken', to: 'BLOCKED', route: routes.updateToken },
  { field: 'revokeApiToken', to: 'REVOKED', route: routes.revokeToken },
])('$field goes on when the caller goes away', async ({ field, to, route }) => {
  const facade = await started();
  const { emulator } = facade;
  const { token, projects } = emulator.seeded.organizations[0]!;
  const { data } = await facade.query(`{ project(id: "${projects[0]!.id}") { apiTokens { nodes { id status } } } }`, {
    token,
  });
  const id: string = data.project.apiTokens.nodes.find(({ status }: { status: string }) => status === 'ACTIVE').id;
  emulator.setFaults([{ route, kind: 'latency', ms: 150 }]);

  const caller = sendAndMayLeave(
    facade.url,
    `mutation { ${field}(input: { id: "${id}" }) { apiToken { status } } }`,
    token,
  );
  await vi.waitUntil(() => facade.upstream()[route] === 1);
  caller.destroy();

  const status = async () =>
    (await facade.query(`{ apiToken(id: "${id}") { status } }`, { token })).data.apiToken.status;
  await expect.poll(status).toBe(to);
  expect(facade.upstream()[route]).toBe(1);
});
