import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type SeededProject, startEmulator } from '../../emulator/emulator.ts';
import { codes, type Facade, routes, startFacade } from '../support/facade.ts';
import { type RecordingProxy, startRecordingProxy } from '../support/recordingProxy.ts';

// How much a call asks for is in its query, which the emulator's counts do not tell.
let emulator: Awaited<ReturnType<typeof startEmulator>>;
let proxy: RecordingProxy;
let facade: Facade;
let project: SeededProject;
let token: string;

beforeAll(async () => {
  emulator = await startEmulator({ projects: 6 });
  proxy = await startRecordingProxy(emulator.url);
  facade = await startFacade({ sharedEmulator: emulator, env: { GEAI_BASE_URL: proxy.url } });
  project = emulator.seeded.organizations[0]!.projects[0]!;
  token = project.tokens[0]!.id;
});
beforeEach(async () => {
  await facade.query('{ viewer { scopes } }', { token });
  proxy.reset();
});
afterAll(async () => {
  await facade.close();
  await proxy.close();
  await emulator.close();
});

const LIST = '/v1/organization/assistants';
const summaryList = `GET ${LIST}?detail=summary`;
const fullList = `GET ${LIST}?detail=full`;
const theProject = () => `GET /v1/organization/project/${project.id}`;
const lookUps = (depth: string, assistants = project.assistants) =>
  assistants.map(({ id }) => `GET /v1/assistant/${id}?detail=${depth}`).sort();

/** Reads `fields` of the one project; answers with them and the calls that they cost beside the project's own. */
async function read(fields: string, fragments = '', variables: Record<string, unknown> = {}) {
  const declared = Object.keys(variables).map((name) => `$${name}: Boolean!`);
  const document = `query (${['$project: ID!', ...declared].join(', ')}) { project(id: $project) { ${fields} } } ${fragments}`;
  const answer = await facade.query(document, { token, variables: { project: project.id, ...variables } });
  expect(answer.errors).toBeUndefined();
  return {
    project: answer.data.project,
    calls: proxy
      .calls()
      .filter((call) => call !== theProject())
      .sort(),
  };
}

test.each([
  ['name', 'nodes { id name project { id } }'],
  ['nothing but the count', 'totalCount'],
  ['revisions that are skipped', 'nodes { name revisions @skip(if: true) { number } }'],
  ['revisions that are not included', 'nodes { name ... @include(if: false) { revisions { number } } }'],
  ['an alias that is named like what costs', 'nodes { revisions: name description: id }'],
])('%s: one short list', async (_case, fields) => {
  const { calls } = await read(`assistants { ${fields} }`);

  expect(calls).toEqual([summaryList]);
});

test.each([
  ['plainly', 'nodes { revisions { number } }', ''],
  ['under an alias', 'nodes { versions: revisions { number } }', ''],
  ['in a fragment', 'nodes { ...Versions }', 'fragment Versions on Assistant { revisions { number } }'],
  ['in a fragment of the page', '...Page', 'fragment Page on AssistantConnection { nodes { revisions { number } } }'],
  ['in an inline fragment', '... on AssistantConnection { nodes { ... on Assistant { revisions { number } } } }', ''],
  ['under a second alias of the nodes', 'nodes { name } again: nodes { revisions { number } }', ''],
])('revisions, selected %s: one full list', async (_case, fields, fragments) => {
  const { calls } = await read(`assistants { ${fields} }`, fragments);

  expect(calls).toEqual([fullList]);
});

test.each([
  [true, fullList],
  [false, summaryList],
])('a variable that includes the revisions decides: %s', async (wanted, call) => {
  const { calls } = await read('assistants { nodes { name revisions @include(if: $wanted) { number } } }', '', {
    wanted,
  });

  expect(calls).toEqual([call]);
});

test.each([
  ['the fuller one last', ['names', 'versions']],
  ['the fuller one first', ['versions', 'names']],
])('two aliases of the list that need different things share one call, %s', async (_case, order) => {
  const aliases: Record<string, string> = {
    names: 'names: assistants { nodes { name } }',
    versions: 'versions: assistants(first: 1) { nodes { revisions { number } } }',
  };
  const { project: answer, calls } = await read(
    `${order.map((name) => aliases[name]).join(' ')} assistants { totalCount }`,
  );

  expect(answer.assistants.totalCount).toBe(project.assistants.length);
  expect(answer.names.nodes.map(nameOf)).toEqual(project.assistants.map(nameOf).sort());
  expect(answer.versions.nodes).toHaveLength(1);
  expect(answer.versions.nodes[0].revisions).not.toEqual([]);
  expect(calls).toEqual([fullList]);
});

