import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createIds } from '../../src/values/ids.ts';
import { Secret } from '../../src/values/secret.ts';
import { codes, routes, TEST_ID_SECRET } from '../support/facade.ts';
import { idOf, type Managed, startManaged } from '../support/managing.ts';

const ids = createIds(new Secret(TEST_ID_SECRET));
const VALUE = 'value-of-the-platform';
const ODD = { id: null, name: VALUE };

let facade: Managed;
let member: string;

beforeEach(async () => {
  facade = await startManaged({ emulator: { organizations: 1, projects: 3 } });
  member = facade.truth().find(({ status }) => status === 'Active')!.id;
});

afterEach(() => facade.close());

const answering = (route: string, body: object) => facade.emulator.setFaults([{ route, kind: 'answer', body }]);
const inProject = (fields: string, token = facade.token) =>
  facade.query(`{ project(id: "${facade.projectId}") { ${fields} } }`, { token });
const wireTokens = () => facade.truth().map(({ id, name, status, timestamp }) => ({ id, name, status, timestamp }));

describe('of the revisions of an assistant', () => {
  const assistantId = 'd3a1c9b4-7e21-4f4e-8a5d-2b9c6e0f4d22';
  const bodyOf = (...revisions: unknown[]) => {
    const intents = [{ assistantIntentDefaultRevision: 2, revisions }];
    return { assistantId, assistantName: 'A', assistantStatus: 'Enabled', intents };
  };

  test.each([
    [{}],
    [{ revisionId: 3_000_000_000 }],
    [{ revisionId: 'two' }],
    [{ revisionId: 3, timestamp: {} }],
    [null],
  ])('%j is left out and counted, in the list and by id', async (odd) => {
    const assistant = bodyOf({ revisionId: 1 }, odd, { revisionId: '2' });
    facade.emulator.setFaults([
      { route: routes.listAssistants, kind: 'answer', body: { assistants: [assistant] } },
      { route: routes.getAssistant, kind: 'answer', body: assistant },
    ]);
    const fields = 'revisions { number isDefault } unreadableRevisionCount';
    const id = ids.assistantId(facade.projectId, assistantId);
    const document = `{ project(id: "${facade.projectId}") { assistants { nodes { ${fields} } unreadableCount } }
        assistant(id: "${id}") { status ${fields} } }`;
    const { data, errors, text } = await facade.query(document, { token: member });

    const seen = {
      revisions: [
        { number: 2, isDefault: true },
        { number: 1, isDefault: false },
      ],
      unreadableRevisionCount: 1,
    };
    expect(errors).toBeUndefined();
    expect(data.project.assistants).toEqual({ nodes: [seen], unreadableCount: 0 });
    expect(data.assistant).toEqual({ ...seen, status: 'UNRECOGNIZED' });
    expect(text).not.toContain('3000000000');
  });
});

test('usage that leaves requests out is not complete', async () => {
  const good = { status: 'succeeded', apiToken: 'X', startTimestamp: new Date().toISOString().slice(0, -1) };
  facade.emulator.setFaults([
    { route: routes.exportRequests, kind: 'answer', times: 1, body: { items: [good, { ...good, cost: VALUE }] } },
    { route: routes.exportRequests, kind: 'answer', body: { items: [] } },
  ]);
  const fields = 'assistants(first: 1) { nodes { usage { complete } } }';
  const { data, errors } = await inProject(fields, member);

  expect([data?.project.assistants.nodes[0].usage.complete, errors]).toEqual([false, undefined]);
});

