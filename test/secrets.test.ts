import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { type Facade, routes, startFacade } from './support/facade.ts';
import { Transcript } from './support/transcript.ts';

let facade: Facade;
let transcript: Transcript;

beforeAll(async () => {
  facade = await startFacade({
    emulator: { organizations: 2, projects: 6 },
    env: { LOG_LEVEL: 'trace', GEAI_BORROW_PROJECT_TOKENS: 'true' },
  });
  transcript = new Transcript(facade.url);
});
afterAll(() => facade.close());

const everySeededToken = () => [
  ...facade.emulator.seeded.oauth.map(({ token }) => token),
  ...facade.emulator.seeded.organizations.flatMap(({ token, projects }) => [
    token,
    ...projects.flatMap(({ tokens }) => tokens.map(({ id }) => id)),
  ]),
];

/** Where a token, as it is or encoded, occurs in what was sent or logged. */
async function leaksOf(tokens: readonly string[]): Promise<string[]> {
  const metrics = await transcript.send({ path: '/metrics' });
  const places = [...transcript.answers, facade.log(), JSON.stringify(facade.audit()), metrics];
  return tokens.flatMap((token) => {
    const forms = [token, Buffer.from(token).toString('hex'), Buffer.from(token).toString('base64url')];
    return places.filter((text) => forms.some((form) => text.includes(form)));
  });
}

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const organization = () => facade.emulator.seeded.organizations[0]!;
const everything = () => ({
  ...bearer(organization().token),
  'geai-tokens': organization().projects[0]!.tokens[0]!.id,
});

const OVERVIEW = `query Overview {
  viewer {
    scopes missing { scope } projects { name }
    credentials { hint kind isAccepted organization { name } project { name } }
  }
  organization {
    id name
    projects(first: 100) {
      totalCount
      nodes {
        id name description status isActive organization { name }
        apiTokens { nodes { id name description hint status scope createdAt isManageable project { name } } }
        assistants { nodes { id name description kind status revisions { number messages { content } } project { id } } }
      }
    }
  }
}`;

const INTROSPECTION = '{ __schema { types { name description fields { name description } } } _service { sdl } }';

/** Routers ask for traces, which are encoded and carry the errors of every field. */
async function traced(): Promise<void> {
  const text = await transcript.graphql(OVERVIEW, { ...everything(), 'apollo-federation-include-trace': 'ftv1' });
  const { extensions } = JSON.parse(text) as { extensions?: { ftv1?: string } };
  transcript.answers.push(Buffer.from(extensions?.ftv1 ?? '', 'base64').toString('latin1'));
}

test('no query lets a token out, whoever asks', async () => {
  const user = facade.emulator.seeded.oauth[0]!;
  for (const headers of [
    everything(),
    bearer(organization().token),
    bearer(organization().projects[0]!.tokens[0]!.id),
    { ...bearer(user.token), projectid: user.projectId },
    { 'geai-tokens': everySeededToken().slice(0, 20).join(', ') },
  ]) {
    const text = await transcript.graphql(OVERVIEW, headers);
    expect(JSON.parse(text).data.viewer.credentials).not.toEqual([]);
  }
  await transcript.graphql(INTROSPECTION, everything());
  await traced();
  await transcript.send({
    path: `/graphql?${new URLSearchParams({ query: OVERVIEW })}`,
    headers: { ...everything(), 'apollo-require-preflight': 'true' },
  });

  expect(await leaksOf(everySeededToken())).toEqual([]);
});

test.each([
  ...['drop', 'invalidJson', 'errorWith200', 'loseAnswer', 'truncate'].map((kind) => ({ kind })),
  { kind: 'status', status: 401, id: 6 },
  { kind: 'status', status: 503 },
])('a platform that fails with $kind makes no token come out', async (fault) => {
  for (const route of [routes.listTokens, routes.updateToken, '*']) {
    facade.emulator.setFaults([{ route, ...fault } as Parameters<typeof facade.emulator.setFaults>[0][number]]);
    await traced();
    await transcript.graphql(
      'mutation ($input: CreateApiTokenInput!) { createApiToken(input: $input) { apiToken { id hint } userErrors { message } } }',
      everything(),
      { input: { projectId: organization().projects[1]!.id, name: 'Faulty', status: 'BLOCKED' } },
    );
  }
  facade.emulator.setFaults([]);

  const created = (await tokensAtThePlatform(1)).filter(({ name }) => name === 'Faulty').map(({ id }) => id);
  expect(await leaksOf([...everySeededToken(), ...created])).toEqual([]);
});

async function tokensAtThePlatform(index: number): Promise<{ id: string; name: string }[]> {
  const { token, projects } = organization();
  const url = `${facade.emulator.url}/v1/organization/project/${projects[index]!.id}/tokens`;
  const answer = await fetch(url, { headers: bearer(token) });
  return ((await answer.json()) as { tokens: { id: string; name: string }[] }).tokens;
}

