import fc from 'fast-check';
import { GraphQLError } from 'graphql';
import { describe, expect, test, vi } from 'vitest';
import { MAX_PAGE_SIZE } from '../src/limits/limits.ts';
import { listing, orders, type PageArguments, paginate } from '../src/request/paging/pagination.ts';

interface Item {
  readonly key: string;
  readonly serial: number;
}

type Field = 'KEY' | 'ENDING';
interface Chosen {
  readonly field: Field;
  readonly direction: 'ASC' | 'DESC';
}

/** By key: the first code unit of the key, then the others, which is the order of the key. By ending: the same of its reverse. */
const ordersOf = (list: string) =>
  orders<Item, Field>({
    KEY: listing(
      list,
      ({ key }) => key.slice(0, 1),
      ({ key }) => key.slice(1),
    ),
    ENDING: listing(
      `${list} ENDING`,
      ({ key }) => reversed(key).slice(0, 1),
      ({ key }) => reversed(key).slice(1),
    ),
  });

const page = (items: readonly Item[], args: PageArguments, list = 'things', chosen: Chosen | null = null) =>
  paginate(ordersOf(list)(chosen), items, args);

const reversed = (text: string) => text.split('').reverse().join('');

const CHOICES: readonly Chosen[] = [
  { field: 'KEY', direction: 'ASC' },
  { field: 'KEY', direction: 'DESC' },
  { field: 'ENDING', direction: 'ASC' },
  { field: 'ENDING', direction: 'DESC' },
];

/** Few different keys, so that equal ones are common. */
const items = fc
  .array(fc.constantFrom('', 'a', 'b', 'B', 'ab', 'aB', 'aba', 'é', '\u0000', '\u0000a', '😀'), { maxLength: 60 })
  .map((keys) => keys.map((key, serial): Item => ({ key, serial })));
const sizes = fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 5 });

/** More than any walk here takes: one that goes in a circle must fail, not hang. */
const MOST_PAGES = 1_000;

/** Reads page after page; `before` gives the list as it is when page number `turn` is read. */
function walk(sizesInTurn: readonly number[], chosen: Chosen, before: (turn: number) => readonly Item[]): Item[] {
  const seen: Item[] = [];
  let after: string | null = null;
  for (let turn = 0; turn < MOST_PAGES; turn += 1) {
    const first = sizesInTurn[turn % sizesInTurn.length] ?? 1;
    const { nodes, pageInfo } = page(before(turn), { first, after }, 'things', chosen);
    expect(nodes.length).toBeLessThanOrEqual(first);
    seen.push(...nodes);
    if (!pageInfo.hasNextPage) return seen;
    expect(nodes).toHaveLength(first);
    after = pageInfo.endCursor;
  }
  throw new Error('the walk does not end');
}

/** By UTF-16 code units, which is how text compares in the language; equal keys as given. Descending: the same from its end. */
function sorted(all: readonly Item[], { field, direction }: Chosen): Item[] {
  const textOf = ({ key }: Item) => (field === 'KEY' ? key : reversed(key));
  const ascending = all.toSorted((a, b) => {
    const [one, other] = [textOf(a), textOf(b)];
    return one < other ? -1 : one > other ? 1 : a.serial - b.serial;
  });
  return direction === 'ASC' ? ascending : ascending.toReversed();
}

test.each(CHOICES)('pages by $field $direction give every item once and in order, equal keys too', (chosen) => {
  fc.assert(
    fc.property(items, sizes, (all, sizesInTurn) => {
      expect(walk(sizesInTurn, chosen, () => all)).toEqual(sorted(all, chosen));
    }),
  );
});

test.each(CHOICES)(
  'by $field $direction, items that come or go between pages neither repeat nor hide others',
  (chosen) => {
    const keys = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 3 }), { maxLength: 40 });
    fc.assert(
      fc.property(
        keys,
        keys,
        keys,
        sizes,
        fc.infiniteStream(fc.nat()),
        (staying, coming, going, sizesInTurn, chance) => {
          const stays = new Set(staying);
          const staysAsItems = staying.map((key, serial): Item => ({ key, serial }));
          const passing = [...new Set([...coming, ...going])].filter((key) => !stays.has(key));
          const seen = walk(sizesInTurn, chosen, (turn) => {
            const present = passing.filter(() => (chance.next().value ?? 0) % 2 === 0);
            // The walk must end, even if items keep coming.
            return turn > 100 ? staysAsItems : [...staysAsItems, ...present.map((key) => ({ key, serial: -1 }))];
          });
          const seenKeys = seen.map(({ key }) => key);

          expect(seen.filter(({ key }) => stays.has(key))).toEqual(sorted(staysAsItems, chosen));
          expect(new Set(seenKeys).size).toBe(seenKeys.length);
        },
      ),
    );
  },
);

test('the order in which the platform lists the items does not matter', () => {
  const distinct = fc
    .uniqueArray(fc.string(), { maxLength: 30 })
    .map((keys) => keys.map((key, serial) => ({ key, serial })));
  fc.assert(
    fc.property(distinct, fc.integer({ min: 1, max: MAX_PAGE_SIZE }), (all, first) => {
      expect(page(all.toReversed(), { first })).toEqual(page(all, { first }));
    }),
  );
});

