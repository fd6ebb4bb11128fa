import { expect, test } from 'vitest';
import { ABSENT, changingMembers, LIST, REMOVE } from './changing.ts';

const SELECTION = 'member { email roles { name } } changed isConfirmed';
const NOTHING = { member: null, changed: false, isConfirmed: false };

async function removing(options: Parameters<typeof changingMembers>[0] = {}) {
  const facade = await changingMembers(options);
  const { projectId, somebody } = facade;
  const remove = (input: object = {}, token = facade.token) =>
    facade.mutate(
      'removeProjectMember',
      { projectId, userId: somebody.id, email: somebody.email, ...input },
      { selection: SELECTION, token },
    );
  return { ...facade, remove };
}

test('a member is removed and seen to be gone, for the lists before and after', async () => {
  const { remove, somebody, upstream, addresses, events, log, audit } = await removing();

  const { member, ...rest } = await remove({ email: somebody.email.toUpperCase(), reason: 'Left' });

  expect(member).toEqual({ email: somebody.email, roles: somebody.roles.map((name) => ({ name })) });
  expect(rest).toEqual({ changed: true, isConfirmed: true, userErrors: [] });
  expect(addresses()).not.toContain(somebody.email);
  // Without totals, an empty page ends each list.
  expect(upstream()).toEqual({ [LIST]: 4, [REMOVE]: 1 });
  expect(events()).toMatchObject([
    {
      ...{ action: 'removeProjectMember', reason: 'Left', outcome: 'SUCCEEDED', changed: true },
      ...{ before: { roles: somebody.roles }, verification: { outcome: 'CONFIRMED' } },
      details: { userId: somebody.id, person: expect.any(String) },
    },
  ]);
  expect(log() + JSON.stringify(audit())).not.toContain(somebody.email);
});

test('lists with totals take one call each', async () => {
  const { remove, upstream } = await removing({ emulator: { organizations: 1, projects: 3, memberTotals: true } });

  expect(await remove()).toMatchObject({ changed: true, isConfirmed: true });
  expect(upstream()).toEqual({ [LIST]: 2, [REMOVE]: 1 });
});

test.each<[string, object, string, string]>([
  ['text for the id of a project', { projectId: 'none' }, 'INVALID_ID', 'projectId'],
  ['an address for the id of a user', { userId: 'ana@acme.example' }, 'INVALID_ID', 'userId'],
  ['a step to another path', { userId: '..' }, 'INVALID_ID', 'userId'],
  ['an empty id of a user', { userId: '' }, 'REQUIRED', 'userId'],
  ['a long id of a user', { userId: 'x'.repeat(101) }, 'TOO_LONG', 'userId'],
  ['no address', { email: 'ana' }, 'INVALID_EMAIL', 'email'],
  ['a long reason', { reason: 'x'.repeat(501) }, 'TOO_LONG', 'reason'],
])('%s is a user error, and nothing is asked', async (_what, input, code, field) => {
  const { remove, upstream } = await removing();

  expect(await remove(input)).toMatchObject({ ...NOTHING, userErrors: [{ code, field }] });
  expect(upstream()).toEqual({});
});

test('a project that is not there, somebody who is no member and an unknown id are user errors', async () => {
  const { remove, writes, addresses, somebody } = await removing();

  expect(await remove({ projectId: ABSENT })).toMatchObject({ userErrors: [{ code: 'PROJECT_NOT_FOUND' }] });
  expect(await remove({ email: 'nobody@nowhere.example' })).toMatchObject({
    userErrors: [{ code: 'MEMBER_NOT_FOUND', field: 'email' }],
  });
  expect(writes()).toEqual({});
  expect(await remove({ userId: ABSENT })).toMatchObject({
    ...NOTHING,
    userErrors: [{ code: 'MEMBER_NOT_FOUND', field: 'userId' }],
  });
  expect(await remove({ userId: 'a/../b?c#d e%2f' })).toMatchObject({ userErrors: [{ code: 'MEMBER_NOT_FOUND' }] });
  expect(addresses()).toContain(somebody.email);
});

test('somebody else who was removed by a wrong id is named', async () => {
  const { remove, somebody, other, addresses, events } = await removing();

  const { userErrors, ...payload } = await remove({ userId: other.id });

  expect(addresses()).toContain(somebody.email);
  expect(payload).toMatchObject({ member: { email: somebody.email }, changed: true, isConfirmed: false });
  expect(userErrors).toMatchObject([{ code: 'OTHER_MEMBER_REMOVED', field: 'userId' }]);
  expect(userErrors[0].message).toContain(other.email);
  expect(events()).toMatchObject([{ changed: true, codes: ['OTHER_MEMBER_REMOVED'] }]);
});

test('a lost answer is made good by the list, and the removal is sent once', async () => {
  const { remove, emulator, writes, somebody } = await removing();
  emulator.setFaults([{ route: REMOVE, kind: 'loseAnswer' }]);

  expect(await remove()).toMatchObject({ member: { email: somebody.email }, changed: true, isConfirmed: true });
  expect(writes()).toEqual({ [REMOVE]: 1 });
});

