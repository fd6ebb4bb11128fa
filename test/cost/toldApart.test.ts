import { describe, expect, test } from 'vitest';
import { plan, uuid } from './planned.ts';

const calls = (fields: string) => plan(`{ project(id: "${uuid(1)}") { ${fields} } }`, {}, { borrows: false }).calls;

/** What `fields` cost beside what the project itself costs. */
const costOf = (...fields: string[]) =>
  calls(fields.map((field, index) => `a${index}: ${field}`).join(' ')) - calls('name');

const requests = (args: string, below = 'status') => `requests(${args}) { nodes { ${below} } }`;
const usage = (day: string) =>
  `assistants { nodes { usage(window: { from: "2026-01-${day}T00:00:00Z" }) { requests } } }`;

describe('a read that the loaders share is counted once, and others each time:', () => {
  test.each<[what: string, one: string, other: string]>([
    ['pages by their place', requests('first: 5'), requests('first: 5, after: "WyJ4Iiw1XQ"')],
    [
      'pages by their place, in long cursors',
      requests(`after: "${'a'.repeat(300)}"`),
      requests(`after: "${'b'.repeat(300)}"`),
    ],
    ['pages by their size', requests('first: 5'), requests('first: 6')],
    ['assistants by how deep', 'assistants { nodes { name } }', 'assistants { nodes { revisions { number } } }'],
    ['figures by their window', usage('01'), usage('02')],
  ])('%s', (_what, one, other) => {
    expect(costOf(one, one)).toBe(costOf(one));
    expect(costOf(one, other)).toBeGreaterThan(Math.max(costOf(one), costOf(other)));
  });

  // The setting of the server decides whether texts are read, not the selection.
  test('pages with texts and without are one', () => {
    expect(costOf(requests('first: 5'), requests('first: 5', 'input'))).toBe(costOf(requests('first: 5')));
  });
});
