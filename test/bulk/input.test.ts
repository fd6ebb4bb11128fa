import { afterAll, beforeAll, expect, test } from 'vitest';
import { codes, type Facade, startFacade } from '../support/facade.ts';
import { bulk, type Caller, callerOf, codesOf, document, graphId } from './bulk.ts';

let facade: Facade;
let caller: Caller;
let organizationId: string;
let projectId: string;
let tokenId: string;

beforeAll(async () => {
  facade = await startFacade({ emulator: { organizations: 1, projects: 2 } });
  caller = callerOf(facade);
  const organization = facade.emulator.seeded.organizations[0]!;
  organizationId = organization.id;
  projectId = organization.projects[0]!.id;
  tokenId = graphId(projectId, organization.projects[0]!.tokens[0]!.id);
  await facade.query('{ viewer { scopes } }', { token: caller.token });
});
afterAll(() => facade.close());

const LEAK = `leak_${'x'.repeat(43)}`;

const MISTAKES: [what: string, input: () => object, code: string, field: string | null][] = [
  ['neither ids nor filter', () => ({}), 'REQUIRED', 'ids'],
  ['both', () => ({ ids: [tokenId], filter: { organizationId } }), 'CONFLICTING', 'filter'],
  ['no id', () => ({ ids: [] }), 'REQUIRED', 'ids'],
  [
    'too many ids',
    () => ({ ids: Array.from({ length: 1001 }, (_, index) => graphId(projectId, `token_${index}`)) }),
    'TOO_MANY',
    'ids',
  ],
  ['a token in the place of its id', () => ({ ids: [tokenId, LEAK] }), 'INVALID_ID', 'ids'],
  ['a filter without a place', () => ({ filter: { nameContains: 'x' } }), 'REQUIRED', 'filter.organizationId'],
  [
    'an organization that is no UUID',
    () => ({ filter: { organizationId: LEAK } }),
    'INVALID_ID',
    'filter.organizationId',
  ],
  ['no project', () => ({ filter: { projectIds: [] } }), 'REQUIRED', 'filter.projectIds'],
  [
    'too many projects',
    () => ({ filter: { projectIds: Array.from({ length: 2001 }, () => projectId) } }),
    'TOO_MANY',
    'filter.projectIds',
  ],
  ['a project that is no UUID', () => ({ filter: { projectIds: ['1'] } }), 'INVALID_ID', 'filter.projectIds'],
  ['an empty name', () => ({ filter: { organizationId, nameContains: ' ' } }), 'REQUIRED', 'filter.nameContains'],
  [
    'a long name',
    () => ({ filter: { organizationId, nameContains: 'x'.repeat(101) } }),
    'TOO_LONG',
    'filter.nameContains',
  ],
  [
    'control characters in the name',
    () => ({ filter: { organizationId, nameContains: 'a\u0000b' } }),
    'INVALID_CHARACTERS',
    'filter.nameContains',
  ],
  ['no status', () => ({ filter: { organizationId, status: [] } }), 'REQUIRED', 'filter.status'],
  ...['yesterday', '2026-01-12', '2026-01-12T09:15:42', '2026-13-01T00:00:00Z', 5, {}].map(
    (createdBefore): (typeof MISTAKES)[number] => [
      `the instant ${JSON.stringify(createdBefore)}`,
      () => ({ filter: { organizationId, createdBefore } }),
      'INVALID_TIME',
      'filter.createdBefore',
    ],
  ),
  ['a long reason', () => ({ ids: [tokenId], reason: 'x'.repeat(501) }), 'TOO_LONG', 'reason'],
  ['control characters in the reason', () => ({ ids: [tokenId], reason: '\u0007' }), 'INVALID_CHARACTERS', 'reason'],
  ['a plan in a dry run', () => ({ ids: [tokenId], planId: 'x' }), 'CONFLICTING', 'planId'],
  ['a real run without a plan', () => ({ ids: [tokenId], dryRun: false }), 'PLAN_REQUIRED', 'planId'],
  ...['', 'x', LEAK, 'AQ'].map((planId): (typeof MISTAKES)[number] => [
    `the plan ${JSON.stringify(planId)}`,
    () => ({ ids: [tokenId], dryRun: false, planId }),
    'PLAN_INVALID',
    'planId',
  ]),
];