test('a lost answer to a removal that was not made is unknown, and it is not sent again', async () => {
  const { remove, emulator, writes, events } = await removing();
  emulator.setFaults([{ route: REMOVE, kind: 'drop' }]);

  await expect(remove()).rejects.toThrow('OUTCOME_UNKNOWN');
  expect(writes()).toEqual({ [REMOVE]: 1 });
  expect(events()).toMatchObject([{ outcome: 'UNKNOWN', changed: null }]);
});

test('an answer in words to a removal that was not made is unknown', async () => {
  const { remove, emulator } = await removing();
  emulator.setFaults([{ route: REMOVE, kind: 'answer', body: { message: 'Unauthorized' } }]);

  await expect(remove()).rejects.toThrow('OUTCOME_UNKNOWN');
});

test.each([true, false])(
  'an unknown id of a user is told by the id of the error, with strict 400: %s',
  async (strict400) => {
    const { remove } = await removing({ emulator: { organizations: 1, projects: 3, strict400 } });

    expect(await remove({ userId: ABSENT })).toMatchObject({
      userErrors: [{ code: 'MEMBER_NOT_FOUND', field: 'userId' }],
    });
    expect(await remove({ projectId: ABSENT })).toMatchObject({ userErrors: [{ code: 'PROJECT_NOT_FOUND' }] });
  },
);

test('a member whom the platform still lists is not confirmed to be gone', async () => {
  const { remove, emulator, events } = await removing();
  emulator.setFaults([{ route: REMOVE, kind: 'answer', body: {} }]);

  expect(await remove()).toMatchObject({ changed: true, isConfirmed: false, userErrors: [] });
  expect(events()).toMatchObject([{ outcome: 'UNCONFIRMED', verification: { outcome: 'PENDING' } }]);
});

test('lists that leave an element out confirm nothing', async () => {
  const { remove, emulator, somebody } = await removing();
  const item = { email: somebody.email, roles: [] };
  emulator.setFaults([
    { route: LIST, kind: 'answer', times: 1, body: { members: [item], count: 1 } },
    { route: LIST, kind: 'answer', body: { members: [{}], count: 1 } },
  ]);

  expect(await remove()).toMatchObject({ changed: true, isConfirmed: false });
});

test('nobody is named as removed instead when the list afterwards may lack them', async () => {
  const { remove, emulator, somebody, other } = await removing();
  const [one, two] = [somebody, other].map(({ email }) => ({ email, roles: [] }));
  emulator.setFaults([
    { route: LIST, kind: 'answer', times: 1, body: { members: [one, two], count: 2 } },
    { route: LIST, kind: 'answer', body: { members: [one, {}], count: 2 } },
    { route: REMOVE, kind: 'answer', body: {} },
  ]);

  expect(await remove()).toMatchObject({ changed: true, isConfirmed: false, userErrors: [] });
});

test('members who cannot be read keep their place', async () => {
  const { remove, emulator, writes } = await removing();
  emulator.setFaults([{ route: LIST, kind: 'status', status: 500 }]);

  await expect(remove()).rejects.toThrow('UPSTREAM_UNAVAILABLE');
  expect(writes()).toEqual({});
});

test('a removal whose lists cannot be read afterwards is not confirmed', async () => {
  const { remove, emulator, somebody } = await removing();
  const item = { email: somebody.email, roles: [] };
  emulator.setFaults([
    { route: LIST, kind: 'answer', times: 1, body: { members: [item], count: 1 } },
    { route: LIST, kind: 'status', status: 500 },
  ]);

  expect(await remove()).toMatchObject({ changed: true, isConfirmed: false, userErrors: [] });
});

test('a refusal of the platform keeps the member', async () => {
  const { remove, emulator } = await removing();
  emulator.setFaults([{ route: REMOVE, kind: 'status', status: 400, id: 11 }]);
  expect(await remove()).toMatchObject({ ...NOTHING, userErrors: [{ code: 'REJECTED', field: null }] });

  emulator.setFaults([{ route: REMOVE, kind: 'status', status: 403, id: 7 }]);
  await expect(remove()).rejects.toThrow('FORBIDDEN');
});

test('the id of a user comes from analytics, where they have made requests', async () => {
  const { remove, query, token, emulator } = await removing();
  const { id: projectId } = emulator.seeded.organizations[0]!.projects[0]!;
  const window = 'window: { from: "2025-12-01T00:00:00Z", to: "2026-02-01T00:00:00Z" }';
  const { data } = await query(
    `{ project(id: "${projectId}") { analytics(${window}) { agentUsagePerUser(first: 100) { nodes { userId } } } } }`,
    { token },
  );
  const ids: string[] = data.project.analytics.agentUsagePerUser.nodes.map(({ userId }: { userId: string }) => userId);
  const member = emulator.members(projectId).find(({ id }) => ids.includes(id))!;

  expect(await remove({ projectId, userId: member.id, email: member.email })).toMatchObject({
    changed: true,
    isConfirmed: true,
  });
});
