import { expect, test } from 'vitest';
import { codes } from '../support/facade.ts';
import { ABSENT, changing, READ, UPDATE } from './changing.ts';

const BEFORE = { name: 'Before', description: 'Of old' };

test.each<[string, object, { name: string; description: string }]>([
  ['a name', { name: 'After' }, { name: 'After', description: 'Of old' }],
  ['a description', { description: 'New' }, { name: 'Before', description: 'New' }],
  ['both', { name: 'After', description: 'New' }, { name: 'After', description: 'New' }],
  ['an empty description', { description: '' }, { name: 'Before', description: '' }],
  ['a description of null', { description: null }, { name: 'Before', description: '' }],
  ['a name of null', { name: null, description: 'New' }, { name: 'Before', description: 'New' }],
])('%s is changed and what was left out stays, for a read, the change and a read', async (_what, input, after) => {
  const { update, upstream, listed, events } = await changing();

  expect(await update({ ...input, reason: 'Tidy' })).toEqual({
    ...{ project: { ...after, description: after.description || expect.toBeOneOf([null, '']) } },
    ...{ changed: true, isConfirmed: true, userErrors: [] },
  });

  expect(upstream()).toEqual({ [READ]: 2, [UPDATE]: 1 });
  expect(await listed()).toEqual(after);
  expect(events()).toMatchObject([
    {
      ...{ action: 'updateProject', reason: 'Tidy', outcome: 'SUCCEEDED', changed: true },
      ...{ before: BEFORE, after: { name: after.name }, verification: { outcome: 'CONFIRMED' } },
    },
  ]);
});

test.each(['erased', 'kept', 'nullErases'] as const)(
  'a description goes and stays alike where the platform takes one that is left out as %s',
  async (projectDescription) => {
    const { update, listed } = await changing({ emulator: { organizations: 1, projects: 4, projectDescription } });

    await update({ name: 'After' });
    expect(await listed()).toEqual({ name: 'After', description: 'Of old' });
    expect(await update({ description: null })).toMatchObject({ changed: true, isConfirmed: true });
    expect(await listed()).toEqual({ name: 'After', description: '' });
  },
);

test.each([{}, { name: 'Before' }, { ...BEFORE, expectedName: 'Before' }])(
  'a project that is as asked already, as in %j, takes one read, and nothing is sent',
  async (input) => {
    const { update, upstream, events } = await changing();

    expect(await update(input)).toEqual({ project: BEFORE, changed: false, isConfirmed: true, userErrors: [] });
    expect(upstream()).toEqual({ [READ]: 1 });
    expect(events()).toMatchObject([{ outcome: 'SUCCEEDED', changed: false }]);
  },
);

test.each<[string, object, string, string]>([
  ['text for an id', { id: 'none' }, 'INVALID_ID', 'id'],
  ['no such project', { id: ABSENT, name: 'After' }, 'PROJECT_NOT_FOUND', 'id'],
  ['an empty name', { name: '' }, 'REQUIRED', 'name'],
  ['a long name', { name: 'x'.repeat(101) }, 'TOO_LONG', 'name'],
  ['a name of two lines', { name: 'a\nb' }, 'INVALID_CHARACTERS', 'name'],
  ['a long description', { description: 'x'.repeat(501) }, 'TOO_LONG', 'description'],
  ['a long reason', { reason: 'x'.repeat(501) }, 'TOO_LONG', 'reason'],
  ['a name that somebody changed', { name: 'After', expectedName: 'Older' }, 'CONFLICT', 'expectedName'],
  ['a description that somebody changed', { name: 'A', expectedDescription: '' }, 'CONFLICT', 'expectedDescription'],
])('%s is a user error, and nothing is sent', async (_what, input, code, field) => {
  const { update, writes, events } = await changing();

  expect(await update(input)).toMatchObject({
    ...{ project: null, changed: false, isConfirmed: false },
    userErrors: [{ code, field }],
  });
  expect(writes()).toEqual({});
  expect(events()).toMatchObject([{ outcome: 'REFUSED', codes: [code] }]);
});

test('all mistakes of the input are returned together', async () => {
  const { update } = await changing();

  const { userErrors } = await update({ id: 'none', name: '', reason: 'x'.repeat(501) });

  expect(userErrors.map(({ field }: { field: string }) => field).sort()).toEqual(['id', 'name', 'reason']);
});

