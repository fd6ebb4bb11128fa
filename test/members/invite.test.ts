import { expect, onTestFinished, test } from 'vitest';
import { startEmulator } from '../../emulator/emulator.ts';
import { ABSENT, changingMembers, INVITE } from './changing.ts';

const SELECTION = 'invitation { email roles project { id name } } changed';
const BARE = 'invitation { email roles } changed';
const NOTHING = { invitation: null, changed: false };
const EMAIL = 'Zoe@zephyr.example';

async function inviting(options: Parameters<typeof changingMembers>[0] = {}) {
  const facade = await changingMembers(options);
  const invite = (input: object = {}, selection = BARE, token = facade.token) =>
    facade.mutate(
      'inviteProjectMember',
      { projectId: facade.projectId, email: EMAIL, roles: ['Project member'], ...input },
      { selection, token },
    );
  return { ...facade, invite };
}

test('an invitation is sent for one call, and is no member until it is accepted', async () => {
  const { invite, upstream, invitations, addresses, emulator, projectId, events } = await inviting();

  expect(await invite({ reason: 'New in the team' })).toEqual({
    ...{ invitation: { email: EMAIL, roles: ['Project member'] }, changed: true, userErrors: [] },
  });

  expect(upstream()).toEqual({ [INVITE]: 1 });
  expect(invitations()).toEqual([EMAIL.toLowerCase()]);
  expect(addresses()).not.toContain(EMAIL.toLowerCase());
  expect(events()).toMatchObject([
    {
      ...{ action: 'inviteProjectMember', target: projectId, reason: 'New in the team', outcome: 'SUCCEEDED' },
      ...{ changed: true, details: { roles: ['Project member'], person: expect.stringMatching(/^[\w-]{22}$/) } },
    },
  ]);

  emulator.acceptInvitation(projectId, EMAIL);
  expect(addresses()).toContain(EMAIL.toLowerCase());
});

test('the project of an invitation is read if it is asked for', async () => {
  const { invite, emulator, projectId } = await inviting();
  const { name } = emulator.seeded.organizations[0]!.projects[1]!;

  expect((await invite({}, SELECTION)).invitation.project).toEqual({ id: projectId, name });
});

test('an address is neither logged nor audited; the same person is told by the same hash', async () => {
  const { invite, log, audit, events } = await inviting();

  await invite();
  await invite({ email: EMAIL.toUpperCase() });

  for (const part of [EMAIL, EMAIL.toLowerCase(), 'zephyr']) {
    expect(log() + JSON.stringify(audit())).not.toContain(part);
  }
  const [one, two] = events();
  expect(one!.details.person).toBe(two!.details.person);
});

test('roles are given by name or id, each once', async () => {
  const { invite, emulator, projectId } = await inviting();
  const roles = ['Project member', '6d5c4b3a-2918-4706-95f4-e3d2c1b0a9aa', 'Project member'];

  expect((await invite({ roles })).invitation.roles).toEqual(roles.slice(0, 2));
  emulator.acceptInvitation(projectId, EMAIL);
  expect(emulator.members(projectId).at(-1)).toMatchObject({ roles: ['Project member', 'Project administrator'] });
});

test.each<[string, object, string, string]>([
  ['text for an id', { projectId: 'none' }, 'INVALID_ID', 'projectId'],
  ['no address', { email: 'zoe' }, 'INVALID_EMAIL', 'email'],
  ['no role', { roles: [] }, 'REQUIRED', 'roles'],
  ['an empty role', { roles: ['Project member', ' '] }, 'REQUIRED', 'roles'],
  ['a long role', { roles: ['x'.repeat(101)] }, 'TOO_LONG', 'roles'],
  ['many roles', { roles: Array.from({ length: 21 }, (_none, index) => `R${index}`) }, 'TOO_MANY', 'roles'],
  ['an empty key', { idempotencyKey: '' }, 'REQUIRED', 'idempotencyKey'],
  ['a long reason', { reason: 'x'.repeat(501) }, 'TOO_LONG', 'reason'],
])('%s is a user error, and nothing is asked', async (_what, input, code, field) => {
  const { invite, upstream } = await inviting();

  expect(await invite(input)).toMatchObject({ ...NOTHING, userErrors: [{ code, field }] });
  expect(upstream()).toEqual({});
});

test('a project that is not there, a member and a strange role are user errors', async () => {
  const { invite, somebody, events } = await inviting();

  expect(await invite({ projectId: ABSENT })).toMatchObject({
    userErrors: [{ code: 'PROJECT_NOT_FOUND', field: 'projectId' }],
  });
  expect(await invite({ email: somebody.email })).toMatchObject({ userErrors: [{ code: 'CONFLICT', field: 'email' }] });
  expect(await invite({ roles: ['Emperor'] })).toMatchObject({ userErrors: [{ code: 'REJECTED', field: null }] });
  expect(events().map(({ outcome, changed }) => [outcome, changed])).toEqual(
    Array.from({ length: 3 }, () => ['REFUSED', false]),
  );
});

test.each([404, undefined])('an installation that takes no invitations is no absent project: id %s', async (id) => {
  const { invite, emulator, events } = await inviting();
  emulator.setFaults([{ route: INVITE, kind: 'status', status: 404, ...(id === undefined ? {} : { id }) }]);

  await expect(invite()).rejects.toThrow('UPSTREAM_BAD_RESPONSE');
  expect(events()).toMatchObject([{ outcome: 'FAILED', changed: false }]);
});

