import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type Emulator, startEmulator } from '../../emulator/emulator.ts';
import { PERMISSIONS } from '../../src/access/permissions.ts';
import { type Facade, startFacade } from '../support/facade.ts';
import { type Issuer, jwtMode, startIssuer } from '../support/issuer.ts';

const REFUSED = [
  'default_RefusedByThePlatform0000000000000000-000001',
  'default_RefusedByThePlatform0000000000000000-000002',
];

let emulator: Emulator;
let issuer: Issuer;
/** A server that holds what the caller may see, and one that holds tokens outside the claims too. */
let narrow: Facade;
let wide: Facade;
/** One that was asked nothing yet. */
let fresh: Facade;
/** The same, and tokens that the platform refuses. */
let refused: Facade;

const here = () => emulator.seeded.organizations[0]!;
const activeIn = ({ projects }: ReturnType<typeof here>) =>
  projects.flatMap(({ tokens }) => tokens.filter(({ status }) => status === 'Active').slice(0, 1)).map(({ id }) => id);

beforeAll(async () => {
  emulator = await startEmulator({ organizations: 3, projects: 12 });
  issuer = await startIssuer();
  const start = (tokens: readonly string[]) => {
    const claims = { JWT_ORGANIZATIONS_CLAIM: 'organizations', JWT_PROJECTS_CLAIM: 'projects' };
    const env = {
      ...jwtMode(issuer, tokens),
      ...claims,
      UPSTREAM_CALL_BUDGET: '40',
      ...{ CACHE: 'memory', CACHE_CONTROL: 'true', CACHE_TAGS: 'true' },
      GEAI_BORROW_PROJECT_TOKENS: 'true',
    };
    return startFacade({ sharedEmulator: emulator, env });
  };
  const [, ...others] = emulator.seeded.organizations;
  const outside = [...others.map(({ token }) => token), ...others.flatMap(activeIn), ...activeIn(here()).slice(2)];
  const all = [outside[0]!, here().token, ...outside.slice(1)];
  narrow = await start([here().token]);
  [wide, fresh] = [await start(all), await start(all)];
  refused = await start([...outside, ...REFUSED, here().token]);
});
afterAll(async () => {
  await Promise.all([narrow, wide, fresh, refused].map((facade) => facade?.close()));
  await issuer.close();
  await emulator.close();
});

/** Reads of so many projects by their ids, of which two are in the claims. */
const byIds = (count: number, fields: string) => {
  const ids = here()
    .projects.slice(0, count)
    .map(({ id }) => id);
  return `{ ${ids.map((id, index) => `p${index}: project(id: "${id}") { ${fields} }`).join(' ')} }`;
};

const OPERATIONS: readonly [string, () => string][] = [
  [
    'a query over the budget',
    () => byIds(12, 'name requests { nodes { status } } usageLimit { status } members { totalCount }'),
  ],
  ['what tags tell routers', () => '{ organization { name projects { nodes { id name } } } }'],
  ['a query at the edge of the budget', () => byIds(10, 'name usageLimit { status } organization { name }')],
  ['a scan of tokens', () => '{ organization { apiTokens(first: 100) { totalCount unreadableProjectCount } } }'],
  [
    'an answer of too many objects',
    () =>
      '{ viewer { organizations { projects(first: 100) { nodes { apiTokens(first: 100) { nodes { project { apiTokens(first: 100) { nodes { id } } } } } } } } } }',
  ],
  [
    'what the viewer is told',
    () =>
      '{ viewer { subject scopes permissions missing { scope neededBy } credentials { hint } organizations { id } projects { id } } }',
  ],
  ['a hash of a token', () => `{ identifyApiToken(sha256: "${'0'.repeat(64)}") { outcome } }`],
  ['an organization outside', () => `{ organization(id: "${emulator.seeded.organizations[1]!.id}") { name } }`],
  [
    'what covers the whole organization',
    () => '{ organization { usageLimit { status } members { totalCount } usage(groupBy: TOKEN) { totalCount } } }',
  ],
  ['what covers the platform', () => '{ organizations { totalCount } }'],
  [
    'a dry run',
    () =>
      `mutation { blockApiTokens(input: { filter: { organizationId: "${here().id}" } }) { unlistedProjectCount userErrors { code message } } }`,
  ],
  [
    'a change',
    () =>
      `mutation { deleteOrganization(input: { id: "${emulator.seeded.organizations[1]!.id}", confirmName: "x" }) { changed userErrors { code message } } }`,
  ],
];

describe.each([
  [
    'who sees two projects',
    () => ({
      organizations: [here().id],
      projects: here()
        .projects.slice(0, 2)
        .map(({ id }) => id),
    }),
  ],
  [
    'who sees nothing that the server opens',
    () => ({ organizations: ['00000000-0000-4000-8000-000000000000'], projects: [] }),
  ],
])('a caller %s', (_who, claims) => {
  test.each(OPERATIONS)('is answered the same whatever else the server holds: %s', async (_title, document) => {
    const [expected, ...answers] = await Promise.all(
      [narrow, wide, refused].map((facade) => ask(facade, document(), claims())),
    );
    const again = await ask(wide, document(), claims());

    expect(answers).toEqual([expected, expected]);
    expect(again).toEqual(expected);
  });
});

/** The answer without what is of the request alone, and what routers are told beside it. */
async function ask(facade: Facade, document: string, claims: object) {
  const token = await issuer.token({ scope: PERMISSIONS.join(' '), ...claims });
  const { data, errors, text, headers } = await facade.query(document, {
    token,
    headers: { 'geai-explain': 'upstream' },
  });
  const { extensions } = JSON.parse(text);
  const told = errors?.map(({ message, path, extensions: { requestId: _id, ...details } }) => ({
    message,
    path,
    details,
  }));
  const [caching] = headers.get('cache-control')!.split(',');
  return { data, errors: told, extensions, caching };
}

describe('tokens that open what the caller may see', () => {
  const organizations = () => emulator.seeded.organizations.map(({ id }) => id);
  const projects = () =>
    here()
      .projects.slice(0, 2)
      .map(({ id }) => id);
  const callsTold = async (facade: Facade, claims: object) => {
    const { errors } = await ask(facade, OPERATIONS[0]![1](), claims);
    return Number(/may take (\d+) calls/.exec(errors![0]!.message)?.[1]);
  };

  test('count for the caller', async () => {
    const few = await callsTold(wide, { organizations: [here().id], projects: projects() });

    expect(await callsTold(wide, { organizations: organizations(), projects: projects() })).toBeGreaterThan(few);
  });

  test('count from the first request on', async () => {
    const first = await callsTold(fresh, { organizations: organizations(), projects: projects() });

    expect(first).toBe(await callsTold(wide, { organizations: organizations(), projects: projects() }));
  });

  test('are all that further requests identify', async () => {
    const asked = () => [...wide.log().matchAll(/^.*"operationName":"Again".*$/gm)].map(([line]) => JSON.parse(line));
    const claims = { organizations: [here().id], projects: projects() };
    for (const times of [1, 2]) {
      await ask(wide, 'query Again { organization { name } }', claims);
      await vi.waitUntil(() => asked().length === times);
    }
    const { calls, coalesced, remembered } = asked()[1];

    expect(calls + coalesced + remembered).toBe(1);
  });
});
