import { afterAll, beforeAll, expect, test } from 'vitest';
import { readPlace } from '../../src/request/paging/cursors.ts';
import { PlacedPageInfo } from '../../src/request/paging/page.ts';
import { PlacedList } from '../../src/request/paging/placedList.ts';
import { type Facade, route, startFacade } from '../support/facade.ts';

let facade: Facade;

beforeAll(async () => {
  facade = await startFacade();
});
afterAll(() => facade.close());

const numbered = (from: number, count: number) =>
  Array.from({ length: count }, (_none, index) => ({ email: `n${from + index}`, roles: [] }));

/** Answers with these pages in turn, without a total, and with nothing after them. */
const paged = (...bodies: (readonly object[])[]) =>
  facade.emulator.setFaults([
    ...bodies.map((members) => ({ route: MEMBERS, kind: 'answer', times: 1, body: { members } }) as const),
    { route: MEMBERS, kind: 'answer', body: { members: [] } },
  ]);
const MEMBERS = route('GET /v2/accessControl/organizations/members');

async function ask(args: string) {
  const { token } = facade.emulator.seeded.organizations[0]!;
  const answer = await facade.query(
    `{ organization { members(${args}) { totalCount edges { cursor node { email } }
      pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } } }`,
    { token },
  );
  const { edges, pageInfo } = answer.data.organization.members;
  return {
    pageInfo,
    names: edges.map(({ node }: { node: { email: string } }) => node.email),
    cursors: edges.map(({ cursor }: { cursor: string }) => cursor) as string[],
  };
}

test('goes on after any item, wherever the pages of the platform end', async () => {
  const pages = [numbered(0, 4), numbered(4, 3)];
  paged(...pages);
  const whole = await ask('first: 100');
  expect(whole.names).toEqual([...Array(7).keys()].map((index) => `n${index}`));

  for (const [index, cursor] of whole.cursors.entries()) {
    // The last one leads past the pages, where nothing is.
    paged(...(index < 4 ? pages : index < 6 ? pages.slice(1) : []));
    const { names, pageInfo } = await ask(`after: "${cursor}"`);
    expect(names).toEqual(whole.names.slice(index + 1));
    expect(pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: true });
  }
});

const THINGS = new PlacedList('things', undefined, { first: 1 });

test('a page without items hands on whether some precede it; one with items knows', () => {
  const follows = (info: PlacedPageInfo) => readPlace(THINGS, info.endCursor!).follows;

  expect(follows(new PlacedPageInfo(THINGS, false, true, [], 30))).toBe(false);
  expect(follows(new PlacedPageInfo(THINGS, true, true, [], 30))).toBe(true);
  expect(follows(new PlacedPageInfo(THINGS, false, true, [7], 30))).toBe(true);
  expect(new PlacedPageInfo(THINGS, true, false, [], 30).endCursor).toBeNull();
});
