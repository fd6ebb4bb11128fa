import { createHash } from 'node:crypto';
import { request } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Facade, metricOf, type Request, routes, startFacade } from '../support/facade.ts';

const COMES_AGAIN = 5;

let facade: Facade;
let token: string;
let project: { id: string; name: string };

beforeAll(async () => {
  facade = await startFacade({ emulator: { projects: 30 }, env: { UPSTREAM_CALL_BUDGET: '40' } });
  const [organization] = facade.emulator.seeded.organizations;
  token = organization!.token;
  project = organization!.projects[0]!;
});
afterAll(() => facade.close());
beforeEach(() => facade.emulator.resetCalls());

/** The answers to the same request, so often that it is known well. */
async function repeated(document: string, request: Request) {
  const answers = [];
  for (let time = 0; time < COMES_AGAIN; time += 1) answers.push(await facade.query(document, request));
  return answers;
}

/** Sends a body of any form. */
async function post(body: unknown, headers: Record<string, string> = {}) {
  const response = await fetch(`${facade.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}`, ...headers },
    body: JSON.stringify(body),
  });
  return { status: response.status, text: await response.text(), headers: response.headers };
}

/** Whether an answer went through the hooks: they add what the route has not set, behind the type of the answer. */
async function wayOf(query: string): Promise<'hooks' | 'no hooks'> {
  const names = await new Promise<string[]>((resolve, reject) => {
    const headers = { 'content-type': 'application/json' };
    const sent = request(`${facade.url}/graphql`, { method: 'POST', headers }, (answer) => {
      answer.resume().on('end', () => resolve(answer.rawHeaders.map((name) => name.toLowerCase())));
    });
    sent.on('error', reject).end(JSON.stringify({ query }));
  });
  return names.indexOf('content-type') < names.indexOf('cache-control') ? 'hooks' : 'no hooks';
}

/** What of a header set is the same for equal requests. */
function lasting(headers: Headers): Record<string, string> {
  const { date, 'x-request-id': id, ...rest } = Object.fromEntries(headers);
  expect(id).toMatch(/^[0-9a-f]{16}-\d+$/);
  expect(date).toBeDefined();
  return rest;
}

describe('a query that comes again', () => {
  test('is answered byte for byte as the first time, with the same headers and the same calls', async () => {
    const answers = await repeated('query Known($id: ID!) { project(id: $id) { id name apiTokens { totalCount } } }', {
      token,
      variables: { id: project.id },
    });

    expect(answers[0]!.data.project).toMatchObject({ id: project.id, name: project.name });
    for (const { text, status, headers } of answers) {
      expect([text, status]).toEqual([answers[0]!.text, 200]);
      expect(lasting(headers)).toEqual(lasting(answers[0]!.headers));
    }
    expect(facade.upstream()).toMatchObject({
      [routes.getProject]: COMES_AGAIN,
      [routes.listTokens]: COMES_AGAIN,
    });
  });

  test.each(['__proto__', 'constructor', 'toJSON', 'then'])('keeps what is called %s', async (name) => {
    const answers = await repeated(`{ ${name}: organization { ${name}: name id } }`, { token });

    expect(answers[0]!.text).toMatch(new RegExp(`^{"data":{"${name}":{"${name}":"[^"]+","id":"[^"]+"}}}`));
    for (const { text } of answers) expect(text).toBe(answers[0]!.text);
  });

  test('is asked anew for each caller and with each value', async () => {
    const document = 'query Whose($id: ID!) { project(id: $id) { id name } }';
    await repeated(document, { token, variables: { id: project.id } });
    const [first, other] = facade.emulator.seeded.organizations;

    const foreign = await facade.query(document, { token: other!.token, variables: { id: project.id } });
    const anonymous = await facade.query(document, { variables: { id: project.id } });
    const second = await facade.query(document, { token, variables: { id: first!.projects[1]!.id } });

    expect(foreign.data).toEqual({ project: null });
    expect(anonymous.errors![0]!.extensions.code).toBe('UNAUTHENTICATED');
    expect(second.data.project.name).toBe(first!.projects[1]!.name);
  });

  test('fails as it would have the first time, without a call more', async () => {
    const document = 'query Failing($id: ID!) { project(id: $id) { name } organization { name } }';
    await repeated(document, { token, variables: { id: project.id } });
    facade.emulator.setFaults([{ route: routes.getProject, kind: 'status', status: 403 }]);
    facade.emulator.resetCalls();
    const known = await facade.query(document, { token, variables: { id: project.id } });
    const calls = facade.upstream();
    facade.emulator.resetCalls();
    const unknown = await facade.query(`${document} # not seen before`, { token, variables: { id: project.id } });
    facade.emulator.setFaults([]);

    const plainly = ({ data, errors }: typeof known) => ({
      data,
      errors: errors!.map(({ extensions: { requestId, ...extensions }, ...error }) => ({ ...error, extensions })),
    });
    expect(known.errors).toHaveLength(1);
    expect(plainly(known)).toEqual(plainly(unknown));
    expect(calls).toEqual(facade.upstream());
  });

  test('is refused when its variables take it over the budget', async () => {
    const document =
      'query Budget($n: Int!) { organization { projects(first: $n) { nodes { apiTokens { totalCount } } } } }';
    await repeated(document, { token, variables: { n: 2 } });
    facade.emulator.resetCalls();

    const { status, errors } = await facade.query(document, { token, variables: { n: 40 } });

    expect([status, errors![0]!.extensions.code]).toEqual([400, 'TOO_MANY_UPSTREAM_CALLS']);
    expect(facade.upstream()).toEqual({});
  });

  test('is answered by compiled code from the fourth time on, past Apollo Server and the hooks', async () => {
    const compiledAnswers = () => metricOf(facade, 'geai_graph_compiled_answers_total');
    const before = await compiledAnswers();
    const ways = [];
    for (let time = 0; time < COMES_AGAIN; time += 1) ways.push(await wayOf('{ past: __typename }'));

    expect(await compiledAnswers()).toBe(before + COMES_AGAIN - 3);
    expect(ways).toEqual([...Array(3).fill('hooks'), ...Array(COMES_AGAIN - 3).fill('no hooks')]);
  });

  test('is counted and logged like every other', async () => {
    const count = async () => {
      const text = await (await fetch(`${facade.url}/metrics`)).text();
      const of = (name: string) =>
        Number(new RegExp(`^${name}\\{.*(?:route="/graphql"|type="query").*\\} (\\d+)$`, 'm').exec(text)?.[1]);
      return [of('geai_graph_operations_total'), of('geai_graph_http_request_duration_seconds_count')];
    };
    await repeated('{ counted: __typename }', { token });
    const [operations, requests] = await count();
    const before = facade.log().split('"msg":"operation"').length;
    await repeated('{ counted: __typename }', { token });

    expect(await count()).toEqual([operations! + COMES_AGAIN, requests! + COMES_AGAIN]);
    expect(facade.log().split('"msg":"operation"').length - before).toBeGreaterThanOrEqual(COMES_AGAIN);
  });
});

