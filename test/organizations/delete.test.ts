import { expect, onTestFinished, test } from 'vitest';
import { startEmulator } from '../../emulator/emulator.ts';
import { routes } from '../support/facade.ts';
import { administering, DELETE, LIST } from './administering.ts';

const SELECTION = 'name changed isConfirmed';
const NOTHING = { name: null, changed: false, isConfirmed: false };
const ABSENT = '00000000-0000-4000-8000-000000000000';

/** The second organization is to be deleted; the administrator works in the first. */
async function deleting(options: Parameters<typeof administering>[0] = {}) {
  const facade = await administering(options);
  const borealis = facade.emulator.seeded.organizations[1]!;
  const remove = (input: object = {}, request = facade.administrator, selection = SELECTION) =>
    facade.mutate('deleteOrganization', { id: borealis.id, confirmName: borealis.name, ...input }, selection, request);
  return { ...facade, borealis, remove };
}

test('an organization is deleted and seen to be gone, for two searches and the deletion', async () => {
  const { remove, borealis, upstream, events, names } = await deleting();

  expect(await remove({ id: borealis.id.toUpperCase(), reason: 'Over' })).toEqual({
    ...{ name: borealis.name, changed: true, isConfirmed: true, userErrors: [] },
  });

  expect(upstream()).toEqual({ [LIST]: 2, [DELETE]: 1 });
  expect(await names()).not.toContain(borealis.name);
  expect(events()).toMatchObject([
    {
      ...{ action: 'deleteOrganization', reason: 'Over', outcome: 'SUCCEEDED', changed: true },
      ...{ before: { name: borealis.name }, verification: { outcome: 'CONFIRMED' } },
    },
  ]);
  expect(await remove()).toMatchObject({ ...NOTHING, userErrors: [{ code: 'ORGANIZATION_NOT_FOUND', field: 'id' }] });
});

test('projects that go with it are counted if they are asked for and a credential shows them', async () => {
  const { remove, borealis, administrator, upstream } = await deleting();
  const select = 'projectCount userErrors { code }';
  const request = { ...administrator, tokens: [borealis.token] };

  expect(await remove({}, request, select)).toMatchObject({ projectCount: 3 });
  expect(upstream()).toEqual({ [routes.validate]: 1, [routes.listProjects]: 1, [LIST]: 2, [DELETE]: 1 });
});

test.each([
  ['no credential shows it', false, null],
  ['the projects cannot be listed', true, 500],
])('the count of what goes with it is unknown if %s', async (_what, presents, status) => {
  const { remove, borealis, emulator, administrator } = await deleting();
  if (status) emulator.setFaults([{ route: routes.listProjects, kind: 'status', status }]);
  const request = { ...administrator, ...(presents ? { tokens: [borealis.token] } : {}) };

  expect(await remove({}, request, 'projectCount changed')).toMatchObject({ projectCount: null, changed: true });
});

test('a project that cannot be read is counted as well', async () => {
  const { remove, borealis, emulator, administrator } = await deleting();
  const body = { projects: [{ projectId: borealis.projects[0]!.id }, {}] };
  emulator.setFaults([{ route: routes.listProjects, kind: 'answer', body }]);

  expect(await remove({}, { ...administrator, tokens: [borealis.token] } as never, 'projectCount')).toMatchObject({
    projectCount: 2,
  });
});

test('a name that is only a part confirms nothing, and the right one is not told', async () => {
  const { remove, borealis, writes, events } = await deleting();

  const payload = await remove({ confirmName: 'borealis' });

  expect(payload).toMatchObject({ ...NOTHING, userErrors: [{ code: 'CONFIRMATION_MISMATCH', field: 'confirmName' }] });
  expect(JSON.stringify(payload)).not.toContain(borealis.name);
  expect(writes()).toEqual({});
  expect(events()).toMatchObject([{ outcome: 'REFUSED', codes: ['CONFIRMATION_MISMATCH'] }]);
});

test.each(['Acme Robotics', 'Nowhere'])('the id with the name of another, %j, finds nothing', async (confirmName) => {
  const { remove, writes } = await deleting();

  expect(await remove({ confirmName })).toMatchObject({
    ...NOTHING,
    userErrors: [{ code: 'ORGANIZATION_NOT_FOUND', field: 'id' }],
  });
  expect(writes()).toEqual({});
});

test.each<[string, object, string, string, number]>([
  ['text for an id', { id: 'none' }, 'INVALID_ID', 'id', 0],
  ['no name', { confirmName: ' ' }, 'REQUIRED', 'confirmName', 0],
  ['a very long name', { confirmName: 'x'.repeat(501) }, 'TOO_LONG', 'confirmName', 0],
  ['a long reason', { reason: 'x'.repeat(501) }, 'TOO_LONG', 'reason', 0],
  ['no such organization', { id: ABSENT }, 'ORGANIZATION_NOT_FOUND', 'id', 1],
])('%s is a user error, and nothing is sent', async (_what, input, code, field, searches) => {
  const { remove, upstream } = await deleting();

  expect(await remove(input)).toMatchObject({ ...NOTHING, userErrors: [{ code, field }] });
  expect(upstream()).toEqual(searches > 0 ? { [LIST]: searches } : {});
});

