import { expect, onTestFinished, test } from 'vitest';
import { type CallPlace, choose } from '../../src/credentials/choice.ts';
import type { CredentialKind } from '../../src/platform/client/credential.ts';
import type { Endpoint } from '../../src/platform/client/endpoint.ts';
import { listApiTokens } from '../../src/platform/resources/apiTokens.ts';
import { listAssistants } from '../../src/platform/resources/assistants.ts';
import { getProject, listProjects } from '../../src/platform/resources/projects.ts';
import { credentialOf } from '../platform/scripted.ts';
import { codes, type Facade, routes, startFacade } from '../support/facade.ts';

const ofA = credentialOf('organization', 'organization a', 'a');
const alsoOfA = credentialOf('organization', 'organization a again', 'a');
const ofB = credentialOf('organization', 'organization b', 'b');
const ofP = credentialOf('project', 'project p', 'a', 'p');
const alsoOfP = credentialOf('project', 'project p again', 'a', 'p');
const ofQ = credentialOf('project', 'project q', 'b', 'q');
const userInP = credentialOf('oauth', 'user in p', 'a', 'p');
const userInQ = credentialOf('oauth', 'user in q', null, 'q');
const ALL = [ofB, ofQ, userInQ, alsoOfP, ofP, userInP, ofA, alsoOfA];

test.each<[endpoint: Endpoint, target: CallPlace, presented: typeof ALL, tried: typeof ALL]>([
  // Of two organizations the one that is named.
  [listProjects, { organizationId: 'a' }, ALL, [ofA, userInP]],
  [listProjects, { organizationId: 'b' }, ALL, [ofB]],
  [listProjects, { organizationId: 'c' }, ALL, []],
  // A project whose organization is known is looked for there alone.
  [listApiTokens, { projectId: 'x', organizationId: 'a' }, ALL, [ofA]],
  [listApiTokens, { projectId: 'x', organizationId: 'b' }, ALL, [ofB]],
  // Its own token tells the organization.
  [listApiTokens, { projectId: 'p' }, ALL, [ofA, userInP]],
  [getProject, { projectId: 'q' }, ALL, [ofB, ofQ, userInQ]],
  // Nothing tells it: every organization may have it, in the order presented.
  [listApiTokens, { projectId: 'x' }, ALL, [ofB, ofA]],
  [listApiTokens, { projectId: 'x' }, [ofA, ofB], [ofA, ofB]],
  // What is inside a project takes a credential of that project.
  [listAssistants.full, { projectId: 'p' }, ALL, [alsoOfP, userInP]],
  [listAssistants.full, { projectId: 'p' }, [ofA, ofQ, userInQ], []],
  // A project's token manages nothing.
  [listApiTokens, { projectId: 'p' }, [ofP, ofQ], []],
  [listProjects, { organizationId: 'a' }, [ofP], []],
  // Of two that open the same, the first.
  [listProjects, { organizationId: 'a' }, [alsoOfA, ofA], [alsoOfA]],
])('$route on $1 tries what opens it, and nothing else', (endpoint, target, presented, tried) => {
  const names = choose<CredentialKind>(presented, endpoint as Endpoint<CredentialKind>, target).map(
    ({ fingerprint }) => fingerprint,
  );

  expect(names).toEqual(tried.map(({ fingerprint }) => fingerprint));
});

async function started(): Promise<Facade> {
  const facade = await startFacade({ emulator: { projects: 6, oauthEverywhere: true } });
  onTestFinished(() => facade.close());
  return facade;
}

test("a user sees each project's own assistants, one after the other and at once", async () => {
  const facade = await started();
  const [user] = facade.emulator.seeded.oauth;
  const projects = facade.emulator.seeded.organizations[0]!.projects.filter(({ isHidden }) => !isHidden).slice(0, 3);
  const ask = async (id: string) => {
    const document = 'query ($id: ID!) { project(id: $id) { id assistants(first: 100) { nodes { name } } } }';
    const { data } = await facade.query(document, {
      token: user!.token,
      headers: { projectid: id },
      variables: { id },
    });
    return data.project.assistants.nodes.map(({ name }: { name: string }) => name).sort();
  };
  const expected = projects.map(({ assistants }) => assistants.map(({ name }) => name).sort());
  expect(new Set(expected.map(String)).size).toBe(projects.length);

  expect(await Promise.all(projects.map(({ id }) => ask(id)))).toEqual(expected);
  for (const [index, { id }] of projects.entries()) expect(await ask(id)).toEqual(expected[index]);
});

test.each([0, 1])(
  'of two organizations, presented in either order (%i), each is asked with its own token',
  async (first) => {
    const facade = await started();
    const { organizations } = facade.emulator.seeded;
    const [one, two] = [organizations[first]!, organizations[1 - first]!];
    const document = `query ($one: ID!, $two: ID!, $project: ID!) {
    one: organization(id: $one) { projects(first: 100) { nodes { name } } }
    two: organization(id: $two) { projects(first: 100) { nodes { name } } }
    project(id: $project) { name apiTokens { totalCount } }
  }`;
    const [theirs] = two.projects;
    const request = {
      token: one.token,
      tokens: [two.token],
      variables: { one: one.id, two: two.id, project: theirs!.id },
    };
    for (const _time of [1, 2]) {
      const { data, errors } = await facade.query(document, request);
      const names = (found: typeof data) => found.projects.nodes.map(({ name }: { name: string }) => name).sort();

      expect(errors).toBeUndefined();
      expect(names(data.one)).toEqual(one.projects.map(({ name }) => name).sort());
      expect(names(data.two)).toEqual(two.projects.map(({ name }) => name).sort());
      expect(data.project).toEqual({ name: theirs!.name, apiTokens: { totalCount: theirs!.tokens.length } });
    }
  },
);

test("a token's list is never asked for with the token of another organization", async () => {
  const facade = await started();
  const [one, two] = facade.emulator.seeded.organizations;
  const own = two!.projects[0]!.tokens.find(({ status }) => status === 'Active')!.id;
  const document = 'query ($id: ID!) { project(id: $id) { apiTokens { totalCount } } }';
  const answer = await facade.query(document, {
    token: one!.token,
    tokens: [own],
    variables: { id: two!.projects[0]!.id },
  });

  expect(codes(answer)).toEqual(['CREDENTIAL_REQUIRED']);
  expect(facade.upstream()[routes.listTokens]).toBeUndefined();
});
