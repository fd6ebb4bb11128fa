import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type Facade, startFacade } from '../support/facade.ts';

let facade: Facade;

beforeEach(async () => {
  facade = await startFacade();
});
afterEach(() => facade.close());

/** An id that the facade gave: the process and a number. */
const GIVEN = /^[0-9a-f]{16}-\d+$/;

/** Lines of the log, each read as JSON. */
function logged(): Record<string, unknown>[] {
  return facade
    .log()
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
}

const linesOf = (requestId: string) => logged().filter((line) => line.requestId === requestId);

test('a request id of the caller is in the header, each error and each line of the log', async () => {
  const { token } = facade.emulator.seeded.organizations[0]!;
  const requestId = 'edge-7f3a-0001';
  facade.emulator.setFaults([{ route: 'GET /v1/organization/projects', kind: 'status', status: 500, times: 1 }]);

  const answer = await facade.query('{ organization { projects { totalCount } } project(id: "no") { id } }', {
    token,
    headers: { 'x-request-id': requestId },
  });

  expect(answer.headers.get('x-request-id')).toBe(requestId);
  expect(answer.errors!.map(({ extensions }) => extensions.requestId)).toEqual([requestId, requestId]);
  await vi.waitUntil(() => linesOf(requestId).some(({ msg }) => msg === 'operation'));
  const messages = new Set(linesOf(requestId).map(({ msg }) => msg));
  expect(messages).toEqual(new Set(['upstream attempt', 'upstream attempt failed', 'field failed', 'operation']));
});

test('requests without an id get one each', async () => {
  const [first, second] = await Promise.all([facade.query('{ __typename }'), facade.query('{ __typename }')]);

  const ids = [first, second].map(({ headers }) => headers.get('x-request-id'));
  expect(ids[0]).toMatch(GIVEN);
  expect(ids[1]).toMatch(GIVEN);
  expect(ids[0]).not.toBe(ids[1]);
});

test.each([
  ['a token', 'default_kQ7nYb2mT9wLx4RvE1cHs8ZpD6uJ0gFaK3iOqWtMyBe'],
  ['a JSON web token', 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.dGVzdA'],
  ['text with blanks', 'not an id'],
  ['text that would break a line', 'a"},{"b":"c'],
  ['too long', 'a'.repeat(65)],
  ['empty', ''],
])('a request id that is %s is replaced and nowhere repeated', async (_name, given) => {
  const answer = await facade.query('{ viewer { scopes } }', { headers: { 'x-request-id': given } });

  const requestId = answer.headers.get('x-request-id');
  expect(requestId).toMatch(GIVEN);
  expect(answer.errors!.map(({ extensions }) => extensions.requestId)).toEqual([requestId]);
  await vi.waitUntil(() => linesOf(requestId!).some(({ msg }) => msg === 'operation'));
  if (given === '') return;
  expect(answer.text).not.toContain(given);
  expect(logged().map(({ requestId }) => requestId)).not.toContain(given);
});

test('the log is one JSON object a line, with route templates in the place of paths', async () => {
  const { token, projects } = facade.emulator.seeded.organizations[0]!;
  const { id } = projects[0]!;
  const document = `{ project(id: "${id}") { name apiTokens { nodes { name } } } }`;
  const { headers } = await facade.query(document, { token });
  await fetch(`${facade.url}/nothing/${id}?project=${id}`);

  const requestId = headers.get('x-request-id')!;
  await vi.waitUntil(() => linesOf(requestId).some(({ msg }) => msg === 'operation'));
  const operations = linesOf(requestId).flatMap(({ operation }) => operation ?? []);
  expect(operations).toEqual(
    expect.arrayContaining([
      'GET /v1/organization/project/{projectId}',
      'GET /v1/organization/project/{projectId}/tokens',
    ]),
  );
  await vi.waitUntil(() => logged().some(({ route }) => route === 'none'));
  expect(facade.log()).not.toContain(id);
  expect(facade.log()).not.toContain(new URL(facade.emulator.url).host);
});
