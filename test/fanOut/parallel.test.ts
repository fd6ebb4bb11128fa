import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { routes } from '../support/facade.ts';
import { entitiesQuery, idOf, type MeasuredFacade, references, startMeasured } from './measured.ts';

/** Calls of one request under way at the same time, at most (src/platform/client/client.ts). */
const BOUND = 64;

let facade: MeasuredFacade;

beforeAll(async () => {
  facade = await startMeasured({ GEAI_BORROW_PROJECT_TOKENS: 'true' });
});
beforeEach(() => facade.emulator.answerTogether(true));
afterAll(() => facade.close());

const readInside = (count: number) =>
  facade.measure(
    entitiesQuery('Project', 'apiTokens { totalCount } assistants { totalCount }'),
    references('Project', facade.organization.projects.slice(0, count).map(idOf)),
  );

test('the calls of one request go out together, and never more than the bound', async () => {
  const { upstream } = await readInside(100);

  expect(upstream[routes.listTokens]).toBe(100);
  expect(facade.emulator.maxInFlight()).toBeGreaterThan(1);
  expect(facade.emulator.maxInFlight()).toBeLessThanOrEqual(BOUND);
});

test('a request of fewer calls than the bound sends them all at once, the list of the projects among them', async () => {
  await readInside(20);

  expect(facade.emulator.maxInFlight()).toBe(1 + 20);
});

test('requests at the same time do not wait for each other: each has a bound of its own', async () => {
  facade.emulator.resetCalls();
  const document = entitiesQuery('Project', 'apiTokens { totalCount }');
  const [one, two] = [facade.organization, facade.other].map(({ token, projects }) =>
    facade.query(document, { token, variables: references('Project', projects.slice(0, 100).map(idOf)) }),
  );
  await Promise.all([one, two]);

  expect(facade.emulator.maxInFlight()).toBeGreaterThan(BOUND);
  expect(facade.emulator.maxInFlight()).toBeLessThanOrEqual(2 * BOUND);
});
