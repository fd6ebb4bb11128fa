import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { plan } from '../cost/planned.ts';
import { entitiesQuery, idOf, type MeasuredFacade, references, SIZES, startMeasured } from '../fanOut/measured.ts';
import { codes, type Facade, type FacadeOptions, type Request, routes, startFacade } from '../support/facade.ts';

const WINDOW = 'window: { from: "2025-12-01T00:00:00Z", to: "2026-02-01T00:00:00Z" }';
const FIGURE = 'GET /v1/analytics/requests/total-requests';
const figures = `analytics(${WINDOW}) { totalRequests }`;
const ofProject = (id: string) => `{ project(id: "${id}") { name ${figures} } }`;

/** A facade of its own; asks once before, so that the tokens are known. */
async function startAnalytics({ emulator, env }: FacadeOptions = {}) {
  const facade = await startFacade({
    emulator: { projects: 3, requestsPerProject: 40, ...emulator },
    ...(env && { env }),
  });
  onTestFinished(() => facade.close());
  const [organization, other] = facade.emulator.seeded.organizations;
  if (!organization || !other) throw new Error('two organizations are needed');
  const measure = async (document: string, request: Request) => {
    await facade.query('{ viewer { scopes } }', request);
    facade.emulator.resetCalls();
    const answer = await facade.query(document, request);
    return { ...answer, upstream: facade.upstream(), codes: codes(answer) };
  };
  return { facade, organization, other, project: organization.projects[0]!, measure };
}

/** The figure of a project, as its own token gets it. */
async function truth({ emulator }: Facade, token: string): Promise<number> {
  const url = `${emulator.url}/v1/analytics/requests/total-requests?startDate=2025-12-01&endDate=2026-01-31`;
  const answer = await fetch(url, { headers: { authorization: `Bearer ${token}` } });
  return ((await answer.json()) as { totalRequests: number }).totalRequests;
}

test('an organization token reads the figures of the project that is asked for, not those of all', async () => {
  const { facade, organization, project, measure } = await startAnalytics();
  const { token } = organization;
  const own = await measure(ofProject(project.id), { token });
  const whole = await measure(`{ organization { ${figures} } }`, { token });

  expect(own.data.project.analytics.totalRequests).toBe(await truth(facade, project.tokens[0]!.id));
  expect(whole.data.organization.analytics.totalRequests).toBe(await truth(facade, token));
  expect(own.data.project.analytics.totalRequests).toBeLessThan(whole.data.organization.analytics.totalRequests);
  expect(own.upstream).toEqual({ [routes.getProject]: 1, [FIGURE]: 1 });
});

test('a token of the project goes before one of its organization', async () => {
  const { organization, project, measure } = await startAnalytics({ emulator: { analyticsOrganizationTokens: false } });
  const both = { token: organization.token, tokens: [project.tokens[0]!.id] };
  const answer = await measure(ofProject(project.id), both);

  expect(answer.errors).toBeUndefined();
  expect(answer.upstream[FIGURE]).toBe(1);
});

test('the figure alone is an error if the platform refuses organization tokens', async () => {
  const { organization, project, measure } = await startAnalytics({ emulator: { analyticsOrganizationTokens: false } });
  const own = await measure(ofProject(project.id), { token: organization.token });
  const whole = await measure(`{ organization { id ${figures} } }`, { token: organization.token });

  expect(own.data.project).toMatchObject({ name: project.name, analytics: { totalRequests: null } });
  expect(whole.data.organization).toEqual({ id: organization.id, analytics: { totalRequests: null } });
  expect([own.codes, whole.codes]).toEqual([['FORBIDDEN'], ['FORBIDDEN']]);
});

test('missing figures of an organization are an error, and not those of a project', async () => {
  const { organization, measure } = await startAnalytics({ emulator: { analyticsScope: 'project' } });
  const whole = await measure(`{ organization { id ${figures} } }`, { token: organization.token });

  expect(whole.data.organization.analytics).toEqual({ totalRequests: null });
  expect(whole.codes).toHaveLength(1);
});

test('with borrowing, a token of the project is borrowed, as planned', async () => {
  const { facade, organization, project, measure } = await startAnalytics({
    emulator: { analyticsOrganizationTokens: false },
    env: { GEAI_BORROW_PROJECT_TOKENS: 'true' },
  });
  const answer = await measure(ofProject(project.id), { token: organization.token });

  expect(answer.data.project.analytics.totalRequests).toBe(await truth(facade, project.tokens[0]!.id));
  expect(answer.upstream).toEqual({ [routes.getProject]: 1, [routes.listTokens]: 1, [FIGURE]: 1 });
  expect(plan(ofProject(project.id), {}, { borrows: true }).calls).toBe(4);
});

test('of several organizations, the one that has the project is asked, as planned', async () => {
  const { facade, organization, other, project, measure } = await startAnalytics();
  const both = { token: other.token, tokens: [organization.token] };
  const answer = await measure(ofProject(project.id), both);
  const made = Object.values(answer.upstream).reduce((sum, count) => sum + count, 0);

  expect(answer.data.project.analytics.totalRequests).toBe(await truth(facade, project.tokens[0]!.id));
  expect(answer.upstream[FIGURE]).toBe(1);
  expect(made).toBeLessThanOrEqual(plan(ofProject(project.id), {}, { tokens: 2 }).calls - 2);
});

test('figures of two organizations are one call each, as planned', async () => {
  const { organization, other, measure } = await startAnalytics();
  const document = `{ viewer { organizations { id ${figures} } } }`;
  const answer = await measure(document, { token: organization.token, tokens: [other.token] });

  expect(answer.upstream).toEqual({ [FIGURE]: 2 });
  expect(plan(document, {}, { tokens: 2 }).calls).toBe(4);
});

test('without a token of either, nothing is sent, and the error says which is missing', async () => {
  const { organization, project, measure } = await startAnalytics();
  const stranger = { token: organization.projects[1]!.tokens[0]!.id };
  const document = `{ viewer { projects { organization { ${figures} } } } }`;
  const whole = await measure(document, stranger);
  const own = await measure(ofProject(project.id).replace('name', ''), stranger);

  expect(whole.errors).toMatchObject([{ extensions: { code: 'CREDENTIAL_REQUIRED', scope: 'ORGANIZATION' } }]);
  expect(own.codes).toContain('CREDENTIAL_REQUIRED');
  expect([whole.upstream[FIGURE], own.upstream[FIGURE]]).toEqual([undefined, undefined]);
});

let many: MeasuredFacade;

beforeAll(async () => {
  many = await startMeasured();
});
afterAll(() => many.close());

test.each(SIZES)('a figure of %i projects is a call each, and their look-up one', async (size) => {
  const ids = many.organization.projects.slice(0, size).map(idOf);
  const document = entitiesQuery('Project', `id ${figures}`);
  const { data, errors, upstream } = await many.measure(document, references('Project', ids));
  const { calls } = plan(document, references('Project', ids));
  const made = Object.values(upstream).reduce((sum, count) => sum + count, 0);

  expect(errors).toBeUndefined();
  expect(data._entities).toHaveLength(size);
  expect(upstream[FIGURE]).toBe(size);
  expect(made).toBe(size + 1);
  expect(made).toBeLessThanOrEqual(calls - 1);
});
