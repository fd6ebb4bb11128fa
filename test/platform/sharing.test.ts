import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Endpoint, read } from '../../src/platform/client/endpoint.ts';
import { listProjectIds, listProjects } from '../../src/platform/resources/projects.ts';
import { Secret } from '../../src/values/secret.ts';
import { bare, READS } from './endpoints.ts';
import { caches, credentialOf, scriptedPlatform } from './scripted.ts';

const common = { accepts: ['oauth'], family: 'members', decode: (body: unknown) => body } as const;
const listMembers = read({
  route: 'GET /v2/members',
  target: 'project',
  query: ({ name }: { readonly name?: string }) => ({ name }),
  ...common,
});
const listPolicies = read({ route: 'GET /v2/policies', target: 'organization', keptMs: 5_000, ...common });

/** Few values, so that calls often have some in common; such that look like the ends of others, too. */
const text = fc.constantFrom('a', 'b', 'a b', 'a","b', '{}', 'a?detail=b', 'b/a');
const target = fc.constantFrom('a', 'b', 'a,b');
const NAMES = ['projectId', 'organizationId', 'assistantId', 'name', 'assistantName', 'skip'] as const;
const call = fc.record({
  endpoint: fc.constantFrom<Endpoint[]>(...READS, listMembers, listPolicies),
  credential: fc.constantFrom(
    credentialOf('oauth', 'one', 'organization', 'project'),
    credentialOf('oauth', 'two', 'organization', 'project'),
  ),
  args: fc.record({
    ...{ projectId: target, organizationId: target, assistantId: text, name: text, assistantName: text },
    ...{ skip: fc.constantFrom(0, 1), count: fc.constant(1) },
  }),
});
/** Two calls that differ in one thing at most. */
const pair = fc.tuple(call, call, fc.constantFrom('endpoint', 'credential', ...NAMES)).map(([one, from, name]) => {
  const isArgument = name !== 'endpoint' && name !== 'credential';
  const other = isArgument
    ? { ...one, args: { ...one.args, [name]: from.args[name] } }
    : { ...one, [name]: from[name] };
  return [one, other] as const;
});

test('reads that are equal in all that they send are one call, and others never are', async () => {
  await fc.assert(
    fc.asyncProperty(pair, async ([one, other]) => {
      const platform = scriptedPlatform(caches());
      const ask = ({ endpoint, credential, args }: typeof one) =>
        platform.session().as(credential).call(bare(endpoint), args);
      const reads = [one, one, other].map(ask);
      const [first, second] = platform.sent.map(({ exchange }) => exchange);
      for (const [number, { answer }] of platform.sent.entries()) answer({ number });
      const answers = await Promise.all(reads);

      expect(answers.slice(0, 2)).toEqual([{ number: 0 }, { number: 0 }]);
      // What an endpoint makes of an answer is its own, whatever it sends.
      const isSame = one.endpoint === other.endpoint && (!second || isDeepStrictEqual(first, second));
      expect(answers[2]).toEqual({ number: isSame ? 0 : 1 });
      // What is remembered goes by the same keys.
      if (one.endpoint.keptMs > 0) expect(await ask(one)).toEqual({ number: 0 });
      if (other.endpoint.keptMs > 0) expect(await ask(other)).toEqual(answers[2]);
    }),
    { numRuns: 500 },
  );
});

test.each<[string, Endpoint, object, object]>([
  ['members of two projects', listMembers, { projectId: 'a' }, { projectId: 'b' }],
  ['policies of two organizations', listPolicies, { organizationId: 'a' }, { organizationId: 'b' }],
])('%s, which a header names, are asked for apart by one credential', async (_what, endpoint, one, other) => {
  const platform = scriptedPlatform(caches(), ({ headers }) => [headers['project-id'], headers['organization-id']]);
  const session = platform.session().as(credentialOf('oauth', 'one', 'organization', 'project'));
  const answers = await Promise.all([one, other].map((args) => session.call(bare(endpoint), { ...args })));

  expect(platform.sent).toHaveLength(2);
  expect(answers[0]).not.toEqual(answers[1]);
});

test('two ways of reading one answer are not taken for each other', async () => {
  const project = { projectId: '6f0bd1a8-0a27-4d2c-9b58-0d4a5b7c0001', projectName: 'A' };
  const platform = scriptedPlatform(caches(), () => ({ projects: [project] }));
  const client = platform.session().as(credentialOf('organization', 'one', 'organization'));
  const [ids, projects] = await Promise.all([client.call(listProjectIds, {}), client.call(listProjects, {})]);

  expect(ids.all).toEqual([project.projectId]);
  expect(projects.all).toMatchObject([{ id: project.projectId, name: 'A' }]);
});

test('a read with a token in its path is neither shared nor kept', async () => {
  const getApiToken = read({
    route: 'GET /v2/projects/tokens/{apiTokenId}',
    ...{ ...common, accepts: ['organization'], family: 'apiTokens', tokenInPath: 'apiTokenId' },
  } as const);
  const known = caches();
  const platform = scriptedPlatform(known, () => ({}));
  const client = platform.session().as(credentialOf('organization', 'one', 'organization'));
  const apiTokenId = new Secret('default_secret');
  await Promise.all([client.call(getApiToken, { apiTokenId }), client.call(getApiToken, { apiTokenId })]);

  expect(platform.sent).toHaveLength(2);
  // @ts-expect-error what a token opens is not kept
  read({ ...common, route: 'GET /v2/projects/tokens/{apiTokenId}', tokenInPath: 'apiTokenId', keptMs: 1 });
});

test('a token is sent in no path but one that is declared to take it', async () => {
  const { session, sent } = scriptedPlatform(caches());
  const client = session().as(credentialOf('oauth', 'one', 'organization'));
  const endpoint = READS.find(({ placeholders }) => placeholders.includes('assistantId'))!;

  await expect(client.call(bare(endpoint), { assistantId: new Secret('default_secret') })).rejects.toThrow(
    'a token goes',
  );
  expect(sent).toEqual([]);
});