describe('of a query that comes again, what is not the plain form is answered as ever', () => {
  const document = 'query Form($id: ID) { organization(id: $id) { name } }';
  const hash = createHash('sha256').update(document).digest('hex');
  const persistedQuery = { version: 1, sha256Hash: hash };
  let plain: string;

  beforeAll(async () => {
    plain = (await repeated(document, { token }))[0]!.text;
  });

  test.each<[string, object, Record<string, string>?]>([
    ['its name', { query: document, operationName: 'Form' }],
    ['variables that are null', { query: document, variables: null }],
    ['what a client says of itself', { query: document, extensions: { clientLibrary: { name: 'x' } } }],
    ['any kind of answer', { query: document }, { accept: '*/*' }],
    ['the hash alone', { extensions: { persistedQuery } }],
    ['the hash, to be kept', { query: document, extensions: { persistedQuery } }],
  ])('right, with %s', async (_what, body, headers) => {
    expect(await post(body, headers)).toMatchObject({ status: 200, text: plain });
  });

  test.each<[string, object, Record<string, string>?]>([
    ['another name', { query: document, operationName: 'Other' }],
    ['variables in a list', { query: document, variables: ['x'] }],
    ['variables in text', { query: document, variables: '{}' }],
    ['extensions in text', { query: document, extensions: 'x' }],
    ['a value of the wrong type', { query: document, variables: { id: {} } }],
    ['the wrong hash', { query: document, extensions: { persistedQuery: { version: 1, sha256Hash: 'f'.repeat(64) } } }],
    ['another version of the hash', { extensions: { persistedQuery: { version: 2, sha256Hash: hash } } }],
    ...[null, 'x', 1, [hash]].map((persisted): [string, object] => [
      `${JSON.stringify(persisted)} for a hash`,
      { extensions: { persistedQuery: persisted } },
    ]),
    ['several at once', [{ query: document }]],
    ['an answer that we cannot give', { query: document }, { accept: 'text/html' }],
  ])('refused, with %s', async (_what, body, headers) => {
    const { status, text } = await post(body, headers);

    expect([status, text]).not.toEqual([200, plain]);
    expect(text).not.toContain('INTERNAL_SERVER_ERROR');
    expect(text).not.toContain('"data":{"organization":{');
  });

  test('kept for its hash, by whatever way that is asked for', async () => {
    const kept = 'query Kept { organization { name } }';
    const sha256Hash = createHash('sha256').update(kept).digest('hex');
    const extensions = { persistedQuery: { version: 1, sha256Hash } };
    await repeated(kept, { token });
    await post({ query: kept, extensions });

    const search = new URLSearchParams({ extensions: JSON.stringify(extensions) });
    const headers = { authorization: `Bearer ${token}`, 'apollo-require-preflight': 'true' };
    const answer = await fetch(`${facade.url}/graphql?${search}`, { headers });

    expect(await answer.json()).toEqual(JSON.parse(plain));
  });

  test('explained to who asks', async () => {
    const { text } = await post({ query: document }, { 'geai-explain': 'upstream' });

    expect(JSON.parse(text).extensions.upstream).toMatchObject({ planned: 1 });
  });
});
