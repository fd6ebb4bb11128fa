import { getNamedType, isObjectType, isRequiredArgument } from 'graphql';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { PERMISSIONS } from '../../src/access/permissions.ts';
import { createSubgraph } from '../../src/graphql/schema.ts';
import { codes, type Facade, route, routes } from '../support/facade.ts';
import { jwtMode } from '../support/issuer.ts';
import { type Claims, type Restricted, startRestricted } from './restricted.ts';
import { traces, tracesIn } from './traces.ts';

let situation: Restricted;
let facade: Facade;

beforeAll(async () => {
  situation = await startRestricted();
  facade = await situation.facadeFor('both', { CACHE: 'off', GEAI_BORROW_PROJECT_TOKENS: 'true' });
});
beforeEach(() => facade.emulator.resetCalls());
afterAll(async () => {
  await facade.close();
  await situation.close();
});

const acme = () => situation.model.organizations[0]!;
const [seen, unseen] = [() => acme().projects[0]!, () => acme().projects[1]!];
const everything = (): Claims => ({
  organizations: situation.model.organizations.map(({ id }) => id),
  projects: situation.projects.map(({ id }) => id),
});
/** Who sees two projects of the first organization. */
const narrow = (): Claims => ({ organizations: [acme().id], projects: [seen().id, acme().projects[3]!.id] });

async function ask(document: string, variables: object = {}, claims = narrow()) {
  const headers = await situation.as(claims);
  return facade.query(document, { headers, variables: variables as Record<string, unknown> });
}

/** Calls upstream, but for finding out what the tokens of the server are. */
const calls = () => Object.keys(facade.upstream()).filter((route) => route !== routes.validate);

/** Nothing of what the caller does not see, but for what the request says itself. */
function expectNoTrace(text: string, said: object) {
  const known = JSON.stringify(said);
  const found = tracesIn(text, traces(situation.model, narrow()));
  expect(found.filter((trace) => !known.includes(trace))).toEqual([]);
}

describe('an object outside is null, and nobody is asked for it', () => {
  test.each([
    ['project', 'query ($id: ID!) { found: project(id: $id) { name } }', () => unseen().id],
    [
      'a project and what starts beside it',
      'query ($id: ID!) { found: project(id: $id) { usageLimit { status } apiTokens { totalCount } assistants { totalCount } requests { nodes { status } } members { nodes { email } } analytics { totalRequests } } }',
      () => unseen().id,
    ],
    ['a node', 'query ($id: ID!) { found: node(id: $id) { id } }', () => unseen().apiTokens[0]!.id],
    [
      'a project as a node',
      'query ($id: ID!) { found: node(id: $id) { id ... on Project { name } } }',
      () => unseen().id,
    ],
    ['a token', 'query ($id: ID!) { found: apiToken(id: $id) { name } }', () => unseen().apiTokens[0]!.id],
    ['an assistant', 'query ($id: ID!) { found: assistant(id: $id) { name } }', () => unseen().assistants![0]!.id],
    [
      'an organization',
      'query ($id: ID!) { found: organization(id: $id) { name projects { totalCount } } }',
      () => situation.model.organizations[1]!.id,
    ],
  ])('%s', async (_what, document, idOf) => {
    const { data, errors } = await ask(document, { id: idOf() });

    expect({ data, errors }).toEqual({ data: { found: null }, errors: undefined });
    expect(calls()).toEqual([]);
  });

  test('references', async () => {
    const document =
      'query ($representations: [_Any!]!) { _entities(representations: $representations) { __typename } }';
    const representations = [
      { __typename: 'Project', id: unseen().id },
      { __typename: 'ApiToken', id: unseen().apiTokens[0]!.id },
      { __typename: 'Assistant', id: unseen().assistants![0]!.id },
      { __typename: 'Assistant', project: { id: unseen().id }, platformId: unseen().assistants![0]!.platformId },
      { __typename: 'Assistant', id: unseen().assistants![0]!.id, project: { id: seen().id } },
      { __typename: 'Organization', id: situation.model.organizations[1]!.id },
    ];
    const { data, errors } = await ask(document, { representations });

    expect({ data, errors }).toEqual({ data: { _entities: representations.map(() => null) }, errors: undefined });
    expect(calls()).toEqual([]);
  });

  test('references to several projects, for who has one credential', async () => {
    const own = await situation.facade({
      ...jwtMode(situation.issuer, [acme().token]),
      JWT_PROJECTS_CLAIM: 'projects',
      CACHE: 'off',
    });
    const representations = acme().projects.map(({ id }) => ({ __typename: 'Project', id }));
    const document =
      'query ($representations: [_Any!]!) { _entities(representations: $representations) { __typename } }';
    const headers = await situation.as({ organizations: null, projects: [] });
    const { data } = await own.query(document, { headers, variables: { representations } });
    await own.close();

    expect(data._entities).toEqual(representations.map(() => null));
    expect(calls()).toEqual([]);
  });

  test.each([
    ['blockApiToken', 'BlockApiTokenInput', () => ({ id: unseen().apiTokens[0]!.id }), 'TOKEN_NOT_FOUND'],
    [
      'revokeApiToken',
      'RevokeApiTokenInput',
      () => ({ id: unseen().apiTokens[0]!.id, reason: 'x' }),
      'TOKEN_NOT_FOUND',
    ],
    ['createApiToken', 'CreateApiTokenInput', () => ({ projectId: unseen().id, name: 'x' }), 'PROJECT_NOT_FOUND'],
    ['updateProject', 'UpdateProjectInput', () => ({ id: unseen().id, name: 'x' }), 'PROJECT_NOT_FOUND'],
    [
      'deleteProject',
      'DeleteProjectInput',
      () => ({ id: unseen().id, confirmName: unseen().name }),
      'PROJECT_NOT_FOUND',
    ],
    ['cancelUsageLimit', 'CancelUsageLimitInput', () => ({ projectId: unseen().id }), 'PROJECT_NOT_FOUND'],
    [
      'inviteProjectMember',
      'InviteProjectMemberInput',
      () => ({ projectId: unseen().id, email: 'a@b.example', roles: ['Project member'] }),
      'PROJECT_NOT_FOUND',
    ],
    [
      'removeProjectMember',
      'RemoveProjectMemberInput',
      () => ({ projectId: unseen().id, userId: 'x', email: 'a@b.example' }),
      'PROJECT_NOT_FOUND',
    ],
  ])('the target of %s', async (name, input, given, code) => {
    const document = `mutation ($input: ${input}!) { ${name}(input: $input) { userErrors { code } } }`;
    const { data, errors } = await ask(document, { input: given() });

    expect(errors).toBeUndefined();
    expect(data[name].userErrors).toEqual([{ code }]);
    expect(calls()).toEqual([]);
  });
});

