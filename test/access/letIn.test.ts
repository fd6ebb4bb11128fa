import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Emulator, startEmulator } from '../../emulator/emulator.ts';
import { codes, type Facade, startFacade } from '../support/facade.ts';
import { type Issuer, jwtMode, SUBJECT, signingKey, startIssuer } from '../support/issuer.ts';
import { type RecordingProxy, startRecordingProxy } from '../support/recordingProxy.ts';

const ALL = 'geai:read geai:requests:read geai:content:read geai:tokens:write geai:projects:write';

let issuer: Issuer;
let emulator: Emulator;
let platform: RecordingProxy;
let facade: Facade;

beforeAll(async () => {
  issuer = await startIssuer();
  emulator = await startEmulator({ organizations: 3, projects: 2 });
  platform = await startRecordingProxy(emulator.url);
  facade = await startFacade({
    sharedEmulator: emulator,
    env: {
      ...jwtMode(issuer, keyring()),
      GEAI_BASE_URL: platform.url,
      JWT_ORGANIZATIONS_CLAIM: 'orgs',
      AUDIT_CLAIMS: 'email, groups, level, long, address',
    },
  });
});

afterAll(async () => {
  await facade.close();
  await platform.close();
  await emulator.close();
  await issuer.close();
});

beforeEach(() => platform.reset());

const organizations = () => emulator.seeded.organizations;
const idOf = (index: number) => organizations()[index]?.id ?? '';
const projectOf = (index: number) => organizations()[index]!.projects[0]!;

/** The tokens of all organizations, and one of a project. */
function keyring(): string[] {
  const active = projectOf(1).tokens.find(({ status }) => status === 'Active');
  return [...organizations().map(({ token }) => token), active?.id ?? ''];
}

const tokenFor = (orgs: readonly string[], claims: object = {}) => issuer.token({ scope: ALL, orgs, ...claims });

test('a caller who is let in reads with the keyring, and nothing of the token leaves', async () => {
  const token = await tokenFor([idOf(0)]);

  const answer = await facade.query('{ organization { name projects { nodes { name } } } viewer { subject } }', {
    token,
    tokens: ['not-looked-at'],
    headers: { projectid: projectOf(0).id, 'x-user': 'somebody-else' },
  });

  expect(answer.errors).toBeUndefined();
  expect(answer.data.organization.name).toBe(organizations()[0]?.name);
  expect(answer.data.viewer.subject).toBe(SUBJECT);
  expect(platform.calls()).toContain('GET /v1/organization/projects?detail=full');
  const metrics = await (await fetch(`${facade.url}/metrics`)).text();
  const parts = [...token.split('.'), 'not-looked-at', 'somebody-else'];
  for (const part of parts) expect(platform.arrived() + facade.log() + metrics).not.toContain(part);
  // The line of the operation names the subject as its caller.
  expect(platform.arrived() + metrics).not.toContain(SUBJECT);
});

test('each call takes the token of the right organization', async () => {
  const token = await tokenFor(organizations().map(({ id }) => id));
  const each = organizations().map(
    ({ id }, index) => `o${index}: organization(id: "${id}") { projects { nodes { id } } }`,
  );

  const answer = await facade.query(`{ ${each.join(' ')} }`, { token });

  expect(answer.errors).toBeUndefined();
  for (const [index, { projects }] of organizations().entries()) {
    const ids = answer.data[`o${index}`].projects.nodes.map(({ id }: { id: string }) => id);
    expect(ids.sort()).toEqual(projects.map(({ id }) => id).sort());
  }
});

test('a project is read with the token of its organization, and its inside with its own', async () => {
  const token = await tokenFor([idOf(1)]);
  const document = 'query ($id: ID!) { project(id: $id) { name assistants { totalCount } apiTokens { totalCount } } }';

  const answer = await facade.query(document, { token, variables: { id: projectOf(1).id } });

  expect(answer.errors).toBeUndefined();
  expect(answer.data.project.assistants.totalCount).toBe(projectOf(1).assistants.length);
});

test('a missing token of the keyring is an error that asks for one', async () => {
  const token = await tokenFor([idOf(0)]);
  const document = 'query ($id: ID!) { project(id: $id) { name assistants { totalCount } } }';

  const answer = await facade.query(document, { token, variables: { id: projectOf(0).id } });

  expect(codes(answer)).toEqual(['CREDENTIAL_REQUIRED']);
  expect(answer.errors?.[0]?.message).toContain('GEAI_TOKENS');
});

