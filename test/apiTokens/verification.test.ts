import { expect, onTestFinished, test, vi } from 'vitest';
import { sendAndMayLeave } from '../support/caller.ts';
import { type FacadeOptions, routes } from '../support/facade.ts';
import { idOf, startManaged } from '../support/managing.ts';

async function managed(options: FacadeOptions = {}) {
  const facade = await startManaged(options);
  onTestFinished(() => facade.close());
  const value = facade.emulator.createToken(facade.projectId, 'Watched');
  return { ...facade, value, id: idOf(facade.projectId, value) };
}

test.each([
  ['blockApiToken', 'BLOCKED'],
  ['revokeApiToken', 'REVOKED'],
])('%s is confirmed by the list and by a trial of the token itself', async (name, status) => {
  const { mutate, id, upstream } = await managed();

  const payload = await mutate(name, { id });

  expect(payload).toMatchObject({ changed: true, apiToken: { status }, userErrors: [] });
  expect(payload.verification).toEqual({
    outcome: 'CONFIRMED',
    verifiedAt: expect.any(String),
    watchedMs: expect.any(Number),
    reason: null,
  });
  expect(upstream()).toMatchObject({ [routes.listTokens]: 2, [routes.validate]: 1 });
});

test('a token in the desired state is verified too, and nothing is sent', async () => {
  const { mutate, id, emulator, value, upstream } = await managed();
  emulator.setTokenStatus(value, 'Blocked');

  const { changed, verification } = await mutate('blockApiToken', { id });

  expect({ changed, outcome: verification.outcome }).toEqual({ changed: false, outcome: 'CONFIRMED' });
  expect(upstream()).not.toHaveProperty([routes.updateToken]);
});

test('a new description is verified by the list alone, and one that was there before is not', async () => {
  const { mutate, id, emulator, upstream } = await managed();
  const selection = 'changed apiToken { description } verification { outcome verifiedAt reason }';
  const update = (description: string) => mutate('updateApiToken', { id, description }, { selection });

  const first = await update('New');
  const again = await update('New');
  emulator.setFaults([{ route: routes.updateToken, kind: 'answer', status: 200, body: {} }]);
  const ignored = await update('Newer');

  const CONFIRMED = { outcome: 'CONFIRMED', verifiedAt: null, reason: null };
  expect(first).toEqual({ changed: true, apiToken: { description: 'New' }, verification: CONFIRMED, userErrors: [] });
  expect(again).toMatchObject({ changed: false, verification: null, userErrors: [] });
  expect(ignored).toMatchObject({
    changed: true,
    apiToken: { description: 'New' },
    verification: { outcome: 'PENDING', reason: 'The list of tokens does not show the change yet.' },
  });
  expect(upstream()).not.toHaveProperty([routes.validate]);
});

test('a new description that cannot be looked for says so', async () => {
  const facade = await managed({
    // Before anything is sent, and after the token was found.
    beforeAudit: ({ intent }) => {
      if (intent) facade.emulator.setFaults([{ route: routes.listTokens, kind: 'status', status: 500 }]);
    },
  });
  const selection = 'changed verification { outcome reason }';

  const { verification } = await facade.mutate('updateApiToken', { id: facade.id, description: 'New' }, { selection });

  expect(verification).toMatchObject({ outcome: 'NOT_CHECKED', reason: expect.stringContaining('listed again') });
});

test('a token that is perhaps among unreadable ones leaves the change unchecked', async () => {
  const facade = await managed({
    beforeAudit: ({ intent }) => {
      const body = { tokens: [1] };
      if (intent) facade.emulator.setFaults([{ route: routes.listTokens, kind: 'answer', body }]);
    },
  });

  const { verification } = await facade.mutate(
    'revokeApiToken',
    { id: facade.id },
    { selection: 'verification { outcome reason }' },
  );

  expect(verification).toMatchObject({ outcome: 'NOT_CHECKED', reason: expect.stringContaining('listed again') });
});

test('a token that the platform rejects as wrong is refused: in its trial, and as that of a caller', async () => {
  const facade = await managed({
    beforeAudit: ({ intent }) => {
      if (intent) facade.emulator.setFaults([{ route: routes.validate, kind: 'status', status: 400 }]);
    },
  });

  expect((await facade.mutate('blockApiToken', { id: facade.id })).verification.outcome).toBe('CONFIRMED');
  const { errors } = await facade.query('{ organization { id } }', { token: 'of-nobody' });
  expect(errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }]);
});

