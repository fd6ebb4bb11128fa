import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Emulator, startEmulator } from '../../emulator/emulator.ts';
import { type Facade, startFacade } from '../support/facade.ts';
import { type Asked, startTagRouter, type TagRouter } from './tagRouter.ts';

const ENTITIES = `query ($representations: [_Any!]!) {
  _entities(representations: $representations) { ... on Project { id name description } ... on Organization { title: name } }
}`;
const LINKED = `query ($representations: [_Any!]!) {
  _entities(representations: $representations) { ... on Project { organization { projects { nodes { description } } } } }
}`;
const ONE = 'query ($id: ID!) { project(id: $id) { name description } }';
const INSIDE = 'query ($id: ID!) { project(id: $id) { description assistants { nodes { name } } } }';
const LIST = '{ organization { name projects { nodes { name description } } } }';

let emulator: Emulator;
let facade: Facade;
/** The truth: keeps nothing, and tells nobody. */
let plain: Facade;
let router: TagRouter;
let token: string;
let id: string;
let foreign: Asked;

beforeEach(async () => {
  emulator = await startEmulator({ organizations: 2, projects: 3 });
  router = await startTagRouter();
  facade = await startFacade({
    sharedEmulator: emulator,
    env: {
      ...{ CACHE: 'memory', CACHE_CONTROL: 'true', CACHE_TAGS: 'true' },
      ...{ ROUTER_INVALIDATION: `main=${router.url}`, ROUTER_INVALIDATION_BY: 'tag' },
      ROUTER_INVALIDATION_KEY: 'test-only-key-of-the-router-caches-32',
    },
  });
  plain = await startFacade({ sharedEmulator: emulator });
  const [own, others] = emulator.seeded.organizations;
  token = own!.token;
  id = own!.projects[0]!.id;
  foreign = { document: LIST, token: others!.token };
});
afterEach(async () => {
  for (const one of [facade, plain, emulator, router]) await one.close();
});

const activeToken = (project: number) =>
  emulator.seeded.organizations[0]!.projects[project]!.tokens.find(({ status }) => status === 'Active')!.id;

/** Everything that the router keeps before a change: by tokens of two organizations and of two projects. */
async function keepAll(): Promise<void> {
  const [own] = emulator.seeded.organizations;
  const ids = own!.projects.slice(0, 3).map((project) => project.id);
  const references = ids.map((one) => ({ __typename: 'Project', id: one }));
  const organization = { __typename: 'Organization', id: own!.id };
  const asked: Asked[] = [
    { document: LIST, token },
    foreign,
    ...ids.map((one) => ({ document: ONE, token, variables: { id: one } })),
    ...[0, 1].map((place) => ({ document: INSIDE, token: activeToken(place), variables: { id: ids[place]! } })),
    { document: ENTITIES, token, variables: { representations: [...references, organization] } },
    { document: LINKED, token, variables: { representations: references } },
  ];
  for (const one of asked) await router.keep(facade, one);
}

/** Answers that the router keeps, and that the platform does not give any more. */
async function untrue(): Promise<unknown[]> {
  const found: unknown[] = [];
  for (const kept of router.kept) {
    const { data } = await plain.query(kept.document, kept);
    const now = kept.place === null ? data : data?._entities[kept.place];
    if (JSON.stringify(now) !== JSON.stringify(kept.value)) found.push(kept);
  }
  return found;
}

async function mutate(document: string, input: object) {
  const { data, errors } = await facade.query(document, { token, variables: { input } });
  expect([errors, data.changed.userErrors]).toEqual([undefined, []]);
  return data.changed;
}

const tagsTold = () =>
  router.calls.map((call) => call.map((one) => (one.kind === 'cache_tag' ? one.cache_tag : 'everything')));

const UPDATE =
  'mutation ($input: UpdateProjectInput!) { changed: updateProject(input: $input) { changed userErrors { code } } }';

test('an update of a project ends what it is in, and leaves the rest', async () => {
  await keepAll();
  const before = router.kept.length;
  await mutate(UPDATE, { id, description: 'changed by a test' });
  const { id: organization } = emulator.seeded.organizations[0]!;

  expect(tagsTold()).toEqual([[`project:${id}`, `organization:${organization}:projects`, 'organization:unknown']]);
  expect(await untrue()).toEqual([]);
  // The list, the project alone, what its own token read, its entity, and three entities whose selection leads to the list.
  expect(before - router.kept.length).toBe(7);
  expect(router.kept.map(({ token: of }) => of)).toContain(foreign.token);
});

test('a verified block ends what its token opened with all of the organization, and leaves other organizations', async () => {
  await keepAll();
  const { data } = await facade.query('query ($id: ID!) { project(id: $id) { apiTokens { nodes { id status } } } }', {
    token,
    variables: { id },
  });
  const [active] = data.project.apiTokens.nodes.filter(({ status }: { status: string }) => status === 'ACTIVE');
  const change = (verb: string) =>
    mutate(
      `mutation ($input: ${verb === 'block' ? 'BlockApiTokenInput' : 'UnblockApiTokenInput'}!) {
        changed: ${verb}ApiToken(input: $input) { verification { outcome routers { router isConfirmed } } userErrors { code } } }`,
      { id: active.id },
    );
  const { verification } = await change('block');
  const { id: organization } = emulator.seeded.organizations[0]!;

  expect(verification).toEqual({ outcome: 'CONFIRMED', routers: [{ router: 'main', isConfirmed: true }] });
  expect(tagsTold()).toEqual([[`organization:${organization}`, 'organization:unknown']]);
  expect(await untrue()).toEqual([]);
  expect(router.kept.map(({ token: of }) => of)).toEqual([foreign.token]);
  await change('unblock');
});

test.each<[string, string, () => object]>([
  [
    'a created project',
    'mutation ($input: CreateProjectInput!) { changed: createProject(input: $input) { userErrors { code } } }',
    () => ({ name: 'Made by a test', administratorUserEmail: 'admin@example.com' }),
  ],
  [
    'a deleted project',
    'mutation ($input: DeleteProjectInput!) { changed: deleteProject(input: $input) { userErrors { code } } }',
    () => {
      const { id: last, name } = emulator.seeded.organizations[0]!.projects[2]!;
      return { id: last, confirmName: name };
    },
  ],
])('after %s no router keeps what is no longer true', async (_what, document, input) => {
  await keepAll();
  await mutate(document, input());

  expect(await untrue()).toEqual([]);
  expect(router.kept.map(({ token: of }) => of)).toEqual([foreign.token]);
});
