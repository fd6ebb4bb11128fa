import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { codes, type Facade, routes, startFacade } from '../support/facade.ts';
import { type Exported, exportOfProject } from './platform.ts';

const EPOCH = Date.UTC(2026, 0, 12);
const PAGE = `query ($id: ID!, $first: Int!, $after: String, $filter: ProjectRequestFilter) { project(id: $id) {
  requests(first: $first, after: $after, filter: $filter) {
    nodes { startedAt status answeredBy cost durationMs } pageInfo { hasNextPage endCursor }
  } } }`;

let facade: Facade;
let exposing: Facade;
let all: Exported[];

beforeAll(async () => {
  facade = await startFacade({ emulator: { projects: 3, requestsPerProject: 45, epoch: EPOCH } });
  exposing = await startFacade({ sharedEmulator: facade.emulator, env: { EXPOSE_REQUEST_CONTENT: 'true' } });
  all = await exportOfProject(facade.emulator.url, project());
});
beforeEach(() => facade.emulator.resetCalls());
afterAll(async () => {
  await exposing.close();
  await facade.close();
});

const project = () => facade.emulator.seeded.organizations[0]!.projects[0]!;
const member = () => project().tokens.find(({ status }) => status === 'Active')!.id;
const ask = (variables: Record<string, unknown>, token = member()) =>
  facade.query(PAGE, { token, variables: { id: project().id, first: 20, ...variables } });

/** As the graph shows it. */
const shown = ({ startTimestamp, status, assistant, cost, elapsedTimeMs }: Exported) => ({
  startedAt: `${startTimestamp}Z`,
  status: status.toUpperCase(),
  answeredBy: assistant === 'N/D' ? null : assistant,
  cost: String(cost),
  durationMs: elapsedTimeMs,
});

async function walk(variables: Record<string, unknown>) {
  const nodes: unknown[] = [];
  for (let after: string | null = null; ; ) {
    const { data, errors } = await ask({ ...variables, after });
    expect(errors).toBeUndefined();
    const { requests } = data.project;
    nodes.push(...requests.nodes);
    if (!requests.pageInfo.hasNextPage) return nodes;
    after = requests.pageInfo.endCursor;
  }
}

test('pages in turn give every request once, as the platform orders them', async () => {
  expect(await walk({ first: 20 })).toEqual(all.map(shown));
  // 20 and 20 with one beyond each, 5, and the empty answer that is the end.
  expect(facade.upstream()[routes.exportRequests]).toBe(4);
});

test.each<[string, object, (one: Exported) => boolean]>([
  ['a status', { status: ['FAILED', 'PENDING'] }, ({ status }) => status !== 'succeeded'],
  ['an unknown status', { status: ['UNRECOGNIZED'] }, () => false],
  [
    'a time',
    { from: '2026-01-05T00:00:00Z', to: '2026-01-10T00:00:00+00:00' },
    ({ startTimestamp }) => startTimestamp >= '2026-01-05' && startTimestamp < '2026-01-10',
  ],
  ['a time without an end', { from: '2026-01-10T00:00:00Z' }, ({ startTimestamp }) => startTimestamp >= '2026-01-10'],
])('a filter of %s leaves in what it should', async (_case, filter, isWanted) => {
  expect(await walk({ first: 7, filter })).toEqual(all.filter(isWanted).map(shown));
});

test('an export that ignores `skip` is an error on its second page, and not the same page again', async () => {
  facade.emulator.setFaults([{ route: routes.exportRequests, kind: 'answer', body: { items: all.slice(0, 4) } }]);
  const { requests } = (await ask({ first: 3 })).data.project;
  const second = await ask({ first: 3, after: requests.pageInfo.endCursor });
  facade.emulator.setFaults([]);

  expect(requests.nodes).toEqual(all.slice(0, 3).map(shown));
  expect([second.data.project.requests, codes(second)]).toEqual([null, ['UPSTREAM_BAD_RESPONSE']]);
});

test('a filter of an assistant takes its exact name', async () => {
  const { name } = project().assistants[0]!;
  expect(await walk({ filter: { assistant: name } })).toEqual(all.filter((one) => one.assistant === name).map(shown));
  expect(await walk({ filter: { assistant: 'Nobody' } })).toEqual([]);
});

test.each([
  { first: 0 },
  { first: 101 },
  { after: 'nonsense' },
  { after: Buffer.from('["requests",-1]').toString('base64url') },
  { after: Buffer.from('["projects",5]').toString('base64url') },
  { filter: { from: '2026-01-02' } },
  { filter: { from: '2026-01-02T00:00:00Z', to: '2026-01-01T00:00:00Z' } },
])('%j is refused before anything is asked for', async (variables) => {
  const answer = await ask(variables);

  expect(codes(answer)).toEqual(['BAD_USER_INPUT']);
  expect(answer.data.project).toEqual({ requests: null });
  expect(facade.upstream()[routes.exportRequests]).toBeUndefined();
});

test('an organization token alone does not open them, nor does a token of another project', async () => {
  const { token, projects } = facade.emulator.seeded.organizations[0]!;
  expect(codes(await ask({}, token))).toEqual(['CREDENTIAL_REQUIRED']);
  const stranger = projects[1]!.tokens.find(({ status }) => status === 'Active')!.id;
  expect(codes(await ask({}, stranger))).toEqual(['CREDENTIAL_REQUIRED']);
  expect(facade.upstream()[routes.exportRequests]).toBeUndefined();
});

const CONTENT = `query ($id: ID!) { project(id: $id) { requests(first: 3) { nodes { status input output prompt } } } }`;

test('content is forbidden unless the operator allows it: the error names the setting, what is beside it stays', async () => {
  const answer = await facade.query(CONTENT, { token: member(), variables: { id: project().id } });

  expect(answer.data.project.requests.nodes).toEqual(
    all.slice(0, 3).map(({ status }) => ({ status: status.toUpperCase(), input: null, output: null, prompt: null })),
  );
  expect(new Set(codes(answer))).toEqual(new Set(['FORBIDDEN']));
  expect(answer.errors?.[0]?.message).toContain('EXPOSE_REQUEST_CONTENT');
});

test('content that the operator allows is shown, asked for anew each time, and never logged', async () => {
  const read = () => exposing.query(CONTENT, { token: member(), variables: { id: project().id } });
  const answer = await read();
  await read();

  expect(answer.errors).toBeUndefined();
  expect(answer.data.project.requests.nodes.map(({ input }: { input: string }) => input)).toEqual(
    all.slice(0, 3).map(({ inputText }) => inputText),
  );
  expect(facade.upstream()[routes.exportRequests]).toBe(2);
  for (const { inputText } of all) expect(exposing.log() + facade.log()).not.toContain(inputText);
});

test('a request leads to its assistant and, with an organization token, to its token; each list is read once', async () => {
  const { token } = facade.emulator.seeded.organizations[0]!;
  const { data, errors } = await facade.query(
    `query ($id: ID!) { project(id: $id) { requests { nodes { answeredBy assistant { name } apiToken { name } } } } }`,
    { token, tokens: [member()], variables: { id: project().id } },
  );

  expect(errors).toBeUndefined();
  expect(data.project.requests.nodes).toEqual(
    all.slice(0, 20).map(({ assistant, apiToken }) => ({
      answeredBy: assistant === 'N/D' ? null : assistant,
      assistant: assistant === 'N/D' ? null : { name: assistant },
      apiToken: { name: apiToken },
    })),
  );
  expect(facade.upstream()).toMatchObject({ [routes.listTokens]: 1, [routes.listAssistants]: 1 });
});