test('an administrator does not delete the organization that they work in', async () => {
  const { remove, emulator, writes } = await deleting();
  const { id, name } = emulator.seeded.organizations[0]!;

  expect(await remove({ id, confirmName: name })).toMatchObject({
    ...NOTHING,
    userErrors: [{ code: 'WOULD_LOCK_OUT', field: 'id' }],
  });
  expect(writes()).toEqual({});
});

test('an organization that a presented token of the server belongs to is kept', async () => {
  const emulator = await startEmulator({ projects: 2 });
  onTestFinished(() => emulator.close());
  const { token } = emulator.seeded.organizations[1]!;
  const { remove, administrator, writes } = await deleting({ sharedEmulator: emulator, env: { GEAI_TOKENS: token } });

  expect(await remove({}, { ...administrator, tokens: [token] } as never)).toMatchObject({
    userErrors: [{ code: 'WOULD_LOCK_OUT' }],
  });
  expect(writes()).toEqual({});
});

test('users who are no administrators delete nothing', async () => {
  const { remove, emulator, writes } = await deleting();
  const { token, projectId } = emulator.seeded.oauth[1]!;

  await expect(remove({}, { token, headers: { ProjectId: projectId } })).rejects.toThrow('FORBIDDEN');
  expect(writes()).toEqual({});
});

test.each(['status', 'object'] as const)('an answer of the form %s is taken', async (deletedOrganization) => {
  const { remove } = await deleting({ emulator: { projects: 1, deletedOrganization } });

  expect(await remove()).toMatchObject({ changed: true, isConfirmed: true, userErrors: [] });
});

test.each(['contains', 'startsWith', 'exact'] as const)('a filter that %s serves', async (organizationFilter) => {
  const { remove } = await deleting({ emulator: { projects: 1, organizationFilter } });

  expect(await remove()).toMatchObject({ changed: true, isConfirmed: true, userErrors: [] });
});

test('a lost answer is made good by looking, and the deletion is sent once', async () => {
  const { remove, borealis, emulator, upstream, events } = await deleting();
  emulator.setFaults([{ route: DELETE, kind: 'loseAnswer' }]);

  expect(await remove()).toMatchObject({ name: borealis.name, changed: true, isConfirmed: true });
  expect(upstream()[DELETE]).toBe(1);
  expect(events()).toMatchObject([{ outcome: 'SUCCEEDED', changed: true }]);
});

test('a lost answer to a deletion that was not made is unknown, and it is not sent again', async () => {
  const { remove, emulator, upstream, events } = await deleting();
  emulator.setFaults([{ route: DELETE, kind: 'drop' }]);

  await expect(remove()).rejects.toThrow('OUTCOME_UNKNOWN');
  expect(upstream()[DELETE]).toBe(1);
  expect(events()).toMatchObject([{ outcome: 'UNKNOWN', changed: null }]);
});

test('an answer in words to a deletion that was not made is unknown', async () => {
  const { remove, emulator } = await deleting();
  emulator.setFaults([{ route: DELETE, kind: 'answer', body: { message: 'Unauthorized' } }]);

  await expect(remove()).rejects.toThrow('OUTCOME_UNKNOWN');
});

test('an organization that the platform still shows is not confirmed to be gone', async () => {
  const { remove, emulator, events } = await deleting();
  emulator.setFaults([{ route: DELETE, kind: 'answer', body: {} }]);

  expect(await remove()).toMatchObject({ changed: true, isConfirmed: false });
  expect(events()).toMatchObject([{ outcome: 'UNCONFIRMED', verification: { outcome: 'PENDING' } }]);
});

test('a search that leaves an element out does not confirm', async () => {
  const { remove, borealis, emulator } = await deleting();
  const item = { organizationId: borealis.id, organizationName: borealis.name };
  emulator.setFaults([
    { route: LIST, kind: 'answer', times: 1, body: { organizations: [item], count: 1, pages: 1 } },
    { route: LIST, kind: 'answer', body: { organizations: [{}], count: 1, pages: 1 } },
  ]);

  expect(await remove()).toMatchObject({ changed: true, isConfirmed: false });
});

test.each<[object, object]>([
  [
    { status: 400, id: 2011 },
    { code: 'REJECTED', field: null },
  ],
  [
    { status: 404, id: 2004 },
    { code: 'ORGANIZATION_NOT_FOUND', field: 'id' },
  ],
])('a refusal of the form %j keeps the organization', async (fault, error) => {
  const { remove, emulator, names, borealis } = await deleting();
  emulator.setFaults([{ route: DELETE, kind: 'status', status: 400, ...fault }]);

  expect(await remove()).toMatchObject({ ...NOTHING, userErrors: [error] });
  expect(await names()).toContain(borealis.name);
});

test.each([true, false])(
  'answers kept of the organization are forgotten, and its token if it is presented: %s',
  async (presents) => {
    const { remove, ask, borealis, administrator } = await deleting({ env: { CACHE: 'memory' } });
    const kept = (fields: string) => ask(`{ organization { ${fields} } }`, { token: borealis.token });
    expect((await kept('projects { totalCount }')).data.organization.projects).toEqual({ totalCount: 3 });

    await remove({}, { ...administrator, ...(presents ? { tokens: [borealis.token] } : {}) });

    // What an absent token is stays known for seconds; the platform refuses it.
    expect((await kept('id')).codes).toEqual(presents ? ['UNAUTHENTICATED'] : []);
    expect((await kept('projects { totalCount }')).codes).toEqual(['UNAUTHENTICATED']);
  },
);