test('verification happens when nobody selects anything of the payload, since the audit log records it', async () => {
  const { mutate, id, events } = await managed();

  await mutate('blockApiToken', { id }, { selection: '' });

  expect(events()).toMatchObject([{ action: 'blockApiToken', verification: { outcome: 'CONFIRMED' } }]);
});

test('a block that the platform acts on late is pending, with how long it was watched', async () => {
  const { mutate, id, truth, value } = await managed({
    emulator: { organizations: 1, projects: 4, statusDelayMs: 600_000 },
  });

  const { changed, verification, apiToken } = await mutate('blockApiToken', { id });

  expect({ changed, apiToken }).toEqual({ changed: true, apiToken: { status: 'BLOCKED' } });
  expect(verification).toMatchObject({ outcome: 'PENDING', reason: expect.stringContaining('still accepts') });
  expect(verification.watchedMs).toBeGreaterThanOrEqual(250);
  expect(truth().find((token) => token.id === value)).toMatchObject({ status: 'Blocked', isAccepted: true });
});

test('a block that the platform acts on while it is watched is confirmed', async () => {
  const { mutate, id, truth, value } = await managed({
    emulator: { organizations: 1, projects: 4, statusDelayMs: 150 },
    env: { VERIFY_TIMEOUT_MS: '20000' },
  });

  const { verification } = await mutate('blockApiToken', { id });

  expect(verification.outcome).toBe('CONFIRMED');
  expect(truth().find((token) => token.id === value)?.isAccepted).toBe(false);
});

test('a change that the list does not show yet is pending', async () => {
  const { mutate, id, emulator } = await managed();
  emulator.setListDelay(600_000);

  const { verification } = await mutate('blockApiToken', { id });

  expect(verification).toMatchObject({ outcome: 'PENDING', reason: expect.stringContaining('list') });
});

test('unblocking is confirmed by a platform that accepts the token again', async () => {
  const { mutate, id, emulator, value } = await managed();
  emulator.setTokenStatus(value, 'Blocked');

  expect((await mutate('unblockApiToken', { id })).verification.outcome).toBe('CONFIRMED');
});

test('unblocking that the platform acts on late is pending', async () => {
  const { mutate, id, emulator, value } = await managed();
  emulator.setTokenStatus(value, 'Blocked');
  emulator.setStatusDelay(600_000);

  const { verification } = await mutate('unblockApiToken', { id });

  expect(verification).toMatchObject({ outcome: 'PENDING', reason: expect.stringContaining('still refuses') });
});

test('a platform that cannot be asked leaves the change unchecked, and the polling uses up no retries', async () => {
  const { mutate, id, emulator, upstream } = await managed({ env: { VERIFY_TIMEOUT_MS: '0' } });
  emulator.setFaults([{ route: routes.validate, kind: 'status', status: 503 }]);

  const { changed, verification } = await mutate('blockApiToken', { id });

  expect(changed).toBe(true);
  expect(verification).toMatchObject({ outcome: 'NOT_CHECKED', verifiedAt: null });
  expect(upstream()[routes.validate]).toBe(1);
});

test('a list that cannot be read again leaves the change unchecked', async () => {
  const { mutate, id, emulator } = await managed();
  await mutate('blockApiToken', { id });
  emulator.setFaults([{ route: routes.validate, kind: 'drop' }]);

  expect((await mutate('unblockApiToken', { id })).verification.outcome).toBe('NOT_CHECKED');
});

test('nothing is watched for a caller that went away', async () => {
  const { url, token, id, emulator, upstream, events } = await managed({
    emulator: { organizations: 1, projects: 4, statusDelayMs: 600_000 },
    env: { VERIFY_TIMEOUT_MS: '60000' },
  });
  const caller = sendAndMayLeave(url, `mutation { blockApiToken(input: { id: "${id}" }) { changed } }`, token);
  await vi.waitUntil(() => (upstream()[routes.validate] ?? 0) > 0);
  caller.destroy();

  await vi.waitUntil(() => events().length > 0);

  expect(events()).toMatchObject([{ action: 'blockApiToken', changed: true }]);
  expect(events()[0]!.verification.outcome).not.toBe('CONFIRMED');
  expect(emulator.calls()).not.toEqual([]);
});
