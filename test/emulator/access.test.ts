import { describe, expect, test } from 'vitest';
import { refusal, running } from './support/running.ts';

const VALIDATE = 'GET /v1/accessControl/apitoken/validate';

/** The table of platform-api.md section 1.4: organization, project and OAuth; `?` is accepted by `oauthEverywhere` only. */
const MATRIX: readonly [route: string, organization: boolean, project: boolean, oauth: boolean | '?'][] = [
  ['GET /v1/organization/projects', true, false, '?'],
  ['GET /v1/organization/project/{project}', true, true, '?'],
  ['POST /v1/organization/project', true, false, '?'],
  ['PUT /v1/organization/project/{project}', true, false, '?'],
  ['DELETE /v1/organization/project/{project}', true, false, '?'],
  ['GET /v1/organization/project/{project}/tokens', true, false, '?'],
  ['GET /v1/organization/assistants', false, true, '?'],
  ['GET /v1/organization/request/export', false, true, '?'],
  ['POST /v2/projects/tokens', true, false, true],
  ['GET /v2/projects/tokens/{token}', true, false, true],
  ['PUT /v2/projects/tokens/{token}', true, false, true],
  ['DELETE /v2/projects/tokens/{token}', true, false, true],
  ['GET /v1/assistant/{assistant}', false, true, true],
  ['GET /v1/search/profiles', false, true, true],
  [VALIDATE, true, true, true],
  ['GET /v2/accessControl/memberships?email=ana@acme.example', true, false, true],
  ['GET /v2/accessControl/projects/memberships?userEmail=ana@acme.example', true, false, true],
  ['GET /v2/accessControl/projects/roles', true, false, true],
  ['GET /v2/accessControl/projects/members', true, false, true],
  ['GET /v2/accessControl/organizations/members?organizationId={organization}', true, false, true],
  ['GET /v2/accessControl/organization/plugin-runtime-policies', true, false, true],
  ['DELETE /v2/accessControl/projects/{project}/members/{member}', true, false, true],
  ['GET /v2/usageLimits/organizations/{organization}/limits', true, false, '?'],
  ['GET /v2/usageLimits/organizations/{organization}/projects/{project}/limits/active', true, false, '?'],
];

describe.for(MATRIX)('%s', ([route, organization, project, oauth]) => {
  const attempt = async (
    oauthEverywhere: boolean,
    kind: 'organizationToken' | 'projectToken' | 'user' | 'blocked' | 'none',
  ) => {
    const platform = await running({ oauthEverywhere });
    const { project: target, acme, user } = platform;
    const blocked = acme.projects.flatMap(({ tokens }) => tokens).find(({ status }) => status === 'Blocked')!;
    const tokens = {
      organizationToken: acme.token,
      projectToken: platform.projectToken,
      user: user.token,
      blocked: blocked.id,
    };
    const path = route
      .replace('{organization}', platform.acme.id)
      .replace('{project}', target.id)
      .replace('{token}', target.tokens[1]!.id)
      .replace('{member}', target.members[1]!.id)
      .replace('{assistant}', target.assistants[0]!.id);
    const body = /^(POST|PUT)/.test(route) ? { body: { name: 'New' } } : {};
    const headers = { 'project-id': target.id, ProjectId: target.id, 'organization-id': platform.acme.id };
    return platform.call(path, { headers, ...body, ...(kind !== 'none' && { token: tokens[kind] }) });
  };

  test(`organization token: ${organization}`, async () => {
    const answer = await attempt(false, 'organizationToken');
    expect(answer).toMatchObject(organization ? { status: 200 } : refusal(403, 7));
  });

  test(`project token: ${project}`, async () => {
    const answer = await attempt(false, 'projectToken');
    expect(answer).toMatchObject(project ? { status: 200 } : refusal(403, 7));
  });

  test(`OAuth: ${oauth}`, async () => {
    const answer = await attempt(false, 'user');
    expect(answer).toMatchObject(oauth === true ? { status: 200 } : refusal(403, 7));
    expect(await attempt(true, 'user')).toMatchObject({ status: 200 });
  });

  test('no credential, a blocked one', async () => {
    expect(await attempt(false, 'none')).toMatchObject(refusal(401, 401));
    expect(await attempt(false, 'blocked')).toMatchObject(refusal(401, 6));
  });
});

