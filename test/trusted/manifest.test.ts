import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readManifest } from '../../src/config/trustedDocuments.ts';

const QUERY = 'query Viewer { viewer { scopes } }';
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const apollo = (...operations: unknown[]) =>
  JSON.stringify({ format: 'apollo-persisted-query-manifest', version: 1, operations });
const operation = { id: sha256(QUERY), name: 'Viewer', type: 'query', body: QUERY };

test.each([
  ["Apollo's", apollo(operation)],
  ["Relay's", JSON.stringify({ [sha256(QUERY)]: QUERY })],
])('a manifest in %s format is read', (_format, json) => {
  expect(readManifest(json)).toEqual({ documents: [{ id: sha256(QUERY), text: QUERY }], problems: [] });
});

test('an id that is no SHA-256 is a name, such as the MD5 of Relay', () => {
  const id = 'b5f4a1d2c3e4f5a6b7c8d9e0f1a2b3c4';

  expect(readManifest(JSON.stringify({ [id]: QUERY })).documents).toEqual([{ id, text: QUERY }]);
});

test('an entry that comes twice is one', () => {
  expect(readManifest(apollo(operation, operation))).toMatchObject({ documents: [{}], problems: [] });
});

describe('a problem', () => {
  test.each<[string, string, RegExp]>([
    ['of JSON', `{\n  "a": "b",\n  "c" "d"\n}`, /^the file is not JSON: line 3, column 7\.$/],
    ['of JSON that ends early', '{', /^the file is not JSON/],
    ['of a list', '[]', /takes an object/],
    ['of no entry', '{}', /^the file has no documents\.$/],
    ['of no operation', apollo(), /^the file has no documents\.$/],
    ['of a version', JSON.stringify({ format: 'apollo-persisted-query-manifest', version: 2 }), /version 1/],
    ['of a missing id', apollo({ body: QUERY, name: 'Viewer' }), /^operations\[0\] \(Viewer\) has no id\.$/],
    ['of a missing body', apollo(operation, { id: 'x' }), /^operations\[1\] has no text of a document\.$/],
    ['of an entry that is null', apollo(null), /^operations\[0\] has no id\.$/],
    ['of a wrong hash', apollo({ ...operation, body: `${QUERY} ` }), /^operations\[0\] \(Viewer\) .* not the SHA-256/],
    ['of a wrong hash of Relay', JSON.stringify({ [sha256('x')]: QUERY }), /^entry `[0-9a-f]{64}` .* not the SHA-256/],
    ['of a text that is a number', JSON.stringify({ a: 1 }), /^entry `a` has no text/],
    ['of two texts', apollo({ id: 'a', body: 'x' }, { id: 'a', body: 'y' }), /^operations\[1\] .* another text\.$/],
  ])('%s is named by its place', (_what, json, problem) => {
    expect(readManifest(json).problems).toEqual([expect.stringMatching(problem)]);
  });

  test('is told of any JSON, without an exception', () => {
    fc.assert(
      fc.property(fc.json(), (json) => {
        const { documents, problems } = readManifest(json);
        expect(documents.length + problems.length).toBeGreaterThan(0);
      }),
    );
  });
});
