import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import { searchable } from '../../src/values/textSearch.ts';
import { codes } from '../support/facade.ts';
import { startManaged } from '../support/managing.ts';

const contains = (name: string, part: string) => searchable(name).includes(searchable(part));

/** Names, and what people type to find them. */
const FOUND: [name: string, part: string][] = [
  ['Équipe', 'équipe'],
  ['E\u0301quipe', 'Équipe'],
  ['Équipe', 'e\u0301quipe'],
  ['Équipe', 'equipe'],
  ['Equipe', 'ÉQUIPE'],
  ['Straße', 'STRASSE'],
  ['STRASSE', 'straße'],
  ['STRAẞE', 'strasse'],
  ['ΟΔΟΣ', 'οδος'],
  ['οδοσήμανση', 'ΟΔΟΣ'],
  ['İstanbul', 'istanbul'],
  ['ﬁnance', 'finance'],
  ['Ｆｕｌｌ', 'full'],
  ['Ёлка', 'елка'],
  ['soft\u00adhyphen', 'softhyphen'],
  ['zero\u200bwidth', 'zerowidth'],
  ['Ção Paulo', 'cao paulo'],
  ['각도기', '각'],
  ['ガス', 'ガス'],
];

test.each(FOUND)('%s is found by %s', (name, part) => {
  expect(contains(name, part)).toBe(true);
});

test.each([
  ['각', '가'],
  ['ガス', 'カス'],
  ['Équipe', 'équipa'],
  ['कि', 'कु'],
])('%s is not found by %s', (name, part) => {
  expect(contains(name, part)).toBe(false);
});

const anyText = fc.string({ unit: 'binary' });

test('a text is found in every form of it, and by every part of plain text', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const forms = ['NFC', 'NFD', 'NFKC', 'NFKD'].map((form) => searchable(text.normalize(form)));
      expect(new Set(forms).size).toBe(1);
    }),
  );
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme-ascii' }), fc.nat(20), fc.nat(20), (text, from, length) => {
      expect(contains(text, text.slice(from, from + length).toUpperCase())).toBe(true);
    }),
  );
});

test('the form in which texts are searched does not change again', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      expect(searchable(searchable(text))).toBe(searchable(text));
    }),
    { numRuns: 1_000 },
  );
});

test('every filter by name finds what people type', async () => {
  const facade = await startManaged();
  onTestFinished(() => facade.close());
  const { emulator, query, mutate, token, organizationId, projectId } = facade;
  await mutate('createProject', { name: 'E\u0301quipe d\u2019été', administratorUserEmail: 'ana@acme.example' });
  emulator.createToken(projectId, 'E\u0301quipe');
  const projects = async (nameContains: string) => {
    const document = `query ($text: String) { organization { projects(filter: { nameContains: $text }) { totalCount } } }`;
    return query(document, { token, variables: { text: nameContains } });
  };
  const tokens = async (nameContains: string) => {
    const filter = { organizationId, nameContains };
    return mutate('blockApiTokens', { filter, dryRun: true }, { selection: 'counts { total }' });
  };

  for (const part of ['équipe', 'EQUIPE', 'e\u0301q']) {
    expect((await projects(part)).data.organization.projects.totalCount).toBe(1);
    expect((await tokens(part)).counts.total).toBe(1);
  }
  for (const nothing of ['\u0301', '\u200b', '\u00ad\u0300']) {
    expect(codes(await projects(nothing))).toEqual(['BAD_USER_INPUT']);
    expect((await tokens(nothing)).userErrors).toMatchObject([{ code: 'REQUIRED', field: 'filter.nameContains' }]);
  }
  expect((await projects('')).data.organization.projects.totalCount).toBe(5);
});
