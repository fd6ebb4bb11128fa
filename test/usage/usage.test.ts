import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startEmulator } from '../../emulator/emulator.ts';
import { codes, type Facade, routes, startFacade } from '../support/facade.ts';
import { exportOfProject, figuresOf } from './platform.ts';

const FIGURES = `requests failures cost averageDurationMs percentile95DurationMs lastUsedAt complete
  perDay { day requests failures cost }`;
const USAGE = `query ($id: ID!, $window: UsageWindow) { project(id: $id) {
  usage(window: $window) { ${FIGURES} }
  apiTokens { nodes { name hint usage(window: $window) { ${FIGURES} attribution } } }
  assistants { nodes { name usage(window: $window) { ${FIGURES} } } }
} }`;
const EPOCH = Date.UTC(2026, 0, 12);
const instant = (ms: number) => new Date(ms).toISOString();
const BORROWING = { GEAI_BORROW_PROJECT_TOKENS: 'true' };

describe.each(['name', 'value'] as const)('with an export that prints the %s of tokens', (exportTokenAs) => {
  let facade: Facade;

  beforeAll(async () => {
    facade = await startFacade({
      emulator: {
        organizations: 1,
        projects: 2,
        requestsPerProject: 300,
        epoch: EPOCH,
        exportTokenAs,
        maxExportCount: 60,
      },
      env: BORROWING,
    });
  });
  beforeEach(() => facade.emulator.resetCalls());
  afterAll(() => facade.close());

  test('figures of any window are those of the export, for the project, every token and every assistant', async () => {
    const [organization] = facade.emulator.seeded.organizations;
    const project = organization!.projects[0]!;
    const all = await exportOfProject(facade.emulator.url, project);
    const hours = fc.integer({ min: 1, max: 2_200 });
    await fc.assert(
      fc.asyncProperty(hours, hours, async (start, length) => {
        const window = { from: instant(EPOCH - start * 3_600_000), to: instant(EPOCH - (start - length) * 3_600_000) };
        const variables = { id: project.id, window };
        const { data, errors } = await facade.query(USAGE, { token: organization!.token, variables });
        expect(errors).toBeUndefined();
        const within = all.filter(
          (one) => `${one.startTimestamp}Z` >= window.from && `${one.startTimestamp}Z` < window.to,
        );
        expect(data.project.usage).toEqual({ ...figuresOf(within), complete: true });
        for (const { name, usage } of data.project.apiTokens.nodes) {
          const id = project.tokens.find((token) => token.name === name)?.id;
          const own = within.filter(({ apiToken }) => apiToken === (exportTokenAs === 'name' ? name : id));
          const by = exportTokenAs === 'name' ? 'BY_NAME' : 'BY_VALUE';
          expect(usage).toEqual({ ...figuresOf(own), complete: true, attribution: own.length > 0 ? by : 'NONE' });
        }
        for (const { name, usage } of data.project.assistants.nodes) {
          expect(usage).toEqual({ ...figuresOf(within.filter((one) => one.assistant === name)), complete: true });
        }
      }),
      { numRuns: 20 },
    );
  });

  test('one reading of the export serves project, tokens and assistants, and shows no name or value of a request', async () => {
    const [organization] = facade.emulator.seeded.organizations;
    const project = organization!.projects[0]!;
    await facade.query('{ viewer { scopes } }', { token: organization!.token });
    facade.emulator.resetCalls();
    const variables = { id: project.id, window: { from: instant(0), to: instant(EPOCH) } };
    const answer = await facade.query(USAGE, { token: organization!.token, variables });

    // 300 requests in pages of 60, which the platform caps, and the empty one.
    expect(facade.upstream()).toEqual({
      [routes.getProject]: 1,
      [routes.listTokens]: 1,
      [routes.listAssistants]: 1,
      [routes.exportRequests]: 6,
    });
    for (const { id } of project.tokens) expect(answer.text + facade.log()).not.toContain(id);
  });

  test('requests lead to the token that made them', async () => {
    const [organization] = facade.emulator.seeded.organizations;
    const project = organization!.projects[0]!;
    const all = await exportOfProject(facade.emulator.url, project);
    const { data, errors, text } = await facade.query(
      'query ($id: ID!) { project(id: $id) { requests(first: 50) { nodes { apiToken { name } } } } }',
      { token: organization!.token, variables: { id: project.id } },
    );
    const names = new Map(project.tokens.map(({ id, name }) => [id, name]));

    expect(errors).toBeUndefined();
    expect(data.project.requests.nodes.map((node: { apiToken: { name: string } }) => node.apiToken.name)).toEqual(
      all.slice(0, 50).map(({ apiToken }) => names.get(apiToken) ?? apiToken),
    );
    for (const { id } of project.tokens) expect(text + facade.log()).not.toContain(id);
  });
});