test('a full list serves who needs less of it later in the same request', async () => {
  const { project: answer, calls } = await read(
    'assistants { nodes { revisions { number } project { assistants { nodes { name } } } } }',
  );

  expect(answer.assistants.nodes[0].project.assistants.nodes.map(nameOf)).toEqual(
    project.assistants.map(nameOf).sort(),
  );
  expect(calls).toEqual([fullList]);
});

test.each(['description', 'kind', 'status', 'description kind status'])(
  '%s: one look-up by id for each listed assistant, and a short list',
  async (fields) => {
    const { calls } = await read(`assistants { nodes { ${fields} } }`);

    expect(calls).toEqual([summaryList, ...lookUps('summary')].sort());
  },
);

test('description of a page of one: one look-up by id', async () => {
  const { project: answer, calls } = await read('assistants(first: 1) { nodes { name description } }');
  const listed = project.assistants.filter(({ name }) => name === answer.assistants.nodes[0].name);

  expect(calls).toEqual([summaryList, ...lookUps('summary', listed)].sort());
});

test('description that is skipped: no look-up', async () => {
  const { calls } = await read('assistants { nodes { name description @skip(if: true) kind @include(if: false) } }');

  expect(calls).toEqual([summaryList]);
});

test('description and revisions together: one full look-up each, and a short list', async () => {
  const { project: answer, calls } = await read('assistants { nodes { description revisions { number } } }');

  expect(answer.assistants.nodes.every((one: { revisions: unknown[] }) => one.revisions.length > 0)).toBe(true);
  expect(calls).toEqual([summaryList, ...lookUps('full')].sort());
});

test('an answer about another assistant is no answer', async () => {
  const [one, other] = project.assistants;
  const body = { assistantId: other!.id, assistantName: other!.name, assistantDescription: 'Of the other' };
  const { data } = await facade.query(`{ project(id: "${project.id}") { assistants { nodes { id name } } } }`, {
    token,
  });
  const { id } = data.project.assistants.nodes.find(({ name }: { name: string }) => name === one!.name);
  emulator.setFaults([{ route: routes.getAssistant, kind: 'answer', body }]);
  const answer = await facade.query(`{ assistant(id: "${id}") { description } }`, { token });
  emulator.setFaults([]);

  expect([answer.data, codes(answer)]).toEqual([{ assistant: null }, ['UPSTREAM_BAD_RESPONSE']]);
});

test('an assistant by id is looked up in full only when its revisions are read', async () => {
  const { project: answer } = await read('assistants(first: 1) { nodes { id name } }');
  const [{ id, name }] = answer.assistants.nodes;
  const seeded = project.assistants.filter((one) => one.name === name);
  const ask = async (fields: string) => {
    proxy.reset();
    await facade.query(`query ($id: ID!) { assistant(id: $id) { ${fields} } }`, { token, variables: { id } });
    return proxy.calls();
  };

  expect(await ask('name')).toEqual(lookUps('summary', seeded));
  expect(await ask('description status')).toEqual(lookUps('summary', seeded));
  expect(await ask('name revisions { number }')).toEqual(lookUps('full', seeded));
});

test('assistants by reference are listed in full only when their revisions are read', async () => {
  const { project: answer } = await read('assistants { nodes { id } }');
  const representations = answer.assistants.nodes.map(({ id }: { id: string }) => ({ __typename: 'Assistant', id }));
  const ask = async (fields: string) => {
    proxy.reset();
    await facade.query(
      `query ($representations: [_Any!]!) { _entities(representations: $representations) { ${fields} } }`,
      { token, variables: { representations } },
    );
    return proxy.calls().sort();
  };

  expect(await ask('... on Assistant { name }')).toEqual([summaryList]);
  expect(await ask('... on Assistant { name revisions { number } }')).toEqual([fullList]);
  expect(
    await ask('... on Assistant { name } ... on Project { assistants { nodes { revisions { number } } } }'),
  ).toEqual([summaryList]);
  expect(await ask('... on Assistant { description }')).toEqual(lookUps('summary'));
});

function nameOf({ name }: { readonly name: string }): string {
  return name;
}
