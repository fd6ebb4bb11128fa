import { afterAll, beforeAll, expect, test } from 'vitest';
import { codes, type Facade, startFacade } from '../support/facade.ts';

let facade: Facade;
beforeAll(async () => {
  facade = await startFacade({ emulator: { projects: 1 } });
});
afterAll(() => facade.close());

/** Documents that are valid since something has a default, though the variable may be null. */
const DOCUMENTS: [where: string, document: string][] = [
  ['an argument with a default', 'query ($v: Int) { organization { projects(first: $v) { totalCount } } }'],
  ['an argument, from a variable with a default', 'query ($v: ID = "x") { project(id: $v) { name } }'],
  [
    'a member of an input with a default',
    'mutation ($v: NewApiTokenStatus) { createApiToken(input: { projectId: "x", name: "x", status: $v }) { secret } }',
  ],
  [
    'an element of a list',
    'query ($v: TokenFindingKind = NO_USAGE_LIMIT) { organization { tokenFindings(kinds: [$v]) { __typename } } }',
  ],
  ['a reference', 'query ($v: _Any = {}) { _entities(representations: [$v]) { __typename } }'],
  ['a directive', 'query ($v: Boolean = true) { organization { name @skip(if: $v) } }'],
  ['a directive of a root field', 'query ($v: Boolean = true) { organization @skip(if: $v) { name } }'],
  ['a directive of a fragment', 'query ($v: Boolean = true) { ... @include(if: $v) { organization { name } } }'],
];

test.each(DOCUMENTS)('null in place of %s is a mistake of the caller, whoever asks', async (_where, document) => {
  const { token } = facade.emulator.seeded.organizations[0]!;
  const [known, stranger] = await Promise.all([
    facade.query(document, { token, variables: { v: null } }),
    facade.query(document, { variables: { v: null } }),
  ]);

  expect(codes(known)).toEqual(['BAD_USER_INPUT']);
  expect(known.errors![0]!.message).toMatch(/^Argument "\w+" /);
  expect(['BAD_USER_INPUT', 'UNAUTHENTICATED']).toContain(codes(stranger)[0]);
  expect(facade.log()).not.toContain('"level":"error"');
});