describe('a project', () => {
  let facade: Facade;

  beforeAll(async () => {
    facade = await startFacade({ emulator: { organizations: 2, projects: 6, epoch: EPOCH }, env: BORROWING });
  });
  beforeEach(() => facade.emulator.resetCalls());
  afterAll(() => facade.close());

  const usages = async (id: string, token = facade.emulator.seeded.organizations[0]!.token) =>
    facade.query(USAGE, { token, variables: { id, window: { from: instant(0) } } });

  test('with two tokens of one name shows what both did together, and says so', async () => {
    const project = facade.emulator.seeded.organizations[0]!.projects[0]!;
    const before = await usages(project.id);
    const first = before.data.project.apiTokens.nodes.find((node: { name: string }) => node.name === 'Default');
    const twin = facade.emulator.createToken(project.id, 'Default', 'A second one');
    facade.emulator.addRequest(project.id, { apiToken: twin, cost: 0.1 });
    const after = await usages(project.id);
    const twins = after.data.project.apiTokens.nodes.filter((node: { name: string }) => node.name === 'Default');

    expect(twins).toHaveLength(2);
    for (const { usage } of twins) {
      expect(usage).toMatchObject({ requests: first.usage.requests + 1, attribution: 'AMBIGUOUS_NAME' });
    }
  });

  test('a project whose export fails loses its figures and nothing else', async () => {
    const project = facade.emulator.seeded.organizations[0]!.projects[1]!;
    facade.emulator.setFaults([{ route: routes.exportRequests, kind: 'status', status: 500, id: 500 }]);
    const answer = await usages(project.id);
    facade.emulator.setFaults([]);

    expect(answer.data.project.usage).toBeNull();
    expect(answer.data.project.apiTokens.nodes).toHaveLength(project.tokens.length);
    expect(answer.data.project.apiTokens.nodes.every(({ usage }: { usage: unknown }) => usage === null)).toBe(true);
    expect(new Set(codes(answer))).toEqual(new Set(['UPSTREAM_UNAVAILABLE']));
    expect(facade.upstream()[routes.exportRequests]).toBe(1);
  });

  test('without an active token to borrow has no figures, and says why', async () => {
    const locked = facade.emulator.seeded.organizations[0]!.projects[4]!;
    const answer = await usages(locked.id);

    expect(answer.data.project.apiTokens.nodes.length).toBeGreaterThan(0);
    expect(new Set(codes(answer))).toEqual(new Set(['CREDENTIAL_REQUIRED']));
    expect(facade.upstream()[routes.exportRequests]).toBeUndefined();
  });

  test('of another organization gives nothing, and its export is not asked for', async () => {
    const foreign = facade.emulator.seeded.organizations[1]!.projects[0]!;
    const answer = await usages(foreign.id);

    expect(answer.data.project).toBeNull();
    expect(facade.upstream()[routes.exportRequests]).toBeUndefined();
  });

  test.each([
    [{ from: 'yesterday' }, 'from'],
    [{ from: '2026-01-12T09:00:00' }, 'zone'],
    [{ to: '2026-13-45T00:00:00Z' }, 'to'],
    [{ from: '2026-01-12T00:00:00Z', to: '2026-01-12T00:00:00Z' }, 'before'],
    [{ from: 5 }, 'from'],
  ])('refuses the window %j with a clear error, before the export', async (window, word) => {
    const { id } = facade.emulator.seeded.organizations[0]!.projects[0]!;
    const { token } = facade.emulator.seeded.organizations[0]!;
    const answer = await facade.query(USAGE, { token, variables: { id, window } });

    expect(new Set(codes(answer))).toEqual(new Set(['BAD_USER_INPUT']));
    expect(answer.errors?.[0]?.message).toContain(word);
    expect(facade.upstream()[routes.exportRequests]).toBeUndefined();
  });
});

