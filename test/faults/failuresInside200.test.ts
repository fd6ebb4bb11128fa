import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createIds } from '../../src/values/ids.ts';
import { Secret } from '../../src/values/secret.ts';
import { codes, type Facade, routes, startFacade, TEST_ID_SECRET } from '../support/facade.ts';

/** Failures under HTTP 200, as platforms, gateways and frameworks write them. */
const SHAPES: [name: string, body: unknown][] = [
  ['a message', { message: 'Unauthorized' }],
  ['a message with capitals', { Message: 'An error has occurred.' }],
  ['a list of errors', { errors: [{ id: 500, description: 'internal' }] }],
  ['a list of errors without ids', { errors: [{ description: 'internal' }] }],
  ['errors as texts', { errors: ['internal'] }],
  ['errors as one object', { errors: { id: 500, description: 'internal' } }],
  ['errors as a map', { errors: { token: ['is not valid'] } }],
  ['errors as a text', { errors: 'not valid' }],
  ['an error that is true', { error: true }],
  ['an error as a text', { error: 'Unauthorized' }],
  ['an error as a number', { error: 500 }],
  ['an error with a code', { error: { code: 1102, message: 'failed' }, success: false }],
  ['a fault', { fault: { faultstring: 'Invalid access token', detail: { errorcode: 'invalid' } } }],
  ['a fault as a text', { fault: 'Invalid access token' }],
  ['an HTTP status', { status: 500 }],
  ['an HTTP status as a text', { status: '503', message: 'Service Unavailable' }],
  ['a status in words', { status: 'error' }],
  ['a code and a message', { code: 500, message: 'internal' }],
  ['a code in words and a message', { code: 'E_AUTH', message: 'internal' }],
  ['a bare error item', { id: 500, description: 'internal' }],
  ['no success', { success: false }],
  ['a problem', { type: 'about:blank', title: 'Internal Server Error', detail: 'internal' }],
  ['an error message in a list', [{ type: 'Error', description: 'internal' }]],
  ['an empty list in place of an object', []],
  ['text', 'Unauthorized'],
  ['text in quotes', '"Unauthorized"'],
  ['HTML', '<html><body>Sign in</body></html>'],
  ['nothing', ''],
  ['null', 'null'],
  ['a number', '401'],
];

let facade: Facade;
/** By name: the route that fails, what is asked, and with which token. */
let reads: Record<string, { route: string; document: string; token: string; field: string }>;

beforeAll(async () => {
  facade = await startFacade({ emulator: { organizations: 1, projects: 2 } });
  const { token, projects } = facade.emulator.seeded.organizations[0]!;
  const { id, assistants, tokens } = projects[0]!;
  const member = tokens.find(({ status }) => status === 'Active')!.id;
  // Nothing else reads with it: what a token is stays known for seconds, with memory off too.
  const unread = facade.emulator.createToken(id, 'Unread');
  const assistantId = createIds(new Secret(TEST_ID_SECRET)).assistantId(id, assistants[0]!.id);
  const inProject = (fields: string) => `{ project(id: "${id}") { ${fields} } }`;
  reads = {
    'the identity': { route: routes.validate, document: '{ viewer { scopes } }', token: unread, field: '' },
    'the projects': {
      route: routes.listProjects,
      document: '{ organization { projects { totalCount } } }',
      token,
      field: 'organization.projects',
    },
    'a project': { route: routes.getProject, document: inProject('name'), token, field: '' },
    'the tokens': {
      route: routes.listTokens,
      document: inProject('apiTokens { totalCount }'),
      token,
      field: 'project.apiTokens',
    },
    'the limits': {
      route: routes.listProjectLimits,
      document: inProject('usageLimit { status }'),
      token,
      field: 'project.usageLimit',
    },
    'the assistants': {
      route: routes.listAssistants,
      document: inProject('assistants { totalCount }'),
      token: member,
      field: 'project.assistants',
    },
    'an assistant': {
      route: routes.getAssistant,
      document: `{ assistant(id: "${assistantId}") { description } }`,
      token: member,
      field: '',
    },
    'the requests': {
      route: routes.exportRequests,
      document: inProject('requests { nodes { status } }'),
      token: member,
      field: 'project.requests',
    },
    'the use of an assistant': {
      route: routes.exportRequests,
      document: `{ assistant(id: "${assistantId}") { usage { complete requests } } }`,
      token: member,
      field: 'assistant.usage',
    },
  };
});

afterAll(() => facade.close());

/** The member of an answer at a path of names; null where it ends before. */
const at = (data: unknown, path: string): unknown =>
  path.split('.').reduce<unknown>((value, name) => (value as Record<string, unknown> | null)?.[name] ?? null, data);