describe('of usage limits', () => {
  const LIMIT = { id: 'x', hardLimit: 10, softLimit: 5, status: 1, validFrom: '2026-01-01T00:00:00' };

  test('one that holds is shown whatever stands beside it', async () => {
    answering(routes.listProjectLimits, { usageLimits: [{ ...LIMIT, softLimit: VALUE }, LIMIT] });

    expect((await inProject('usageLimit { status hardLimit }')).data.project.usageLimit).toEqual({
      status: 'ACTIVE',
      hardLimit: '10',
    });
  });

  test('none is not said where one could not be read', async () => {
    answering(routes.listProjectLimits, {
      usageLimits: [
        { ...LIMIT, softLimit: VALUE },
        { ...LIMIT, status: 4 },
      ],
    });
    const answer = await inProject('usageLimit { status }');

    expect([answer.data.project.usageLimit, codes(answer)]).toEqual([null, ['UPSTREAM_BAD_RESPONSE']]);
  });

  test('one of a status that is not known is shown rather than none', async () => {
    answering(routes.listProjectLimits, {
      usageLimits: [
        { ...LIMIT, status: 'Active' },
        { ...LIMIT, status: 4 },
      ],
    });

    expect((await inProject('usageLimit { status }')).data.project.usageLimit).toEqual({ status: 'UNRECOGNIZED' });
  });
});

describe('findings', () => {
  const FINDINGS = `{ organization { tokenFindings(first: 1, kinds: [DUPLICATE_NAME, NO_DESCRIPTION, OLD, NO_ACTIVE_TOKEN, NO_USAGE_LIMIT]) {
    nodes { kind certainty evidence { text errorCode } apiToken { name } } unreadableCount projectsExamined } } }`;
  const findings = async () => (await facade.query(FINDINGS, { token: facade.token })).data.organization.tokenFindings;

  test('say of each kind that some tokens could not be read, and nothing that takes all of them', async () => {
    answering(routes.listTokens, { tokens: [{ ...wireTokens()[0], status: 'Blocked' }, ODD] });
    const { nodes } = await findings();
    const aboutTokens = nodes.filter(({ kind }: { kind: string }) => kind !== 'NO_USAGE_LIMIT');
    const doubts = aboutTokens.filter(({ apiToken }: { apiToken: object | null }) => apiToken === null);

    expect(doubts).toMatchObject(
      ['DUPLICATE_NAME', 'NO_DESCRIPTION', 'OLD', 'NO_ACTIVE_TOKEN'].map((kind) => ({
        kind,
        certainty: 'UNKNOWN',
        evidence: { text: 'Tokens of the project that could not be read: 1.', errorCode: 'UPSTREAM_BAD_RESPONSE' },
      })),
    );
    expect(aboutTokens.length).toBeGreaterThan(doubts.length);
  });

  test('count the projects that could not be read', async () => {
    const good = { projectId: facade.projectId, projectName: 'Good' };
    answering(routes.listProjects, { projects: [good, { projectId: VALUE }] });

    expect(await findings()).toMatchObject({ projectsExamined: 1, unreadableCount: 1 });
  });

  test.each([
    ['tokens', routes.listTokens],
    ['limits', routes.listProjectLimits],
  ])('are not certain of a project whose %s are not there any more', async (_what, route) => {
    facade.emulator.setFaults([{ route, kind: 'status', status: 404, id: 2005 }]);
    const { nodes } = await findings();
    const kinds = route === routes.listTokens ? 4 : 1;

    expect(nodes.filter(({ certainty }: { certainty: string }) => certainty === 'UNKNOWN')).toHaveLength(kinds);
    for (const { kind, certainty } of nodes) {
      expect([kind, certainty]).not.toEqual([
        route === routes.listTokens ? 'NO_ACTIVE_TOKEN' : 'NO_USAGE_LIMIT',
        'CERTAIN',
      ]);
    }
  });

  test('are not certain that there is no limit where one has a status that is not known', async () => {
    answering(routes.listProjectLimits, { usageLimits: [{ id: 'x', hardLimit: 10, status: 'Active' }] });
    const { nodes } = await findings();

    expect(nodes.filter(({ kind }: { kind: string }) => kind === 'NO_USAGE_LIMIT')).toMatchObject([
      { certainty: 'UNKNOWN' },
    ]);
  });
});

