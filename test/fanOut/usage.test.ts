import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { routes } from '../support/facade.ts';
import { entitiesQuery, idOf, type MeasuredFacade, references, SIZES, startMeasured } from './measured.ts';

let facade: MeasuredFacade;

beforeAll(async () => {
  facade = await startMeasured({ GEAI_BORROW_PROJECT_TOKENS: 'true' });
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
});
