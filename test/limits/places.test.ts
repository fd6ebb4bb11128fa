import { getLocation, Source } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Facade, startFacade } from '../support/facade.ts';

let facade: Facade;

beforeAll(async () => {
  facade = await startFacade({ emulator: { projects: 1 } });
});
afterAll(() => facade.close());

/** Places that graphql-js finds in the text for each occurrence of a word. */
function placesIn(text: string, word: string) {
  return [...text.matchAll(new RegExp(word, 'g'))].map(({ index }) => getLocation(new Source(text), index));
}

/** Documents whose errors are all about one word, and what kind of error that is. */
const MISTAKEN: [kind: string, word: string, lines: string[]][] = [
  ['the syntax', '\\?', ['# a comment', '{ organization {', '  ? } }']],
  ['validation', 'nothing', ['', '{ a: organization { id', ' nothing', '} b: organization { nothing } }']],
  ['validation, with two places', 'at: ', ['{', ' organization { at: id', '', '', '   at: name } }']],
  ['validation, after a text of lines', 'more', ['{ project(id: """', 'a', '', ' b""") { id } more }']],
  ['execution', 'organization', ['query Q', ' { # a comment', ' organization { id } }']],
  ['execution of merged fields', 'organization', ['', '{ organization { id } ', '', 'organization { name } }']],
  ['operations that are not served', 'subscription', ['', '', ' subscription { nothing }']],
];

describe.each([
  ['\\n', '\n'],
  ['\\r\\n', '\r\n'],
  ['\\r', '\r'],
])('with lines that end with %s, errors name the place', (_name, end) => {
  test.each(MISTAKEN)('of %s', async (_kind, word, lines) => {
    const text = lines.join(end);

    const { errors = [] } = await facade.query(text, {});

    expect(errors.flatMap(({ locations = [] }) => locations)).toEqual(placesIn(text, word));
  });
});