test('a lost answer stays unknown, and the invitation is sent once', async () => {
  const { invite, emulator, upstream, events } = await inviting();
  emulator.setFaults([{ route: INVITE, kind: 'loseAnswer' }]);

  await expect(invite()).rejects.toThrow('OUTCOME_UNKNOWN');
  expect(upstream()).toEqual({ [INVITE]: 1 });
  expect(events()).toMatchObject([{ outcome: 'UNKNOWN', changed: null }]);
});

test.each<[unknown]>([
  [{ message: 'Unauthorized' }],
  [{ messages: { description: 'No such role' } }],
  [{ error: true }],
  [[{ type: 'Error', description: 'Mail is down' }]],
  [{ status: 500 }],
  ['<html>Sign in</html>'],
  ['"Unauthorized"'],
])('an answer of the form %j under 200 is not said to be an invitation', async (body) => {
  const { invite, emulator, invitations, events } = await inviting();
  emulator.setFaults([{ route: INVITE, kind: 'answer', body }]);
  const outcome = await invite().catch((error: Error) => error);

  expect(invitations()).toEqual([]);
  expect(outcome instanceof Error || outcome.changed === false).toBe(true);
  expect(events()[0]).not.toMatchObject({ outcome: 'SUCCEEDED' });
});

test.each<[unknown]>([[''], [{}], [[]], [[{ type: 'Success' }]], [{ status: 'sent', userEmail: EMAIL, errors: [] }]])(
  'an answer of the form %j is an invitation',
  async (body) => {
    const { invite, emulator } = await inviting();
    emulator.setFaults([{ route: INVITE, kind: 'answer', applied: true, body }]);

    expect(await invite()).toMatchObject({ changed: true, userErrors: [] });
  },
);

test('the same key and input send no second invitation', async () => {
  const { invite, writes } = await inviting();
  const input = { idempotencyKey: 'zoe', roles: ['Project member', 'Station user'] };
  const first = await invite(input);

  expect(await invite({ ...input, roles: input.roles.toReversed() })).toMatchObject({
    invitation: { email: EMAIL },
    changed: false,
    userErrors: [],
  });
  expect(first.changed).toBe(true);
  expect(writes()).toEqual({ [INVITE]: 1 });
  expect(await invite({ ...input, email: 'other@zephyr.example' })).toMatchObject({
    userErrors: [{ code: 'IDEMPOTENCY_KEY_REUSED', field: 'idempotencyKey' }],
  });
});

test('a key whose answer was lost stays unknown, and nothing is sent again', async () => {
  const { invite, emulator, writes } = await inviting();
  emulator.setFaults([{ route: INVITE, kind: 'loseAnswer', times: 1 }]);

  for (const _time of [1, 2]) await expect(invite({ idempotencyKey: 'zoe' })).rejects.toThrow('OUTCOME_UNKNOWN');
  expect(writes()).toEqual({ [INVITE]: 1 });
  expect((await invite({ idempotencyKey: 'another' })).changed).toBe(true);
});

test('a key whose invitation was refused is free again', async () => {
  const { invite, emulator } = await inviting();
  emulator.setFaults([{ route: INVITE, kind: 'status', status: 403, id: 7, times: 1 }]);
  await expect(invite({ idempotencyKey: 'zoe' })).rejects.toThrow('FORBIDDEN');

  expect((await invite({ idempotencyKey: 'zoe' })).changed).toBe(true);
});

test('two at once with one key send one invitation', async () => {
  const { invite, writes } = await inviting();

  const both = await Promise.all([1, 2].map(() => invite({ idempotencyKey: 'zoe' })));

  expect(both.map(({ changed }) => changed).sort()).toEqual([false, true]);
  expect(writes()).toEqual({ [INVITE]: 1 });
});

test('an audit log that takes no intent in time keeps the key free', async () => {
  const gate = Promise.withResolvers<void>();
  const { invite, writes } = await inviting({ beforeAudit: () => gate.promise, env: { AUDIT_TIMEOUT_MS: '100' } });
  await expect(invite({ idempotencyKey: 'zoe' })).rejects.toThrow('AUDIT_UNAVAILABLE');
  expect(writes()).toEqual({});

  gate.resolve();
  expect((await invite({ idempotencyKey: 'zoe' })).changed).toBe(true);
});

test.each([201, 200] as const)('an answer with the status %s is taken', async (createdStatus) => {
  const { invite } = await inviting({ emulator: { organizations: 1, projects: 3, createdStatus } });

  expect(await invite()).toMatchObject({ changed: true, userErrors: [] });
});

test('tokens of projects and of other organizations invite nobody', async () => {
  const emulator = await startEmulator({ projects: 3 });
  onTestFinished(() => emulator.close());
  const { invite, projectId, invitations } = await inviting({ sharedEmulator: emulator });

  expect(await invite({}, BARE, emulator.seeded.organizations[1]!.token)).toMatchObject({
    userErrors: [{ code: 'PROJECT_NOT_FOUND' }],
  });
  await expect(invite({}, BARE, emulator.createToken(projectId, 'Own'))).rejects.toThrow('CREDENTIAL_REQUIRED');
  expect(invitations()).toEqual([]);
});

test('a user invites to a project of theirs', async () => {
  const { query, emulator, invitations, projectId } = await inviting();
  const { token } = emulator.seeded.oauth[0]!;
  const document = `mutation { inviteProjectMember(input: { projectId: "${projectId}", email: "${EMAIL}", roles: ["Project member"] }) { changed } }`;

  const { data } = await query(document, { token, headers: { ProjectId: projectId } });

  expect(data).toEqual({ inviteProjectMember: { changed: true } });
  expect(invitations()).toEqual([EMAIL.toLowerCase()]);
});
