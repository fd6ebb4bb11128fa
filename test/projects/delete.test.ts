import { expect, onTestFinished, test } from 'vitest';
import { startEmulator } from '../../emulator/emulator.ts';
import { ABSENT, changing, READ } from './changing.ts';

const DELETE = 'DELETE /v1/organization/project/{id}';
const LIST = 'GET /v1/organization/project/{id}/tokens';
const NOTHING = { name: null, activeApiTokenCount: null, changed: false, isConfirmed: false };
const SELECTION = 'name activeApiTokenCount changed isConfirmed';

async function deleting(options: Parameters<typeof changing>[0] = {}) {
  const facade = await changing(options);
  const { id, mutate } = facade;
  const remove = (input: object = {}) =>
    mutate('deleteProject', { id, confirmName: 'Before', ...input }, { selection: SELECTION });
  const active = () => facade.truth().filter(({ status }) => status === 'Active').length;
  return { ...facade, remove, active };
}

test('a project is deleted and seen to be gone, for two reads, the deletion and a read', async () => {
  const { remove, active, upstream, events, query, id, token } = await deleting();
  const activeApiTokenCount = active();
  expect(activeApiTokenCount).toBeGreaterThan(0);

  expect(await remove({ reason: 'Over' })).toEqual({
    ...{ name: 'Before', activeApiTokenCount, changed: true, isConfirmed: true, userErrors: [] },
  });

  expect(upstream()).toEqual({ [READ]: 2, [LIST]: 1, [DELETE]: 1 });
  expect(events()).toMatchObject([
    {
      ...{ action: 'deleteProject', reason: 'Over', outcome: 'SUCCEEDED', changed: true },
      ...{ before: { name: 'Before' }, after: null, verification: { outcome: 'CONFIRMED' } },
      details: { activeApiTokenCount },
    },
  ]);
  expect((await query(`{ project(id: "${id}") { name } }`, { token })).data).toEqual({ project: null });
  expect(await remove()).toMatchObject({ ...NOTHING, userErrors: [{ code: 'PROJECT_NOT_FOUND', field: 'id' }] });
});

test.each(['Befor', 'before', 'Before ', ''])(
  'the name %j confirms nothing, and the right one is not told',
  async (confirmName) => {
    const { remove, writes, events } = await deleting();

    const payload = await remove({ confirmName });

    expect(payload).toMatchObject({
      ...NOTHING,
      userErrors: [{ code: 'CONFIRMATION_MISMATCH', field: 'confirmName' }],
    });
    expect(JSON.stringify(payload)).not.toContain('Before');
    expect(writes()).toEqual({});
    expect(events()).toMatchObject([{ outcome: 'REFUSED', codes: ['CONFIRMATION_MISMATCH'] }]);
  },
);

test.each<[string, object, string, string]>([
  ['text for an id', { id: 'none' }, 'INVALID_ID', 'id'],
  ['no such project', { id: ABSENT }, 'PROJECT_NOT_FOUND', 'id'],
  ['a long reason', { reason: 'x'.repeat(501) }, 'TOO_LONG', 'reason'],
])('%s is a user error, and nothing is sent', async (_what, input, code, field) => {
  const { remove, writes } = await deleting();

  expect(await remove(input)).toMatchObject({ ...NOTHING, userErrors: [{ code, field }] });
  expect(writes()).toEqual({});
});

test.each([false, true])(
  'a request that runs on a token of the project is refused, with masked values: %s',
  async (masks) => {
    const { id, token, emulator, query, writes } = await deleting({
      emulator: { organizations: 1, projects: 4, maskTokenIds: masks },
    });
    const document = `mutation { deleteProject(input: { id: "${id}", confirmName: "Before" }) { changed userErrors { code field } } }`;

    const { data } = await query(document, { tokens: [token, emulator.createToken(id, 'Own')] });

    expect(data.deleteProject).toEqual({ changed: false, userErrors: [{ code: 'WOULD_LOCK_OUT', field: 'id' }] });
    expect(writes()).toEqual({});
  },
);

test('a project that the server itself has a token of is kept', async () => {
  const emulator = await startEmulator({ organizations: 1, projects: 4 });
  onTestFinished(() => emulator.close());
  const own = emulator.createToken(emulator.seeded.organizations[0]!.projects[0]!.id, 'Own');
  const { remove, writes } = await deleting({ sharedEmulator: emulator, env: { GEAI_TOKENS: own } });

  expect(await remove()).toMatchObject({ ...NOTHING, userErrors: [{ code: 'WOULD_LOCK_OUT', field: 'id' }] });
  expect(writes()).toEqual({});
});