test('the secret of a new token is in the payload once, and no part of it elsewhere', async () => {
  const headers = bearer(organization().token);
  const projectId = organization().projects[0]!.id;
  // The platform is asked again some time after it failed.
  const read = 'query ($id: ID!) { project(id: $id) { apiTokens { nodes { id } } } }';
  const failures = async () => JSON.parse(await transcript.graphql(read, headers, { id: projectId })).errors;
  await expect.poll(failures).toBeUndefined();
  const secrets: string[] = [];
  for (const status of ['ACTIVE', 'BLOCKED']) {
    const text = await transcript.graphql(
      `mutation ($input: CreateApiTokenInput!) {
        createApiToken(input: $input) { secret apiToken { id name hint status createdAt } userErrors { code } }
      }`,
      headers,
      { input: { projectId, name: 'Canary', status } },
    );
    const { secret, apiToken } = JSON.parse(text).data.createApiToken;
    secrets.push(secret);
    const input = { id: apiToken.id, reason: `It was ${secret}, found in a chat.` };
    for (const field of ['blockApiToken', 'unblockApiToken', 'revokeApiToken']) {
      const type = `${field[0]!.toUpperCase()}${field.slice(1)}Input`;
      await transcript.graphql(
        `mutation ($input: ${type}!) { ${field}(input: $input) { apiToken { id name hint } userErrors { message } } }`,
        headers,
        { input },
      );
    }
    await transcript.graphql(OVERVIEW, { ...headers, 'geai-tokens': secret });
  }

  expect((await tokensAtThePlatform(0)).map(({ id }) => id)).toEqual(expect.arrayContaining(secrets));
  const [log, metrics] = [facade.log() + JSON.stringify(facade.audit()), await transcript.send({ path: '/metrics' })];
  const sent = transcript.answers.join('\n');
  for (const secret of secrets) {
    expect(sent.split(secret)).toHaveLength(2);
    // Beside that one time, at most the four characters of the hint may be seen.
    const rest = sent.replace(secret, '') + log + metrics;
    const random = secret.slice(secret.indexOf('EMULATOR') + 'EMULATOR'.length);
    const windows = Array.from({ length: random.length - 7 }, (_, start) => random.slice(start, start + 8));
    expect(windows.filter((window) => rest.includes(window))).toEqual([]);
  }
});

test('each secret is in one payload, and no mark of it in the store, the audit file or the log', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'geai-canary-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const marked = await startFacade({
    emulator: { organizations: 1, projects: 2, tokenMark: 'CANARY' },
    env: { STATE_FILE: join(folder, 'state.db'), AUDIT_LOG: join(folder, 'audit.jsonl') },
  });
  const said = new Transcript(marked.url);
  const { token, projects } = marked.emulator.seeded.organizations[0]!;
  const projectId = projects[0]!.id;
  const secrets: string[] = [];
  const change = async (name: string, input: object, selection: string) => {
    const type = `${name[0]!.toUpperCase()}${name.slice(1)}Input`;
    const document = `mutation ($input: ${type}!) { ${name}(input: $input) { ${selection} userErrors { message } } }`;
    const payload = JSON.parse(await said.graphql(document, bearer(token), { input })).data?.[name];
    const issued = [payload, ...(payload?.apiTokens ?? [])].map((each) => each?.secret).filter(Boolean);
    secrets.push(...issued);
    return payload;
  };
  const created = { projectId, name: 'Canary', idempotencyKey: 'one' };
  const { apiToken } = await change('createApiToken', created, 'secret apiToken { id hint }');
  await change('createApiToken', created, 'secret apiToken { id }');
  marked.emulator.setFaults([{ route: routes.createToken, kind: 'loseAnswer', times: 1 }]);
  await change('createApiToken', { projectId, name: 'Lost' }, 'secret apiToken { id }');
  const rotation = { id: apiToken.id, oldToken: 'BLOCK', reason: `It was ${secrets[0]}.` };
  await change('rotateApiToken', rotation, 'secret stage apiToken { id } oldApiToken { hint }');
  await change('rotateApiToken', rotation, 'secret stage apiToken { id }');
  await change('createProject', { name: 'New', administratorUserEmail: 'a@b.example' }, 'apiTokens { secret }');
  marked.emulator.setFaults([{ route: routes.updateToken, kind: 'truncate' }]);
  await change('blockApiToken', { id: apiToken.id }, 'apiToken { hint } verification { reason }');
  const metrics = await said.send({ path: '/metrics' });
  await marked.close();

  const kept = readdirSync(folder).map((file) => readFileSync(join(folder, file), 'latin1'));
  const answers = said.answers.join('\n');
  expect(kept.length).toBeGreaterThan(1);
  expect([...kept, marked.log(), metrics].filter((text) => text.includes('CANARY'))).toEqual([]);
  expect(secrets).toHaveLength(4);
  for (const secret of secrets) expect(answers.split(secret)).toHaveLength(2);
  expect(answers.split('CANARY')).toHaveLength(secrets.length + 1);
});