test('validate tells what a token is', async () => {
  const { call, organizationToken, projectToken, user, acme, project } = await running();
  const organization = { organizationId: acme.id, organizationName: acme.name };
  const both = { ...organization, projectId: project.id, projectName: project.name };

  expect((await call(VALIDATE, { token: organizationToken })).body).toEqual(organization);
  expect((await call(VALIDATE, { token: projectToken })).body).toEqual(both);
  expect((await call(VALIDATE, { token: user.token, headers: { ProjectId: project.id } })).body).toEqual(both);
});

test('an OAuth call needs a project that the user may access, in one of two headers', async () => {
  const { call, user, project, acme, borealis } = await running();
  const validate = (headers: Record<string, string>) => call(VALIDATE, { token: user.token, headers });

  expect(await validate({ 'project-id': project.id })).toMatchObject({ status: 200 });
  expect(await validate({ ProjectId: project.id, OrganizationId: acme.id })).toMatchObject({ status: 200 });
  expect(await validate({})).toMatchObject(refusal(403, 7));
  expect(await validate({ ProjectId: 'nonsense' })).toMatchObject(refusal(403, 7));
  expect(await validate({ ProjectId: acme.projects.at(-1)!.id })).toMatchObject(refusal(403, 7));
  expect(await validate({ ProjectId: borealis.projects[0]!.id })).toMatchObject(refusal(403, 7));
  expect(await validate({ ProjectId: project.id, OrganizationId: borealis.id })).toMatchObject(refusal(403, 7));
});

test('a user manages tokens of their projects only', async () => {
  const { call, user, project, acme, borealis } = await running();
  const get = (token: string) =>
    call(`GET /v2/projects/tokens/${token}`, { token: user.token, headers: { ProjectId: project.id } });

  expect(await get(acme.projects[1]!.tokens[0]!.id)).toMatchObject({ status: 200 });
  expect(await get(acme.projects.at(-1)!.tokens[0]!.id)).toMatchObject(refusal(403, 7));
  expect(await get(borealis.projects[0]!.tokens[0]!.id)).toMatchObject(refusal(404, 5));
});

test('a project token sees no other project', async () => {
  const { call, projectToken: token, acme, borealis } = await running();

  for (const { id } of [acme.projects[1]!, borealis.projects[0]!]) {
    expect(await call(`GET /v1/organization/project/${id}`, { token })).toMatchObject(refusal(403, 7));
  }
  expect(await call('GET /v1/organization/project/nonsense', { token })).toMatchObject(refusal(404, 2005));
});

test.for<[string, (token: string) => Record<string, string>]>([
  ['Bearer', (token) => ({ authorization: `Bearer ${token}` })],
  ['bearer in lower case', (token) => ({ authorization: `bearer ${token}` })],
  ['bare', (token) => ({ authorization: token })],
  ['Basic user name', (token) => ({ authorization: `Basic ${btoa(`${token}:`)}` })],
  ['Saia-Auth', (token) => ({ 'saia-auth': token })],
])('a token may come as %s', async ([, headersFor]) => {
  const { call, organizationToken } = await running();

  expect(await call(VALIDATE, { headers: headersFor(organizationToken) })).toMatchObject({ status: 200 });
  expect(await call(VALIDATE, { headers: headersFor('unknown') })).toMatchObject(refusal(401, 6));
});

test.for(['Bearer', 'Bearer a b', 'Digest abc', 'Basic !'])('"%s" is no credential', async (authorization) => {
  const { call } = await running();

  expect(await call(VALIDATE, { headers: { authorization } })).toMatchObject(refusal(401, 401));
});