test('without an id the organization is the only one that the caller may see, or the error lists them', async () => {
  const [one, several] = [await tokenFor([idOf(2)]), await tokenFor([idOf(0), idOf(2)])];

  const only = await facade.query('{ organization { id } }', { token: one });
  const choice = await facade.query('{ organization { id } }', { token: several });
  const none = await facade.query('{ organization { id } }', { token: await issuer.token({ orgs: undefined }) });

  expect(only.data.organization.id).toBe(idOf(2));
  expect(codes(choice)).toEqual(['BAD_USER_INPUT']);
  expect(choice.errors?.[0]?.message).toContain(`${idOf(0)}, ${idOf(2)}`);
  expect(choice.errors?.[0]?.message).not.toContain(idOf(1));
  expect(none.data.organization).toBeNull();
});

test('a key that rotates mid-flight is known by the next token', async () => {
  const before = await tokenFor([idOf(0)]);
  const read = (token: string) => facade.query('{ organization { id } }', { token });
  const next = await signingKey('next', 'RS256');
  await read(before);

  issuer.publish(issuer.key, next);
  const after = await issuer.token({ orgs: [idOf(0)] }, next);
  await expect.poll(async () => codes(await read(after))).toEqual([]);

  expect(codes(await read(before))).toEqual([]);
  issuer.publish(issuer.key);
});

test('viewer tells what a caller may do, and what is missing for what', async () => {
  const token = await issuer.token({ scope: 'geai:read openid geai:unknown', orgs: [idOf(0)] });

  const { data, errors } = await facade.query(
    '{ viewer { subject permissions credentials { hint } missing { scope permission neededBy } } }',
    { token },
  );

  expect(errors).toBeUndefined();
  expect(data.viewer).toMatchObject({ subject: SUBJECT, permissions: ['geai:read'], credentials: [] });
  const missing = new Map<string, string[]>(
    data.viewer.missing.map((one: { permission: string; neededBy: string[] }) => [one.permission, one.neededBy]),
  );
  expect(missing.get('geai:tokens:write')).toContain('Mutation.blockApiToken');
  expect(missing.get('geai:requests:read')).toEqual(['Project.requests']);
  expect(missing.has('geai:read')).toBe(false);
});

test('a caller who may do nothing learns so without a platform call', async () => {
  const token = await issuer.token({ scope: undefined, orgs: [idOf(0)] });

  const { data, errors } = await facade.query('{ viewer { permissions missing { permission neededBy } } }', { token });
  const lists = await facade.query('{ viewer { organizations { id } } }', { token });

  expect(errors).toBeUndefined();
  expect(data.viewer.permissions).toEqual([]);
  expect(data.viewer.missing[0].permission).toBe('geai:read');
  expect(data.viewer.missing[0].neededBy).toContain('Query.organization');
  expect(codes(lists)).toEqual(['FORBIDDEN']);
  expect(platform.calls()).toEqual([]);
});

test('the audit log names the person, the claims that were asked for, and the token that acted', async () => {
  const claims = {
    email: 'ada@company.test',
    level: 3,
    long: 'l'.repeat(1_000),
    groups: ['admins'],
    address: { street: 'Main' },
    name: 'Ada',
  };
  const token = await tokenFor([idOf(0)], claims);
  const input = { projectId: projectOf(0).id, name: 'Of Ada', reason: 'Needed' };

  const before = facade.audit().length;
  const answer = await facade.query(
    'mutation ($input: CreateApiTokenInput!) { createApiToken(input: $input) { secret userErrors { code } } }',
    { token, variables: { input }, headers: { 'x-on-behalf-of': 'mallory' } },
  );

  expect(answer.errors).toBeUndefined();
  expect(answer.data.createApiToken.userErrors).toEqual([]);
  const [intent, event] = facade.audit().slice(before);
  const actor = {
    kind: 'organization',
    fingerprint: expect.any(String),
    hint: expect.stringContaining('…'),
    subject: SUBJECT,
    claims: { email: 'ada@company.test', level: 3, long: 'l'.repeat(255) },
  };
  expect(intent).toMatchObject({ intent: 'createApiToken', actor });
  expect(event?.actor).toEqual(actor);
  expect(event?.reason).toBe('Needed');
  for (const part of token.split('.')) expect(JSON.stringify(facade.audit())).not.toContain(part);
});

test('an idempotency key belongs to the person, not to the credential that all share', async () => {
  const create = async (sub: string) => {
    const input = { projectId: projectOf(0).id, name: 'Shared', idempotencyKey: 'same' };
    const document = `mutation ($input: CreateApiTokenInput!) {
      createApiToken(input: $input) { secret apiToken { id } userErrors { code } } }`;
    const { data } = await facade.query(document, { token: await tokenFor([idOf(0)], { sub }), variables: { input } });
    return data.createApiToken;
  };

  const [ada, eve, again] = [await create('ada'), await create('eve'), await create('ada')];

  expect(eve.apiToken.id).not.toBe(ada.apiToken.id);
  expect(eve.secret).not.toBeNull();
  expect(again.apiToken.id).toBe(ada.apiToken.id);
});