test('an answer about another project is no answer: neither is shown or changed', async () => {
  const { update, emulator, writes, query, token, id } = await changing();
  const [, other] = emulator.seeded.organizations[0]!.projects;
  const body = { projectId: other!.id, projectName: other!.name, projectActive: true, projectStatus: 0 };
  emulator.setFaults([{ route: READ, kind: 'answer', body }]);

  await expect(update({ description: 'New' })).rejects.toThrow('UPSTREAM_BAD_RESPONSE');
  expect(writes()).toEqual({});
  expect(codes(await query(`{ project(id: "${id}") { name } }`, { token }))).toEqual(['UPSTREAM_BAD_RESPONSE']);
});

test('the name of another project is taken', async () => {
  const { update, emulator, listed } = await changing();

  const { name } = emulator.seeded.organizations[0]!.projects[1]!;
  expect(await update({ name })).toMatchObject({ changed: false, userErrors: [{ code: 'NAME_TAKEN', field: 'name' }] });
  expect(await listed()).toEqual(BEFORE);
});

test.each([
  [2029, 'NAME_TAKEN', 'name'],
  [2000, 'REJECTED', 'name'],
  [2007, 'REJECTED', 'name'],
  [2011, 'REJECTED', null],
  [2005, 'PROJECT_NOT_FOUND', 'id'],
])('a refusal with the id %s is the user error %s', async (platformId, code, field) => {
  const { update, emulator, events } = await changing();
  emulator.setFaults([{ route: UPDATE, kind: 'status', status: 400, id: platformId }]);

  expect(await update({ name: 'After' })).toMatchObject({
    project: null,
    changed: false,
    userErrors: [{ code, field }],
  });
  expect(events()).toMatchObject([{ outcome: 'REFUSED', changed: false, before: BEFORE }]);
});

test('a change that the platform forbids is an error', async () => {
  const { update, emulator, events } = await changing();
  emulator.setFaults([{ route: UPDATE, kind: 'status', status: 403, id: 7 }]);

  await expect(update({ name: 'After' })).rejects.toThrow('FORBIDDEN');
  expect(events()).toMatchObject([{ outcome: 'FAILED', changed: false }]);
});

test('a lost answer is made good by reading, and the change is sent once', async () => {
  const { update, emulator, upstream, events } = await changing();
  emulator.setFaults([{ route: UPDATE, kind: 'loseAnswer' }]);

  expect(await update({ name: 'After' })).toMatchObject({
    project: { name: 'After' },
    changed: true,
    isConfirmed: true,
  });
  expect(upstream()[UPDATE]).toBe(1);
  expect(events()).toMatchObject([{ outcome: 'SUCCEEDED', changed: true }]);
});

test('a lost answer to a change that was not made is unknown, and it is not sent again', async () => {
  const { update, emulator, upstream, events } = await changing();
  emulator.setFaults([{ route: UPDATE, kind: 'drop' }]);

  await expect(update({ name: 'After' })).rejects.toThrow('OUTCOME_UNKNOWN');
  expect(upstream()[UPDATE]).toBe(1);
  expect(events()).toMatchObject([{ outcome: 'UNKNOWN', changed: null, after: BEFORE }]);
});

test('a change that the platform does not show yet is not confirmed, and no plain success in the audit log', async () => {
  const { update, emulator, events } = await changing();
  emulator.setFaults([{ route: UPDATE, kind: 'answer', body: {} }]);

  expect(await update({ name: 'After' })).toMatchObject({ project: BEFORE, changed: true, isConfirmed: false });
  expect(events()).toMatchObject([{ outcome: 'UNCONFIRMED', verification: { outcome: 'PENDING' } }]);
});

test('lists show the new name at once, though they were kept', async () => {
  const { update, query, token } = await changing({ env: { CACHE: 'memory' } });
  const names = async () =>
    (await query('{ organization { projects(first: 10) { nodes { name } } } }', { token })).text;
  expect(await names()).toContain('Before');

  await update({ name: 'After' });

  expect(await names()).toContain('After');
});

test('tokens of projects and of other organizations change nothing', async () => {
  const { mutate, id, emulator, writes } = await changing({ emulator: { projects: 4 } });
  const change = (token: string) => mutate('updateProject', { id, name: 'After' }, { token, selection: 'changed' });

  expect(await change(emulator.seeded.organizations[1]!.token)).toMatchObject({
    userErrors: [{ code: 'PROJECT_NOT_FOUND' }],
  });
  await expect(change(emulator.createToken(id, 'Own'))).rejects.toThrow('CREDENTIAL_REQUIRED');
  expect(writes()).toEqual({});
});