describe('a run of many', () => {
  const SELECTION = `planId counts { total } projectCount unreadableProjectCount unreadableTokenCount
    projects { project { id } problem { code } unreadableTokenCount results { outcome problem { code } } }`;
  const wholeOrganization = () => ({ filter: { organizationId: facade.organizationId, status: ['ACTIVE'] } });

  test('counts tokens that could not be read, in its plan and as it is carried out', async () => {
    const active = wireTokens().filter(({ status }) => status === 'Active');
    facade.emulator.setFaults([
      { route: routes.listTokens, project: facade.projectId, kind: 'answer', body: { tokens: [...active, ODD, ODD] } },
    ]);
    const planned = await facade.mutate(
      'blockApiTokens',
      { ...wholeOrganization(), dryRun: true },
      { selection: SELECTION },
    );
    const { planId } = planned;
    const input = { ...wholeOrganization(), dryRun: false, planId };
    const done = await facade.mutate('blockApiTokens', input, { selection: SELECTION });

    for (const run of [planned, done]) {
      expect(run).toMatchObject({ projectCount: 3, unreadableProjectCount: 0, unreadableTokenCount: 2 });
      expect(run.projects[0]).toMatchObject({ project: { id: facade.projectId }, unreadableTokenCount: 2 });
    }
    expect(
      facade.events().map(({ unreadableTokens, details }) => unreadableTokens ?? details.unreadableTokens),
    ).toEqual([2, 2]);
  });

  test('shows a project of which no token could be read', async () => {
    facade.emulator.setFaults([
      { route: routes.listTokens, project: facade.projectId, kind: 'answer', body: { tokens: [ODD] } },
    ]);
    const { projects } = await facade.mutate(
      'blockApiTokens',
      { ...wholeOrganization(), dryRun: true },
      { selection: SELECTION },
    );

    expect(projects[0]).toMatchObject({
      project: { id: facade.projectId },
      problem: null,
      unreadableTokenCount: 1,
      results: [],
    });
  });

  test('looks through a project whose id alone can be read, and counts one without', async () => {
    const rows = [
      { projectId: facade.projectId, projectName: {} },
      { projectId: VALUE, projectName: 'Odd' },
    ];
    answering(routes.listProjects, { projects: rows });
    const run = await facade.mutate(
      'blockApiTokens',
      { ...wholeOrganization(), dryRun: true },
      { selection: SELECTION.replace('project { id }', '') },
    );

    expect(run).toMatchObject({ projectCount: 2, unreadableProjectCount: 1 });
    expect(run.counts.total).toBeGreaterThan(0);
  });

  test('does not say that a named token is absent where some could not be read', async () => {
    answering(routes.listTokens, { tokens: [ODD] });
    const input = { ids: [idOf(facade.projectId, member)], dryRun: true };
    const { projects } = await facade.mutate('blockApiTokens', input, { selection: SELECTION });

    expect(projects[0].results).toEqual([{ outcome: 'LEFT_OUT', problem: { code: 'UPSTREAM_BAD_RESPONSE' } }]);
  });
});

test('a change of a token that may be among those that cannot be read is an error', async () => {
  answering(routes.listTokens, { tokens: [ODD] });
  const change = facade.mutate('blockApiToken', { id: idOf(facade.projectId, member) });

  await expect(change).rejects.toThrow('UPSTREAM_BAD_RESPONSE');
});

test('a new project is handed out with those of its tokens that can be read, and the others are counted', async () => {
  const project = { projectId: 'd3a1c9b4-7e21-4f4e-8a5d-2b9c6e0f4d22', projectName: 'New' };
  const tokens = [
    ODD,
    { id: `default_${'EMULATORabcdefgh-0123456789_'.repeat(2)}`, name: 'Default', status: 'Active' },
  ];
  answering('POST /v1/organization/project', { ...project, tokens });
  const selection = 'project { name } apiTokens { secret apiToken { name } } unreadableApiTokenCount';
  const input = { name: 'New', administratorUserEmail: 'ana@acme.example' };
  const created = await facade.mutate('createProject', input, { selection });

  expect(created).toEqual({
    project: { name: 'New' },
    apiTokens: [{ secret: tokens[1]!.id, apiToken: { name: 'Default' } }],
    unreadableApiTokenCount: 1,
    userErrors: [],
  });
});
