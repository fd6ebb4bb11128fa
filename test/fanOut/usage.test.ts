import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { plan } from '../cost/planned.ts';
import { routes } from '../support/facade.ts';
import { DAILY } from '../usage/groups.ts';
import { entitiesQuery, idOf, type MeasuredFacade, references, SIZES, startMeasured } from './measured.ts';

let facade: MeasuredFacade;

beforeAll(async () => {
  facade = await startMeasured({ GEAI_BORROW_PROJECT_TOKENS: 'true', UPSTREAM_CALL_BUDGET: '10000' });
});
afterAll(() => facade.close());

const WINDOW = 'window: { from: "2025-01-01T00:00:00Z", to: "2030-01-01T00:00:00Z" }';

describe.each(SIZES)('of %i projects', (count) => {
  const openProjects = () =>
    facade.organization.projects.filter(({ tokens }) => tokens[0]?.status === 'Active').slice(0, count);

  test('the usage costs a reading of each export and the list of tokens to borrow from', async () => {
    const { data, errors, upstream } = await facade.measure(
      entitiesQuery(
        'Project',
        `name a: usage(${WINDOW}) { requests perDay { day } } b: usage(${WINDOW}) { cost }
        apiTokens { nodes { usage(${WINDOW}) { requests } } }`,
      ),
      references('Project', openProjects().map(idOf)),
    );

    expect(errors).toBeUndefined();
    expect(data._entities.every(({ a }: { a: { requests: number } }) => a.requests > 0)).toBe(true);
    expect(upstream).toEqual({
      [count === 1 ? routes.getProject : routes.listProjects]: 1,
      [routes.listTokens]: count,
      // A page, and the empty one that is the end.
      [routes.exportRequests]: 2 * count,
    });
  });

  test.each([
    ['TOKEN', 2],
    ['ASSISTANT', 2],
    ['DAY', 0],
  ])('the usage of the organization by %s costs as much, and no more than planned', async (groupBy, exports) => {
    const document = `query ($projectIds: [ID!]) { organization {
      a: usage(groupBy: ${groupBy}, projectIds: $projectIds, ${WINDOW}) { requests unreadableProjectCount nodes { apiToken { name } } }
      b: usage(groupBy: ${groupBy}, projectIds: $projectIds, ${WINDOW}, first: 1) { cost nodes { day } } } }`;
    const variables = { projectIds: openProjects().map(idOf) };
    const { data, errors, upstream } = await facade.measure(document, variables);
    const made = Object.values(upstream).reduce((sum, calls) => sum + calls, 0);

    expect(errors).toBeUndefined();
    expect(data.organization.a).toMatchObject({ unreadableProjectCount: 0 });
    expect(data.organization.a.requests).toBeGreaterThan(0);
    expect(upstream).toEqual({
      [routes.listProjects]: 1,
      [routes.listTokens]: count,
      ...(exports > 0 ? { [routes.exportRequests]: exports * count } : dailyCalls(count)),
    });
    expect(made).toBeLessThanOrEqual(plan(document, variables, { borrows: true }, undefined, undefined, 200).calls - 1);
  });
});

const dailyCalls = (count: number) => Object.fromEntries(DAILY.map((route) => [route, count]));

test('the usage of a whole organization by day costs two calls, however many projects it has', async () => {
  const document = `{ organization { usage(groupBy: DAY, ${WINDOW}) { requests } analytics(${WINDOW}) { requestsPerDay { day } } } }`;
  const { data, errors, upstream } = await facade.measure(document);

  expect(errors).toBeUndefined();
  expect(data.organization.usage.requests).toBeGreaterThan(0);
  expect(upstream).toEqual(dailyCalls(1));
});

test('the usage of a whole organization by token reads every project, and names those that no token opens', async () => {
  const { projects } = facade.organization;
  const document = `{ organization { usage(groupBy: TOKEN, ${WINDOW}) { complete unreadableProjectCount requests } } }`;
  const { data, errors, upstream } = await facade.measure(document);
  const locked = projects.filter(({ tokens }) => !tokens.some(({ status }) => status === 'Active')).length;

  expect(errors).toBeUndefined();
  expect(data.organization.usage).toMatchObject({ complete: locked === 0, unreadableProjectCount: locked });
  expect(upstream).toEqual({
    [routes.listProjects]: 1,
    [routes.listTokens]: projects.length,
    [routes.exportRequests]: 2 * (projects.length - locked),
  });
});