test.each(MISTAKES)(
  '%s is a user error that names the field, and nothing is asked of the platform',
  async (_what, input, code, field) => {
    facade.emulator.resetCalls();

    const refused = await bulk(caller, 'blockApiTokens', input());

    expect(refused.userErrors.map((error) => [error.code, error.field])).toEqual([[code, field]]);
    expect(refused).toMatchObject({ planId: null, counts: null, projects: [], projectCount: 0 });
    const { message } = refused.userErrors[0]!;
    expect(message).not.toContain(LEAK);
    expect(message.includes('positions'), message).toBe(code === 'INVALID_ID' && /Ids$|^ids$/.test(field ?? ''));
    expect(facade.upstream()).toEqual({});
    expect(facade.audit().at(-1)).toMatchObject({ outcome: 'REFUSED', changed: false, codes: [code] });
  },
);

test('all mistakes are told at once', async () => {
  const filter = { nameContains: '', createdBefore: 'soon', status: [] };

  const refused = await bulk(caller, 'unblockApiTokens', { filter, dryRun: false, reason: '\u0007' });

  expect(codesOf(refused).sort()).toEqual(
    ['INVALID_CHARACTERS', 'PLAN_REQUIRED', 'REQUIRED', 'INVALID_TIME', 'REQUIRED', 'REQUIRED'].sort(),
  );
});

test('a plan is of no use to the other mutation, with another selection, or when a character is changed', async () => {
  const input = { filter: { organizationId } };
  const { planId } = await bulk(caller, 'blockApiTokens', input);
  const run = { ...input, dryRun: false, planId };
  const tampered = planId!.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A'));

  const refused = [
    await bulk(caller, 'unblockApiTokens', run),
    await bulk(caller, 'blockApiTokens', { ...run, filter: { organizationId, nameContains: 'a' } }),
    await bulk(caller, 'blockApiTokens', { ...run, planId: tampered }),
  ];

  expect(refused.map(codesOf)).toEqual([['PLAN_INVALID'], ['PLAN_INVALID'], ['PLAN_INVALID']]);
});

test('a bad `first` costs the list of projects and nothing else', async () => {
  const bad = document('blockApiTokens').replace('first: 2000', 'first: 2001');

  const answer = await facade.query(bad, {
    token: caller.token,
    variables: { input: { filter: { organizationId } } },
  });

  expect(codes(answer)).toEqual(['BAD_USER_INPUT']);
  expect(answer.data.blockApiTokens).toMatchObject({ planId: expect.any(String), projects: null, userErrors: [] });
});

test('without any credential the error says so; without one of the organization, each project does', async () => {
  const variables = { input: { filter: { projectIds: [projectId] } } };
  expect(codes(await facade.query(document('blockApiTokens'), { variables }))).toEqual(['UNAUTHENTICATED']);

  const { tokens } = facade.emulator.seeded.organizations[0]!.projects[0]!;
  const projectToken = tokens.find(({ status }) => status === 'Active')!.id;
  const payload = await bulk({ ...caller, token: projectToken }, 'blockApiTokens', variables.input);
  expect(payload.unreadableProjectCount).toBe(1);
  expect(payload.projects[0]!.problem!.code).toBe('CREDENTIAL_REQUIRED');
});

test('ids without a token, and projects that are not there, are named one by one', async () => {
  const missing = graphId(projectId, `gone_${'y'.repeat(43)}`);
  const nowhere = '0b7f6c1e-52c8-4c5b-9d0a-6f2f1f0e7a11';
  const elsewhere = graphId(nowhere, `gone_${'z'.repeat(43)}`);

  const payload = await bulk(caller, 'blockApiTokens', { ids: [missing, elsewhere, tokenId, tokenId] });

  expect(payload.projects.map(({ project, problem }) => [project?.id ?? null, problem?.code ?? null])).toEqual([
    [null, 'PROJECT_NOT_FOUND'],
    [projectId, null],
  ]);
  const results = payload.projects[1]!.results;
  expect(
    results.map(({ requestedId, apiToken, problem }) => [requestedId, apiToken?.id ?? null, problem?.code]),
  ).toEqual([
    [tokenId, tokenId, undefined],
    [missing, null, 'TOKEN_NOT_FOUND'],
  ]);
});