test('without a choice, the first order holds, ascending', () => {
  fc.assert(
    fc.property(items, (all) => {
      expect(page(all, { first: 100 }).nodes).toEqual(page(all, { first: 100 }, 'things', CHOICES[0]).nodes);
    }),
  );
});

test('a list is ordered once per order, however many pages are cut from it', () => {
  const keyOf = vi.fn(({ key }: Item) => key);
  const choose = orders<Item, 'KEY'>({ KEY: listing('things', keyOf, () => '') });
  const all = ['b', 'a', 'c'].map((key, serial) => ({ key, serial }));
  for (const direction of ['ASC', 'DESC', 'ASC', 'DESC'] as const) {
    paginate(choose({ field: 'KEY', direction }), all, { first: 1 });
  }

  expect(keyOf).toHaveBeenCalledTimes(all.length);
});

test('a page tells how many items there are in all, and whether more follow', () => {
  const all = ['a', 'b', 'c'].map((key, serial) => ({ key, serial }));
  const whole = page(all, { first: 3 });
  const part = page(all, { first: 2 });

  expect([whole.totalCount, whole.pageInfo.hasNextPage]).toEqual([3, false]);
  expect([part.totalCount, part.pageInfo.hasNextPage]).toEqual([3, true]);
});

test('an empty page has no cursor, and no page follows', () => {
  const nothing = { nodes: [], pageInfo: { hasNextPage: false, endCursor: null } };
  const all = [{ key: 'a', serial: 0 }];
  const { endCursor } = page(all, { first: 1 }).pageInfo;

  // The cursor is worked out when it is read.
  const read = ({ pageInfo: { hasNextPage, endCursor }, ...rest }: ReturnType<typeof page>) => {
    return { ...rest, pageInfo: { hasNextPage, endCursor } };
  };

  expect(read(page([], { first: 1 }))).toEqual({ ...nothing, totalCount: 0 });
  expect(read(page(all, { first: 1, after: endCursor }))).toEqual({ ...nothing, totalCount: 1 });
});

test('paging changes nothing in the list that it is given', () => {
  const all = Object.freeze(['b', 'a'].map((key, serial) => Object.freeze({ key, serial })));

  expect(page(all, { first: 2 }).nodes).toEqual([all[1], all[0]]);
});

describe('is refused as bad input', () => {
  const refusal = (args: PageArguments, list?: string): string => {
    try {
      page([{ key: 'a', serial: 0 }], args, list);
    } catch (error) {
      expect(error).toBeInstanceOf(GraphQLError);
      expect((error as GraphQLError).extensions.code).toBe('BAD_USER_INPUT');
      return (error as GraphQLError).message;
    }
    throw new Error('it was let through');
  };

  test('a number of items below 1 or above the maximum, and the message says what is right', () => {
    const bad = fc.oneof(fc.integer({ max: 0 }), fc.integer({ min: MAX_PAGE_SIZE + 1 }));
    fc.assert(
      fc.property(bad, (first) => {
        expect(refusal({ first })).toBe(`\`first\` is ${first}; it takes 1 to ${MAX_PAGE_SIZE}.`);
      }),
    );
  });

  test('a cursor of another list', () => {
    const { endCursor } = page([{ key: 'a', serial: 0 }], { first: 1 }, 'others').pageInfo;

    expect(refusal({ first: 1, after: endCursor }, 'things')).toContain('not a cursor of this list');
  });

  test.each(CHOICES)('a cursor of the order by $field $direction, in every other order', (given) => {
    const all = [{ key: 'a', serial: 0 }];
    const { endCursor } = page(all, { first: 1 }, 'things', given).pageInfo;

    for (const asked of CHOICES) {
      const read = () => page(all, { first: 1, after: endCursor }, 'things', asked);
      if (asked === given) expect(read().nodes).toEqual([]);
      else expect(read).toThrow('not a cursor of this list in this order');
    }
  });

  test('any text that is not a cursor', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.base64String(), fc.json().map(encoded)), (after) => {
        expect(refusal({ first: 1, after })).toContain('not a cursor of this list');
      }),
    );
  });

  test.each([
    ['no place', ['things', 'a']],
    ['no key', ['things']],
    ['a place that is no number', ['things', 'a', '0']],
    ['a key that is no text', ['things', 1, 0]],
    ['an object', { list: 'things', key: 'a', ordinal: 0 }],
  ])('a cursor with %s', (_case, content) => {
    expect(refusal({ first: 1, after: encoded(JSON.stringify(content)) })).toContain('not a cursor');
  });

  test('a cursor that was cut', () => {
    const cursor = page([{ key: 'a', serial: 0 }], { first: 1 }).pageInfo.endCursor ?? '';

    for (let length = 0; length < cursor.length; length += 1) {
      expect(refusal({ first: 1, after: cursor.slice(0, length) })).toContain('not a cursor');
    }
  });
});

function encoded(text: string): string {
  return Buffer.from(text).toString('base64url');
}