/** Values of the arguments that fields of organizations require. */
const GIVEN: Record<string, string> = {
  email: '"a@b.example"',
  // Groups of tokens and assistants are those of the projects that are seen.
  groupBy: 'DAY',
  window: '{ from: "2026-01-01T00:00:00Z", to: "2026-01-02T00:00:00Z" }',
};

describe('fields that cover a whole organization', () => {
  const visible = ['projects', 'apiTokens', 'tokenFindings'];
  const type = createSubgraph().getType('Organization');
  const covering = Object.values(isObjectType(type) ? type.getFields() : {}).filter(
    ({ name, extensions }) => extensions.reading?.takes && !visible.includes(name) && name !== 'analytics',
  );
  const selections = covering.map(({ name, args, type: of }) => {
    const given = args.filter(isRequiredArgument).map((arg) => `${arg.name}: ${GIVEN[arg.name]}`);
    return [
      name,
      `${name}${given.length > 0 ? `(${given.join(', ')})` : ''}${isObjectType(getNamedType(of)) ? ' { __typename }' : ''}`,
    ] as const;
  });

  test.each([...selections, ['analytics', 'analytics { totalRequests totalCost }'] as const])(
    '%s is refused to who sees some projects, before a call',
    async (_name, selection) => {
      const { errors } = await ask(`{ organization { name ${selection} } }`);

      expect([...new Set(errors?.map(({ extensions }) => extensions.code))]).toEqual(['FORBIDDEN']);
      expect(errors?.[0]?.message).toContain('every project of the organization');
      expect(calls()).toEqual([]);
    },
  );

  test('is not touched by claims of organizations alone', async () => {
    const other = await situation.facadeFor('organizations', { CACHE: 'off' });
    const headers = await situation.as({ organizations: [acme().id], projects: null });
    const { data, errors } = await other.query('{ organization { id analytics { totalRequests } } }', { headers });
    await other.close();

    expect(errors).toBeUndefined();
    expect(data.organization).toEqual({ id: acme().id, analytics: { totalRequests: expect.any(Number) } });
  });

  test.each([
    ['createProject', 'CreateProjectInput', () => ({ name: 'New', administratorUserEmail: 'a@b.example' })],
    [
      'setUsageLimit',
      'SetUsageLimitInput',
      () => ({
        organizationId: acme().id,
        period: 'DAILY',
        unit: 'COST',
        softLimit: '1',
        hardLimit: '5',
        isRenewable: true,
      }),
    ],
    ['cancelUsageLimit', 'CancelUsageLimitInput', () => ({ organizationId: acme().id })],
    ['createOrganization', 'CreateOrganizationInput', () => ({ name: 'New', administratorUserEmail: 'a@b.example' })],
    ['deleteOrganization', 'DeleteOrganizationInput', () => ({ id: acme().id, confirmName: acme().name })],
  ])('is not changed by %s', async (name, input, given) => {
    const document = `mutation ($input: ${input}!) { ${name}(input: $input) { userErrors { code } } }`;
    const answer = await ask(document, { input: given() });

    expect(codes(answer)).toEqual(['FORBIDDEN']);
    expect(calls()).toEqual([]);
  });

  test('nor is the platform as a whole listed', async () => {
    expect(codes(await ask('{ organizations { nodes { id } } }'))).toEqual(['FORBIDDEN']);
  });
});