describe.each([
  'the identity',
  'the projects',
  'a project',
  'the tokens',
  'the limits',
  'the assistants',
  'an assistant',
  'the requests',
  'the use of an assistant',
])('%s', (name) => {
  test.each(SHAPES)('answered with %s under 200 is an error, and never empty', async (_shape, body) => {
    const { route, document, token, field } = reads[name]!;
    facade.emulator.setFaults([{ route, kind: 'answer', body }]);
    const answer = await facade.query(document, { token });

    const root = document.match(/\w+/)![0];
    expect(at(answer.data, field === '' ? root : field)).toBeNull();
    expect(answer.errors).toHaveLength(1);
    expect(codes(answer)[0]).toMatch(/^(UPSTREAM_BAD_RESPONSE|UPSTREAM_UNAVAILABLE)$/);
    expect(answer.text).not.toMatch(/internal|Unauthorized|E_AUTH|Sign in/);
  });
});

test.each(['any-string', 'default_XXXX'])(
  '%s is no organization token where `validate` says nothing',
  async (token) => {
    facade.emulator.setFaults([{ route: routes.validate, kind: 'answer', body: {} }]);
    const answer = await facade.query('{ viewer { credentials { isAccepted } } organization { id } }', { token });

    expect(answer.data).toEqual({ viewer: null, organization: null });
    expect(codes(answer)).toEqual(['UPSTREAM_BAD_RESPONSE', 'UPSTREAM_BAD_RESPONSE']);
  },
);

test.each([
  ['without an organization', { projectId: '36cd70c0-eec7-4633-94c3-e0d59863ed33' }],
  ['of the nil organization', { organizationId: '00000000-0000-0000-0000-000000000000', organizationName: 'x' }],
  ['of an organization in words', { organizationId: 'acme' }],
])('an identity %s is none', async (_case, body) => {
  facade.emulator.setFaults([{ route: routes.validate, kind: 'answer', body }]);
  const answer = await facade.query('{ viewer { credentials { isAccepted } } }', { token: 'any-string' });

  expect(answer.data).toEqual({ viewer: null });
  expect(codes(answer)).toEqual(['UPSTREAM_BAD_RESPONSE']);
});

test.each<[string, object]>([
  ['400 and a text', { status: 400, body: 'Bad Request' }],
  ['400 and errors without an id', { status: 400, body: { errors: [{ description: 'not valid' }] } }],
  ['400 and an error of text', { status: 400, body: { error: 'not valid' } }],
  ['401 and nothing', { status: 401 }],
  ['401 and a text', { status: 401, body: 'Unauthorized' }],
])('a token that `validate` answers with %s is refused', async (_case, refusal) => {
  facade.emulator.setFaults([{ route: routes.validate, kind: 'answer', ...refusal }]);
  const answer = await facade.query('{ viewer { credentials { isAccepted } } }', { token: 'any-string' });

  expect([answer.data, codes(answer)]).toEqual([{ viewer: null }, ['UNAUTHENTICATED']]);
});

describe('members that an answer leaves out', () => {
  test.each<[string, object]>([
    ['nothing at all', {}],
    ['null', { projects: null }],
    ['members that are known', { organizationId: '0b7f6c1e-52c8-4c5b-9d0a-6f2f1f0e7a11', errors: [], messages: null }],
    ['an error of code 0', { error: { code: 0, message: '' }, success: true }],
    ['a message of success', { messages: [{ id: 0, type: 'Success' }] }],
  ])('is an empty list beside %s', async (_case, body) => {
    const { route, document, token } = reads['the projects']!;
    facade.emulator.setFaults([{ route, kind: 'answer', body }]);
    const { data, errors } = await facade.query(document, { token });

    expect(errors).toBeUndefined();
    expect(data.organization.projects.totalCount).toBe(0);
  });

  test('is nothing beside a list that is there', async () => {
    const { route, document, token } = reads['the projects']!;
    facade.emulator.setFaults([{ route, kind: 'answer', body: { projects: [], page: 1, message: 'fine' } }]);

    expect((await facade.query(document, { token })).data.organization.projects.totalCount).toBe(0);
  });
});

test.each<[string, object]>([
  ['text', { status: 404, body: 'Not found' }],
  ['nothing', { status: 404 }],
  ['bad endpoint', { status: 404, body: { errors: [{ id: 404 }] } }],
])('limits answered with 404 and %s are not read, which is not to say that there is none', async (_case, refusal) => {
  const { route, document, token } = reads['the limits']!;
  facade.emulator.setFaults([{ route, kind: 'answer', ...refusal }]);
  const answer = await facade.query(document, { token });

  expect([answer.data.project.usageLimit, codes(answer)]).toEqual([null, ['UPSTREAM_BAD_RESPONSE']]);
});

test.each([2004, 2005, 2006])('limits answered with id %i are those of a project that is not there', async (id) => {
  const { route, document, token } = reads['the limits']!;
  facade.emulator.setFaults([{ route, kind: 'answer', status: 404, body: { errors: [{ id }] } }]);
  const { data, errors } = await facade.query(document, { token });

  expect([data.project.usageLimit, errors]).toEqual([null, undefined]);
});
