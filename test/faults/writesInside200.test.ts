import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { routes } from '../support/facade.ts';
import { idOf, type Managed, startManaged } from '../support/managing.ts';

let facade: Managed;
let id: string;

beforeEach(async () => {
  facade = await startManaged({ emulator: { organizations: 1, projects: 3 } });
  id = idOf(facade.projectId, facade.truth().find(({ status }) => status === 'Active')!.id);
});

afterEach(() => facade.close());

const ROUTES = { blockApiToken: routes.updateToken, revokeApiToken: routes.revokeToken };

describe.each(Object.entries(ROUTES))('%s', (mutation, route) => {
  test.each<[unknown]>([
    [{ message: 'Unauthorized' }],
    [{ errors: { id: ['is unknown'] } }],
    [{ error: true }],
    [{ fault: { faultstring: 'Sign in' } }],
    [{ status: 500 }],
    [{ code: 'E_AUTH', message: 'Unauthorized' }],
    ['<html>Sign in</html>'],
    ['"Unauthorized"'],
  ])('answered with %j under 200 is not said to be made', async (body) => {
    const before = facade.truth();
    facade.emulator.setFaults([{ route, kind: 'answer', body }]);

    await expect(facade.mutate(mutation, { id })).rejects.toThrow();
    expect(facade.truth()).toEqual(before);
    expect(facade.events()).toMatchObject([{ action: mutation, changed: null, outcome: 'UNKNOWN' }]);
  });

  test.each<[unknown]>([
    [''],
    [{}],
    [[]],
    [[{ description: 'Token updated', type: 'Success' }]],
    [{ status: 'deleted' }],
    [{ id: 'x', name: 'CI', status: 'Blocked', messages: [{ type: 'Success' }], errors: [] }],
  ])('answered with %j under 200 is made', async (body) => {
    facade.emulator.setFaults([{ route, kind: 'answer', body, applied: true }]);
    const outcome = await facade.mutate(mutation, { id });

    expect(outcome).toMatchObject({ changed: true, verification: { outcome: 'CONFIRMED' }, userErrors: [] });
  });
});

test('a run of many does not take a project for read whose tokens are answered with a failure under 200', async () => {
  facade.emulator.setFaults([
    { route: routes.listTokens, project: facade.projectId, kind: 'answer', body: { message: 'Unauthorized' } },
  ]);
  const input = { filter: { organizationId: facade.organizationId }, dryRun: true };
  const selection = 'projectCount unreadableProjectCount projects(first: 1) { project { id } problem { code } }';

  expect(await facade.mutate('blockApiTokens', input, { selection })).toMatchObject({
    projectCount: 3,
    unreadableProjectCount: 1,
    projects: [{ project: { id: facade.projectId }, problem: { code: 'UPSTREAM_BAD_RESPONSE' } }],
  });
});

test('a run of many is an error, and no empty plan, where projects fail under 200', async () => {
  facade.emulator.setFaults([{ route: routes.listProjects, kind: 'answer', body: { message: 'Unauthorized' } }]);
  const input = { filter: { organizationId: facade.organizationId }, dryRun: true };

  await expect(facade.mutate('blockApiTokens', input, { selection: 'planId' })).rejects.toThrow(
    'UPSTREAM_BAD_RESPONSE',
  );
});

test('findings over failures under 200 are certain of nothing', async () => {
  const member = facade.truth().find(({ status }) => status === 'Active')!.id;
  facade.emulator.setFaults(
    [routes.listTokens, routes.listProjectLimits, routes.exportRequests].map((route) => ({
      route,
      kind: 'answer' as const,
      body: { message: 'Unauthorized' },
    })),
  );
  const document = '{ organization { tokenFindings(first: 3) { nodes { certainty project { id } } } } }';
  const { data, errors } = await facade.query(document, { token: facade.token, tokens: [member] });
  const { nodes } = data.organization.tokenFindings;

  expect(errors).toBeUndefined();
  expect(nodes).toHaveLength(3 * 7);
  expect(new Set(nodes.map(({ certainty }: { certainty: string }) => certainty))).toEqual(new Set(['UNKNOWN']));
});