test('findings are those of the projects that are seen', async () => {
  const document = `{ organization { tokenFindings(first: 100, kinds: [DUPLICATE_NAME, NO_DESCRIPTION, OLD, NO_ACTIVE_TOKEN]) {
    nodes { kind project { id } apiToken { id } } projectsExamined unreadableCount } } }`;
  const whole = (await ask(document.replace('organization {', `organization(id: "${acme().id}") {`), {}, everything()))
    .data;
  const { data, errors } = await ask(document);

  const mine = new Set(narrow().projects);
  const { nodes, ...counts } = whole.organization.tokenFindings;
  expect(errors).toBeUndefined();
  expect(counts.projectsExamined).toBe(acme().projects.length);
  expect(data.organization.tokenFindings).toEqual({
    nodes: nodes.filter(({ project }: { project: { id: string } }) => mine.has(project.id)),
    projectsExamined: 2,
    unreadableCount: 0,
  });
});

test('an element that could not be read counts for who sees it, and for nobody else', async () => {
  const odd = (projectId: string | null) => ({ projectId, projectName: { en: 'x' } });
  const good = { projectId: seen().id, projectName: 'Good', projectActive: true, projectStatus: 0 };
  const projects = [good, odd(acme().projects[3]!.id), odd(unseen().id), odd(null)];
  facade.emulator.setFaults([{ route: routes.listProjects, kind: 'answer', body: { projects } }]);
  const document = '{ organization { projects { totalCount unreadableCount } apiTokens { unreadableProjectCount } } }';
  const { data } = await ask(document);
  facade.emulator.setFaults([]);

  expect(data.organization.projects).toEqual({ totalCount: 1, unreadableCount: 1 });
  expect(data.organization.apiTokens).toEqual({ unreadableProjectCount: 1 });
});

test('figures of a project that name others tell of those that are seen', async () => {
  const row = (projectId: string, totalRequests: number) => ({ projectId, totalRequests });
  const agentUsagePerProject = [row(seen().id, 1), row(unseen().id, 2)];
  const usage = route('GET /v1/analytics/requests/agent-usage-per-project');
  facade.emulator.setFaults([{ route: usage, kind: 'answer', body: { agentUsagePerProject } }]);
  const document = `query ($id: ID!) { project(id: $id) { analytics { agentUsagePerProject { totalCount nodes { project { id } } } } } }`;
  const { data, errors } = await ask(document, { id: seen().id });
  facade.emulator.setFaults([]);

  expect(errors).toBeUndefined();
  expect(data.project.analytics.agentUsagePerProject).toEqual({
    totalCount: 1,
    nodes: [{ project: { id: seen().id } }],
  });
});