describe('the usage of a project', () => {
  let facade: Facade;

  beforeAll(async () => {
    facade = await startFacade({ emulator: { organizations: 1, projects: 2, epoch: EPOCH } });
  });
  afterAll(() => facade.close());

  const WINDOW = 'window: { from: "2025-12-01T00:00:00Z", to: "2026-01-12T00:00:00Z" }';
  const project = () => facade.emulator.seeded.organizations[0]!.projects[0]!;

  test('takes a token of the project and no other, and starts beside the project', async () => {
    const token = project().tokens[0]!.id;
    await facade.query('{ viewer { scopes } }', { token });
    facade.emulator.resetCalls();
    facade.emulator.answerTogether(true);
    const document = `{ project(id: "${project().id}") { name usage(${WINDOW}) { requests } } }`;
    const { data, errors } = await facade.query(document, { token });
    facade.emulator.answerTogether(false);

    expect(errors).toBeUndefined();
    expect(data.project.usage.requests).toBeGreaterThan(0);
    expect(facade.upstream()).toEqual({ [routes.getProject]: 1, [routes.exportRequests]: 2 });
    expect(facade.emulator.roundTrips()).toBe(2);
  });

  test('is null, with the reason, for a token of the organization without borrowing', async () => {
    const { token } = facade.emulator.seeded.organizations[0]!;
    const answer = await facade.query(`{ project(id: "${project().id}") { name usage(${WINDOW}) { requests } } }`, {
      token,
    });

    expect(answer.data.project).toEqual({ name: project().name, usage: null });
    expect(codes(answer)).toEqual(['CREDENTIAL_REQUIRED']);
  });

  test('on each of 20 projects of a page costs the exports alone, and one that fails hides no other', async () => {
    const many = await startFacade({ emulator: { organizations: 1, projects: 20 }, env: BORROWING });
    const { token, projects } = many.emulator.seeded.organizations[0]!;
    const failing = projects[0]!;
    await many.query('{ viewer { scopes } }', { token });
    many.emulator.setFaults([{ route: routes.exportRequests, project: failing.id, kind: 'status', status: 500 }]);
    many.emulator.resetCalls();
    const { data } = await many.query(`{ organization { projects { nodes { id usage(${WINDOW}) { requests } } } } }`, {
      token,
    });
    const upstream = many.upstream();
    await many.close();

    const readable = data.organization.projects.nodes.filter(({ usage }: { usage: unknown }) => usage !== null);
    const locked = projects.filter(({ tokens }) => !tokens.some(({ status }) => status === 'Active')).length;
    expect(readable).toHaveLength(20 - locked - 1);
    expect(readable.map(({ id }: { id: string }) => id)).not.toContain(failing.id);
    expect(upstream[routes.listTokens]).toBe(20);
    expect(upstream[routes.exportRequests]).toBe(2 * readable.length + 1);
  });
});

test('more requests than the bound are cut: lower bounds, and since when they are whole', async () => {
  const emulator = await startEmulator({
    organizations: 1,
    projects: 1,
    requestsPerProject: 100,
    maxExportCount: 3,
    epoch: EPOCH,
  });
  const facade = await startFacade({ sharedEmulator: emulator, env: BORROWING });
  const [organization] = emulator.seeded.organizations;
  const { data, errors } = await facade.query(
    `{ organization { projects { nodes { apiTokens { nodes { usage(window: { from: "2000-01-01T00:00:00Z" }) {
      requests complete coveredSince } } } usage(window: { from: "2000-01-01T00:00:00Z" }) { requests complete coveredSince } } } } }`,
    { token: organization!.token },
  );
  const nodes: { usage: { requests: number; complete: boolean; coveredSince: string } }[] =
    data.organization.projects.nodes[0].apiTokens.nodes;

  expect(errors).toBeUndefined();
  expect(facade.upstream()[routes.exportRequests]).toBe(20);
  expect(nodes.every(({ usage }) => !usage.complete && usage.coveredSince < instant(EPOCH))).toBe(true);
  expect(data.organization.projects.nodes[0].usage).toEqual({
    requests: 60,
    complete: false,
    coveredSince: nodes[0]!.usage.coveredSince,
  });
  expect(nodes.reduce((sum, { usage }) => sum + usage.requests, 0)).toBe(60);
  await facade.close();
  await emulator.close();
});