test('tokens that cannot be listed keep the project, since it may hold one that is in use', async () => {
  const { remove, emulator, writes } = await deleting();
  emulator.setFaults([{ route: LIST, kind: 'status', status: 500 }]);

  await expect(remove()).rejects.toThrow('UPSTREAM_UNAVAILABLE');
  expect(writes()).toEqual({});
});

test.each([
  ['cannot be read', { id: 7 }],
  ['has a status that is not known', { id: 'x', name: 'X', status: 'Dormant' }],
])('the number of tokens is not known when one %s', async (_what, one) => {
  const { remove, emulator } = await deleting();
  emulator.setFaults([{ route: LIST, kind: 'answer', body: { tokens: [one] } }]);

  expect(await remove()).toMatchObject({ name: 'Before', activeApiTokenCount: null, changed: true });
});

test.each(['object', 'empty'] as const)('an answer of the form %s is taken', async (deletedProject) => {
  const { remove } = await deleting({ emulator: { organizations: 1, projects: 4, deletedProject } });

  expect(await remove()).toMatchObject({ changed: true, isConfirmed: true, userErrors: [] });
});

test('a lost answer is made good by looking, and the deletion is sent once', async () => {
  const { remove, emulator, upstream, events } = await deleting();
  emulator.setFaults([{ route: DELETE, kind: 'loseAnswer' }]);

  expect(await remove()).toMatchObject({ name: 'Before', changed: true, isConfirmed: true });
  expect(upstream()[DELETE]).toBe(1);
  expect(events()).toMatchObject([{ outcome: 'SUCCEEDED', changed: true }]);
});

test('a lost answer to a deletion that was not made is unknown, and it is not sent again', async () => {
  const { remove, emulator, upstream, events } = await deleting();
  emulator.setFaults([{ route: DELETE, kind: 'drop' }]);

  await expect(remove()).rejects.toThrow('OUTCOME_UNKNOWN');
  expect(upstream()[DELETE]).toBe(1);
  expect(events()).toMatchObject([{ outcome: 'UNKNOWN', changed: null, after: { name: 'Before' } }]);
});

test('a project that the platform still shows is not confirmed to be gone', async () => {
  const { remove, emulator, events } = await deleting();
  emulator.setFaults([{ route: DELETE, kind: 'answer', body: {} }]);

  expect(await remove()).toMatchObject({ name: 'Before', changed: true, isConfirmed: false });
  expect(events()).toMatchObject([{ outcome: 'UNCONFIRMED', verification: { outcome: 'PENDING' } }]);
});

test('a refusal of the platform keeps the project', async () => {
  const { remove, emulator } = await deleting();
  emulator.setFaults([{ route: DELETE, kind: 'status', status: 400, id: 2011 }]);
  expect(await remove()).toMatchObject({ ...NOTHING, userErrors: [{ code: 'REJECTED', field: null }] });

  emulator.setFaults([{ route: DELETE, kind: 'status', status: 403, id: 7 }]);
  await expect(remove()).rejects.toThrow('FORBIDDEN');
});

test('a token of the project that was known opens nothing any more', async () => {
  const { remove, emulator, id, query } = await deleting({ env: { CACHE: 'memory' } });
  const token = emulator.createToken(id, 'Known');
  const scopes = () => query('{ viewer { scopes } }', { token });
  expect((await scopes()).errors).toBeUndefined();

  await remove();
  emulator.resetCalls();

  expect((await scopes()).errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }]);
});

test('lists lack the project at once, though they were kept', async () => {
  const { remove, query, token } = await deleting({ env: { CACHE: 'memory' } });
  const names = async () =>
    (await query('{ organization { projects(first: 10) { nodes { name } } } }', { token })).text;
  expect(await names()).toContain('Before');

  await remove();

  expect(await names()).not.toContain('Before');
});

test('tokens of projects and of other organizations delete nothing', async () => {
  const { mutate, id, emulator, writes } = await deleting({ emulator: { projects: 4 } });
  const remove = (token: string) =>
    mutate('deleteProject', { id, confirmName: 'Before' }, { token, selection: SELECTION });

  expect(await remove(emulator.seeded.organizations[1]!.token)).toMatchObject({
    userErrors: [{ code: 'PROJECT_NOT_FOUND' }],
  });
  await expect(remove(emulator.createToken(id, 'Own'))).rejects.toThrow('CREDENTIAL_REQUIRED');
  expect(writes()).toEqual({});
});
