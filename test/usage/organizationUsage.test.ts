import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { routes } from '../support/facade.ts';
import {
  DAILY,
  EPOCH,
  type ExportedOf,
  expectedGroups,
  exportsOf,
  type Group,
  instant,
  isWithin,
  shownGroups,
  startUsage,
  type UsageFacade,
} from './groups.ts';
import { sumsOf } from './platform.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const hours = fc.integer({ min: 1, max: 2_200 });
const windows = fc.tuple(hours, hours).map(([start, length]) => ({
  from: instant(EPOCH - start * HOUR),
  to: instant(EPOCH - (start - length) * HOUR),
}));

describe.each(['name', 'value'] as const)('with an export that prints the %s of tokens', (exportTokenAs) => {
  let facade: UsageFacade;
  let exported: readonly ExportedOf[];

  beforeAll(async () => {
    facade = await startUsage({ projects: 4, requestsPerProject: 120, exportTokenAs });
    exported = await exportsOf(facade.emulator.url, facade.organization);
  });
  afterAll(() => facade.close());

  const printed = ({ id, name }: { readonly id: string; readonly name: string }) =>
    exportTokenAs === 'name' ? name : id;
  const tokenOf = ({ apiToken, project }: ExportedOf) =>
    project.tokens.find((token) => printed(token) === apiToken)?.name;

  test.each<[string, (one: ExportedOf) => string, (group: Group) => string]>([
    [
      'TOKEN',
      (one) => `${one.project.id} ${tokenOf(one)}`,
      ({ project, apiToken }) => `${project.id} ${apiToken.name}`,
    ],
    [
      'ASSISTANT',
      ({ assistant, project }) => `${project.id} ${assistant}`,
      ({ project, answeredBy }) => `${project.id} ${answeredBy ?? 'N/D'}`,
    ],
  ])('by %s, groups of any window hold every request once, the costliest first', async (groupBy, keyOf, keyOfGroup) => {
    await fc.assert(
      fc.asyncProperty(windows, async (window) => {
        const within = exported.filter(isWithin(window));
        const found = await facade.page({ groupBy, window });

        expect(shownGroups(found.nodes, keyOfGroup)).toEqual(expectedGroups(within, keyOf));
        expect(found).toMatchObject({ ...window, ...sumsOf(within), complete: true, totalCount: found.nodes.length });
        const costs = found.nodes.map(({ cost }: Group) => Number(cost));
        expect(costs).toEqual(costs.toSorted((a: number, b: number) => b - a));
      }),
      { numRuns: 15 },
    );
  });

  test('groups by token tell how, and neither name nor value of an export is shown', async () => {
    const answer = await facade.ask({ groupBy: 'TOKEN' });
    const { nodes } = answer.data.organization.usage;

    expect(new Set(nodes.map(({ attribution }: Group) => attribution))).toEqual(
      new Set([exportTokenAs === 'name' ? 'BY_NAME' : 'BY_VALUE']),
    );
    expect(nodes.every(({ tokenName, apiToken }: Group) => tokenName === apiToken.name)).toBe(true);
    for (const { tokens } of facade.organization.projects)
      for (const { id } of tokens) expect(answer.text + facade.log()).not.toContain(id);
  });

  test('by DAY, groups are the whole days that the window touches, for two calls', async () => {
    await fc.assert(
      fc.asyncProperty(windows, async (window) => {
        const from = instant(Math.floor(Date.parse(window.from) / DAY) * DAY);
        const to = instant(Math.ceil(Date.parse(window.to) / DAY) * DAY);
        const within = exported.filter(isWithin({ from, to }));
        facade.emulator.resetCalls();
        const found = await facade.page({ groupBy: 'DAY', window });

        const { [routes.validate]: _identifying, ...calls } = facade.upstream();

        // Equal days are remembered for seconds.
        expect(Object.entries(calls).filter(([route, count]) => !DAILY.includes(route) || count > 1)).toEqual([]);
        expect(
          found.nodes.map(({ day, ...rest }: Group) => ({ key: day, requests: rest.requests, cost: rest.cost })),
        ).toEqual(
          expectedGroups(within, ({ startTimestamp }) => startTimestamp.slice(0, 10)).map(
            ({ key, requests, cost }) => ({
              key,
              requests,
              cost,
            }),
          ),
        );
        expect(found.nodes.every(({ day, perDay }: Group) => perDay.length === 1 && perDay[0].day === day)).toBe(true);
        expect(found).toMatchObject({ from, to, ...sumsOf(within), complete: true });
      }),
      { numRuns: 15 },
    );
  });

  test('by DAY, named projects cost two calls each, and their days are added up', async () => {
    const chosen = facade.organization.projects.slice(0, 2);
    await facade.query('{ viewer { scopes } }', { token: facade.organization.token });
    facade.emulator.resetCalls();
    const found = await facade.page({ groupBy: 'DAY', projectIds: chosen.map(({ id }) => id.toUpperCase()) });

    expect(DAILY.map((route) => facade.upstream()[route])).toEqual([2, 2]);
    expect(found).toMatchObject(sumsOf(exported.filter(({ project }) => chosen.includes(project))));
  });

  test.each(['TOKEN', 'ASSISTANT', 'DAY'])('by %s, pages hold together', async (groupBy) => {
    const { nodes } = await facade.page({ groupBy });
    const walked: Group[] = [];
    let after: string | null = null;
    do {
      const part: Group = await facade.page({ groupBy, first: 5, after });
      walked.push(...part.nodes);
      after = part.pageInfo.hasNextPage ? part.pageInfo.endCursor : null;
    } while (after !== null);

    expect(nodes.length).toBeGreaterThan(5);
    expect(walked).toEqual(nodes);
  });

  const shownOf: Record<string, (group: Group) => number> = {
    COST: ({ cost }) => Number(cost),
    REQUESTS: ({ requests }) => requests,
    LAST_USED_AT: ({ lastUsedAt, day }) => Date.parse(lastUsedAt ?? day),
  };

  test.each(
    Object.keys(shownOf).flatMap((field) => ['TOKEN', 'ASSISTANT', 'DAY'].map((groupBy) => [field, groupBy] as const)),
  )('groups ordered by %s are the same from both ends, by %s', async (field, groupBy) => {
    const { nodes: rising } = await facade.page({ groupBy, orderBy: { field, direction: 'ASC' } });
    const { nodes: falling } = await facade.page({ groupBy, orderBy: { field } });
    const amounts = rising.map(shownOf[field]!);

    expect(amounts).toEqual(amounts.toSorted((a: number, b: number) => a - b));
    expect(falling).toEqual(rising.toReversed());
  });
});
