import { createHash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import type { EmulatorOptions, SeededOrganization } from '../../emulator/emulator.ts';
import { codes, type Facade, type Request, routes, startFacade } from '../support/facade.ts';

const IDENTIFY = `query ($sha256: String!, $organizationId: ID, $projectIds: [ID!]) {
  identifyApiToken(sha256: $sha256, organizationId: $organizationId, projectIds: $projectIds) {
    outcome reason apiToken { name hint project { id name } } comparedCount incomparableCount
    unreadableProjectCount unreadableProjects { code project { id } } unreadableOrganizationCount } }`;

const hashOf = (text: string) => createHash('sha256').update(text).digest('hex');

let facade: Facade;
let acme: SeededOrganization;
let other: SeededOrganization;

beforeAll(async () => {
  facade = await startFacade({ emulator: { organizations: 2, projects: 6 } });
  [acme, other] = facade.emulator.seeded.organizations as [SeededOrganization, SeededOrganization];
  await facade.query('{ viewer { scopes } }', { token: acme.token, tokens: [other.token] });
});
beforeEach(() => {
  facade.emulator.setFaults([]);
  facade.emulator.resetCalls();
});
afterAll(() => facade.close());

const ask = (variables: Record<string, unknown>, request: Request = { token: acme.token }, at = facade) =>
  at.query(IDENTIFY, { ...request, variables });
const identify = async (variables: Record<string, unknown>, request?: Request, at?: Facade) => {
  const { data, errors } = await ask(variables, request, at);
  expect(errors).toBeUndefined();
  return data.identifyApiToken;
};
const countOf = (...organizations: SeededOrganization[]) =>
  organizations.flatMap(({ projects }) => projects.flatMap(({ tokens }) => tokens)).length;

async function startOther(emulator: EmulatorOptions): Promise<Facade> {
  const started = await startFacade({ emulator });
  onTestFinished(() => started.close());
  await started.query('{ viewer { scopes } }', { token: started.emulator.seeded.organizations[0]!.token });
  started.emulator.resetCalls();
  return started;
}

test.each([1, 20, 200])('a hash is compared with the tokens of %i projects in one call each', async (count) => {
  const many = await startOther({ organizations: 1, projects: count });
  const [organization] = many.emulator.seeded.organizations as [SeededOrganization];
  const project = organization.projects.at(-1)!;
  const { id, name } = project.tokens.at(-1)!;
  const found = await identify({ sha256: hashOf(id) }, { token: organization.token }, many);

  expect(found).toMatchObject({
    outcome: 'FOUND',
    reason: null,
    apiToken: { name, project: { id: project.id, name: project.name } },
    comparedCount: countOf(organization),
  });
  expect(many.upstream()).toEqual({ [routes.listProjects]: 1, [routes.listTokens]: count });
});

test('every seeded token is found by its hash, in either case of the digits, and no other text is', async () => {
  for (const { id: projectId, tokens } of acme.projects.slice(0, 3)) {
    for (const { id, name } of tokens) {
      const found = await identify({ sha256: hashOf(id).toUpperCase() });
      expect(found.apiToken).toMatchObject({ name, project: { id: projectId } });
    }
  }
  const strange = await identify({ sha256: hashOf('default_of nobody') });

  expect(strange).toMatchObject({ outcome: 'NOT_FOUND', apiToken: null, reason: null, comparedCount: countOf(acme) });
});

test('a hash that nothing has, and one that a token has, cost the same calls', async () => {
  const calls: unknown[] = [];
  for (const text of ['nothing', acme.projects[0]!.tokens[0]!.id]) {
    facade.emulator.resetCalls();
    await identify({ sha256: hashOf(text) });
    calls.push(facade.upstream());
  }

  expect(calls[0]).toEqual(calls[1]);
});

describe('with tokens of several organizations', () => {
  const both = () => ({ token: acme.token, tokens: [other.token] });
  const foreign = () => other.projects[1]!.tokens[0]!;

  test('all of them are searched', async () => {
    const found = await identify({ sha256: hashOf(foreign().id) }, both());

    expect(found).toMatchObject({ outcome: 'FOUND', comparedCount: countOf(acme, other), unreadableProjectCount: 0 });
    expect(found.apiToken.project.id).toBe(other.projects[1]!.id);
    expect(facade.upstream()).toEqual({ [routes.listProjects]: 2, [routes.listTokens]: 12 });
  });

  test('one of them is, when it is named', async () => {
    const found = await identify({ sha256: hashOf(foreign().id), organizationId: acme.id }, both());

    expect(found).toMatchObject({ outcome: 'NOT_FOUND', comparedCount: countOf(acme) });
    expect(facade.upstream()).toEqual({ [routes.listProjects]: 1, [routes.listTokens]: 6 });
  });

  test('projects of either can be named', async () => {
    const projectIds = [acme.projects[0]!.id, other.projects[1]!.id];
    const found = await identify({ sha256: hashOf(foreign().id), projectIds }, both());

    expect(found).toMatchObject({ outcome: 'FOUND', unreadableProjectCount: 0 });
    expect(facade.upstream()).toEqual({ [routes.listProjects]: 2, [routes.listTokens]: 2 });
  });

  test('an organization whose token is missing leaves the answer open', async () => {
    const projectToken = other.projects[0]!.tokens[0]!.id;
    const found = await identify({ sha256: hashOf(foreign().id) }, { token: acme.token, tokens: [projectToken] });

    expect(found).toMatchObject({ outcome: 'UNKNOWN', apiToken: null, unreadableOrganizationCount: 1 });
    expect(found.reason).toBe('Number of organizations that could not be read: 1.');
  });

  test('a credential that could not be identified leaves the answer open', async () => {
    const started = await startOther({ organizations: 2, projects: 2 });
    const [one, two] = started.emulator.seeded.organizations as [SeededOrganization, SeededOrganization];
    started.emulator.setFaults([{ route: routes.validate, kind: 'status', status: 500 }]);
    const request = { token: one.token, tokens: [two.token] };
    const found = await identify({ sha256: hashOf('nothing') }, request, started);

    expect(found.outcome).toBe('UNKNOWN');
    expect(found.reason).toContain('A credential could not be identified');
  });
});

test('an organization that the credentials do not open is null', async () => {
  expect(await identify({ sha256: hashOf('x'), organizationId: other.id })).toBeNull();
  expect(facade.upstream()).toEqual({});
});

test('a project that cannot be read leaves the answer open, and a token elsewhere is still found', async () => {
  const [failing, fine] = acme.projects as [SeededOrganization['projects'][0], SeededOrganization['projects'][0]];
  facade.emulator.setFaults([{ route: routes.listTokens, project: failing.id, kind: 'status', status: 403 }]);
  const unread = {
    unreadableProjectCount: 1,
    unreadableProjects: [{ code: 'FORBIDDEN', project: { id: failing.id } }],
  };

  expect(await identify({ sha256: hashOf(failing.tokens[0]!.id) })).toMatchObject({
    outcome: 'UNKNOWN',
    reason: 'Number of projects that could not be read: 1.',
    ...unread,
  });
  expect(await identify({ sha256: hashOf(fine.tokens[0]!.id) })).toMatchObject({
    outcome: 'FOUND',
    reason: null,
    ...unread,
  });
});

test('of many projects that cannot be read, all are counted and the first hundred are named', async () => {
  const many = await startOther({ organizations: 1, projects: 102 });
  many.emulator.setFaults([{ route: routes.listTokens, kind: 'status', status: 403, id: 7, times: 101 }]);
  const found = await identify(
    { sha256: hashOf('nobody') },
    { token: many.emulator.seeded.organizations[0]!.token },
    many,
  );

  expect(found).toMatchObject({ outcome: 'UNKNOWN', unreadableProjectCount: 101 });
  expect(found.unreadableProjects).toHaveLength(100);
});

test('an organization of which no project can be read is an error', async () => {
  facade.emulator.setFaults([{ route: routes.listTokens, kind: 'status', status: 403 }]);
  const answer = await ask({ sha256: hashOf('x') });

  expect(answer.data).toEqual({ identifyApiToken: null });
  expect(codes(answer)).toEqual(['FORBIDDEN']);
});

test('a token of a project does not search the organization', async () => {
  const answer = await ask({ sha256: hashOf('x') }, { token: acme.projects[0]!.tokens[0]!.id });

  expect(answer.data).toEqual({ identifyApiToken: null });
  expect(codes(answer)).toEqual(['CREDENTIAL_REQUIRED']);
});

test.each(['stars', 'letters', 'cut', 'handle'] as const)(
  'values masked with %s cannot be compared',
  async (tokenMask) => {
    const masked = await startOther({ organizations: 1, projects: 2, maskTokenIds: true, tokenMask });
    const [organization] = masked.emulator.seeded.organizations as [SeededOrganization];
    const sha256 = hashOf(organization.projects[0]!.tokens[0]!.id);
    const found = await identify({ sha256 }, { token: organization.token }, masked);

    const count = countOf(organization);
    expect(found).toMatchObject({ outcome: 'UNKNOWN', apiToken: null, comparedCount: 0, incomparableCount: count });
    expect(found.reason).toBe(`Number of tokens whose values are masked or could not be decoded: ${count}.`);
  },
);

const leaked = () => acme.projects[0]!.tokens[0]!.id;

test.each<[string, () => Record<string, unknown>]>([
  ['the leaked token itself', () => ({ sha256: leaked() })],
  ['a hash that is too short', () => ({ sha256: hashOf('x').slice(1) })],
  ['a hash that is too long', () => ({ sha256: `${hashOf('x')}0` })],
  ['a hash with a line break', () => ({ sha256: `${hashOf('x')}\n` })],
  ['a hash in base64', () => ({ sha256: createHash('sha256').update('x').digest('base64') })],
  ['nothing', () => ({ sha256: '' })],
  ['an organization that is none', () => ({ sha256: hashOf('x'), organizationId: leaked() })],
  ['a project that is none', () => ({ sha256: hashOf('x'), projectIds: [leaked()] })],
  ['no project', () => ({ sha256: hashOf('x'), projectIds: [] })],
])('%s is refused without a call, and is not repeated', async (_case, variables) => {
  const before = facade.log().length;
  const sent = variables();
  const answer = await ask(sent);

  expect(codes(answer)).toEqual(['BAD_USER_INPUT']);
  expect(facade.upstream()).toEqual({});
  const texts = [answer.text, facade.log().slice(before)];
  for (const secret of [leaked(), sent.sha256, hashOf('x')]) {
    if (secret !== '') for (const text of texts) expect(text).not.toContain(secret);
  }
});

test('the hash is in no log, audit event, metric or answer', async () => {
  const [known, unknown] = [hashOf(leaked()), hashOf('nobody')];
  const answers = [await ask({ sha256: known }), await ask({ sha256: unknown })];
  const metrics = await (await fetch(`${facade.url}/metrics`)).text();

  const places = [facade.log(), JSON.stringify(facade.audit()), metrics, ...answers.map(({ text }) => text)];
  for (const hash of [known, unknown]) for (const place of places) expect(place).not.toContain(hash);
});

const SHORT = 'query ($sha256: String!) { identifyApiToken(sha256: $sha256) { outcome } }';
const inline = (value: string, field = 'outcome') => `{ identifyApiToken(sha256: ${value}) { ${field} } }`;

test.each<[string, (hash: string) => [document: string, variables: Record<string, unknown>]]>([
  ['a list in its variable', (hash) => [SHORT, { sha256: [hash] }]],
  ['an object in its variable', (hash) => [SHORT, { sha256: { hash } }]],
  ['a list in the document', (hash) => [inline(`["${hash}"]`), {}]],
  ['a bare word in the document', (hash) => [inline(`f${hash.slice(1)}`), {}]],
  ['a name of a field', (hash) => [inline(`"${hash}"`, `x${hash}`), {}]],
])('a hash as %s is refused and not repeated', async (_case, request) => {
  const before = facade.log().length;
  const hash = `f${hashOf('x').slice(1)}`;
  const [document, variables] = request(hash);
  const answer = await facade.query(document, { token: acme.token, variables });

  expect(answer.errors).toHaveLength(1);
  expect(answer.text + facade.log().slice(before)).not.toContain(hash);
});