describe('plans', () => {
  const RUN = `mutation ($input: BlockApiTokensInput!) { blockApiTokens(input: $input) {
    planId projectCount unreadableProjectCount counts { total } projects { project { id } problem { code } results { apiToken { id } } }
    userErrors { code message } } }`;
  const filter = () => ({ organizationId: acme().id });
  const plan = async (claims: Claims, input: object) => (await ask(RUN, { input }, claims)).data.blockApiTokens;

  test('are of the projects that are seen', async () => {
    const { projectCount, counts, projects } = await plan(narrow(), { filter: filter(), dryRun: true });
    const mine = acme().projects.filter(({ id }) => narrow().projects!.includes(id));

    expect(projectCount).toBe(2);
    expect(counts.total).toBe(mine.flatMap(({ apiTokens }) => apiTokens).length);
    expectNoTrace(JSON.stringify(projects), []);
  });

  test('tell of named projects outside what is told of those that do not exist', async () => {
    const absent = '00000000-0000-4000-8000-00000000000a';
    const input = { filter: { projectIds: [unseen().id, absent] }, dryRun: true };
    const { projects, unreadableProjectCount } = await plan(narrow(), input);

    expect(unreadableProjectCount).toBe(2);
    const [one, other] = projects;
    expect(one).toEqual(other);
    expect(calls()).toEqual([]);
  });

  test('of one person are carried out by another who sees the same, and the audit log names both', async () => {
    const names = facade.audit().length;
    const run = async (sub: string, input: object) => {
      const token = await situation.issuer.token({ sub, scope: PERMISSIONS.join(' '), ...narrow() });
      const answer = await facade.query(RUN, {
        token,
        variables: { input: { filter: { projectIds: [unseen().id] }, ...input } },
      });
      return answer.data.blockApiTokens;
    };
    const { planId } = await run('maker', { dryRun: true });
    const { userErrors } = await run('another', { dryRun: false, planId });

    expect(userErrors).toEqual([]);
    const events = facade
      .audit()
      .slice(names)
      .filter(({ action }) => action);
    expect(events.map(({ actor }) => actor.subject)).toEqual(['maker', 'another']);
    expect(new Set(events.map(({ target }) => target)).size).toBe(1);
  });

  test('of who sees more are of no use to who sees less', async () => {
    const { planId } = await plan(everything(), { filter: filter(), dryRun: true });
    const { userErrors } = await plan(narrow(), { filter: filter(), dryRun: false, planId });

    expect(userErrors.map(({ code }: { code: string }) => code)).toEqual(['PLAN_INVALID']);
    expect(facade.upstream()[routes.updateToken]).toBeUndefined();
  });
});

test('a hash is looked up in the projects that are seen, and nowhere else', async () => {
  const { createHash } = await import('node:crypto');
  const hashOf = (secret: string) => createHash('sha256').update(secret).digest('hex');
  const document = `query ($sha256: String!) { identifyApiToken(sha256: $sha256) {
    outcome apiToken { id } comparedCount unreadableProjectCount unreadableOrganizationCount } }`;
  const find = async (secret: string) => (await ask(document, { sha256: hashOf(secret) })).data.identifyApiToken;
  const mine = acme().projects.filter(({ id }) => narrow().projects!.includes(id));
  const comparedCount = mine.flatMap(({ apiTokens }) => apiTokens).length;
  const rest = { comparedCount, unreadableProjectCount: 0, unreadableOrganizationCount: 0 };

  expect(await find(unseen().apiTokens[0]!.secret)).toEqual({ outcome: 'NOT_FOUND', apiToken: null, ...rest });
  expect(await find(seen().apiTokens[0]!.secret)).toEqual({
    outcome: 'FOUND',
    apiToken: { id: seen().apiTokens[0]!.id },
    ...rest,
  });
});

describe('the viewer', () => {
  const VIEWER = '{ viewer { subject credentials { hint } scopes organizations { id } projects { id } } }';

  test('is told of what is theirs, and never of the tokens of the server', async () => {
    const { data } = await ask(VIEWER);

    expect(data.viewer).toEqual({
      subject: expect.any(String),
      credentials: [],
      scopes: ['ORGANIZATION', 'PROJECT'],
      organizations: [{ id: acme().id }],
      projects: [{ id: seen().id }],
    });
  });

  test('is known also if the server holds nothing for them', async () => {
    const { data, errors } = await ask(VIEWER, {}, { organizations: [], projects: [] });

    expect(errors).toBeUndefined();
    expect(data.viewer).toMatchObject({ scopes: [], organizations: [], projects: [] });
  });
});

test('one organization of several is the only one for who sees no other', async () => {
  expect((await ask('{ organization { id } }')).data.organization).toEqual({ id: acme().id });
  const several = await ask('{ organization { id } }', {}, everything());
  expect(codes(several)).toEqual(['BAD_USER_INPUT']);
});
