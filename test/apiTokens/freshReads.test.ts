import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { createSubgraph } from '../../src/graphql/schema.ts';
import { setStage, settled, TOKEN_LIST } from '../cache/races.ts';
import { inputsOf, inputTypeOf, type Setting, settingIn } from '../support/examples.ts';
import { type Facade, startFacade } from '../support/facade.ts';
import { idOf } from '../support/managing.ts';

describe.each(['off', 'memory'])('with CACHE=%s', (cache) => {
  /** A token that somebody's query, whose answer is still on its way, saw in another status. */
  async function changedBehindAQuery(then: 'Active' | 'Blocked', now: 'Active' | 'Blocked') {
    const { proxy, replicas, tokens, emulator, projectId, tokenNames } = await setStage({ CACHE: cache });
    const facade = replicas[0]!;
    const value = emulator.createToken(projectId, 'Contested');
    emulator.setTokenStatus(value, then);
    const held = proxy.holdNext(TOKEN_LIST);
    const reading = tokenNames(facade);
    const { release } = await held;
    emulator.setTokenStatus(value, now);
    emulator.resetCalls();
    const run = async (document: string) => {
      const answer = facade.query(document, { token: tokens[0], variables: { id: idOf(projectId, value) } });
      await settled(facade);
      release();
      await reading;
      return (await answer).data;
    };
    const status = () => emulator.tokens(projectId).find(({ id }) => id === value)!.status;
    return { run, status };
  }

  test.each([
    ['blockApiToken', 'Blocked', 'Active', 'Blocked'],
    ['unblockApiToken', 'Active', 'Blocked', 'Active'],
  ] as const)('%s is sent though a query under way saw the token as wanted', async (name, then, now, wanted) => {
    const { run, status } = await changedBehindAQuery(then, now);

    const data = await run(`mutation ($id: ID!) { ${name}(input: { id: $id }) { changed userErrors { code } } }`);

    expect(data).toEqual({ [name]: { changed: true, userErrors: [] } });
    expect(status()).toBe(wanted);
  });

  test('rotateApiToken blocks the old token though a query under way saw it blocked', async () => {
    const { run, status } = await changedBehindAQuery('Blocked', 'Active');

    const data = await run('mutation ($id: ID!) { rotateApiToken(input: { id: $id, oldToken: BLOCK }) { stage } }');

    expect(data).toEqual({ rotateApiToken: { stage: 'COMPLETE' } });
    expect(status()).toBe('Blocked');
  });

  test('a plan counts a token as due though a query under way saw it blocked', async () => {
    const { run } = await changedBehindAQuery('Blocked', 'Active');

    const data = await run('mutation ($id: ID!) { blockApiTokens(input: { ids: [$id] }) { counts { wouldChange } } }');

    expect(data).toEqual({ blockApiTokens: { counts: { wouldChange: 1 } } });
  });
});

describe('every mutation', () => {
  let facade: Facade;
  let tokens: string[];
  let setting: Setting;

  beforeEach(async () => {
    facade = await startFacade({
      emulator: { projects: 3, adminOrganizationTokens: true },
      env: { CACHE: 'memory' },
    });
    const started = facade;
    onTestFinished(() => started.close());
    const [first, second] = facade.emulator.seeded.organizations;
    tokens = [first!.token, second!.token];
    setting = settingIn(facade.emulator);
    // One by one, so that the list does not answer for the project.
    for (const warming of [
      `{ organization(id: "${first!.id}") { projects { nodes { name } } } }`,
      `{ project(id: "${setting.project.id}") { name } }`,
    ]) {
      expect((await facade.query(warming, { tokens })).errors).toBeUndefined();
    }
  });

  test.each(Object.keys(createSubgraph().getMutationType()!.getFields()))(
    '%s reads nothing from memory but what tokens are',
    async (name) => {
      const headers = { 'geai-explain': 'upstream' };

      const input = inputsOf(name)[0]!(setting);
      const document = `mutation ($input: ${inputTypeOf(name)}!) { ${name}(input: $input) { userErrors { code } } }`;
      const answer = await facade.query(document, { tokens, headers, variables: { input } });

      expect(answer.data[name]).toEqual({ userErrors: [] });
      const { byRoute } = JSON.parse(answer.text).extensions.upstream;
      const known = Object.keys(byRoute).filter((route) => byRoute[route].remembered + byRoute[route].coalesced > 0);
      expect(known.filter((route) => !route.endsWith('/validate'))).toEqual([]);
      expect(Object.keys(byRoute).length).toBeGreaterThan(1);
    },
  );
});

test('a change shows what an earlier one of the same request made', async () => {
  const facade = await startFacade({ emulator: { organizations: 1, projects: 2 }, env: { CACHE: 'memory' } });
  onTestFinished(() => facade.close());
  const { token } = facade.emulator.seeded.organizations[0]!;
  const create = (name: string) =>
    `createProject(input: { name: "${name}", administratorUserEmail: "a@example.com" }) { project { organization { projects(first: 100) { nodes { name } } } } }`;

  const { data } = await facade.query(`mutation { one: ${create('One')} two: ${create('Two')} }`, { token });

  const namesIn = (payload: { project: { organization: { projects: { nodes: { name: string }[] } } } }) =>
    payload.project.organization.projects.nodes.map(({ name }) => name);
  expect(namesIn(data.one)).toContain('One');
  expect(namesIn(data.two)).toEqual(expect.arrayContaining(['One', 'Two']));
});
