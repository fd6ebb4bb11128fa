import { exportJWK, generateKeyPair } from 'jose';
import { expect, onTestFinished, test } from 'vitest';
import { sendAndMayLeave } from '../support/caller.ts';
import { type AuditLine, type FacadeOptions, query, routes } from '../support/facade.ts';
import { idOf, type Managed, startManaged } from '../support/managing.ts';

const CREATE_PROJECT = 'POST /v1/organization/project';

async function managed(options: FacadeOptions = {}) {
  const facade = await startManaged(options);
  onTestFinished(() => facade.close());
  const value = facade.emulator.createToken(facade.projectId, 'Audited');
  return { ...facade, value, id: idOf(facade.projectId, value) };
}

/** The platform says yes, and does nothing. */
const ignored = (route: string) => ({ route, kind: 'answer', status: 200, body: { messages: [] } }) as const;

const CHANGES: [mutation: string, status: string, route: string][] = [
  ['blockApiToken', 'Active', routes.updateToken],
  ['unblockApiToken', 'Blocked', routes.updateToken],
  ['revokeApiToken', 'Active', routes.revokeToken],
];

test.each(CHANGES)('%s that the platform ignores is not a success', async (mutation, status, route) => {
  const { mutate, emulator, events, value, id } = await managed();
  emulator.setTokenStatus(value, status as 'Active');
  emulator.setFaults([ignored(route)]);

  const { verification } = await mutate(mutation, { id });

  expect(verification.outcome).toBe('PENDING');
  expect(events()).toMatchObject([{ outcome: 'UNCONFIRMED', verification: { outcome: 'PENDING' } }]);
});

test('a new description is told as it is listed afterwards', async () => {
  const { mutate, emulator, events, id } = await managed();
  const input = { id, description: `For ${'default_'.concat('a'.repeat(43))}` };
  const selection = 'apiToken { id }';

  await mutate('updateApiToken', input, { selection });
  emulator.setFaults([ignored(routes.updateToken)]);
  await mutate('updateApiToken', { ...input, description: 'Lost' }, { selection });

  const after = { status: 'ACTIVE', description: 'For [redacted]' };
  expect(events()).toMatchObject([
    { outcome: 'SUCCEEDED', changed: true, before: { description: null }, after },
    { outcome: 'UNCONFIRMED', verification: { outcome: 'PENDING' }, before: after, after },
  ]);
});

test('a token that was created and not blocked is not a success', async () => {
  const { mutate, emulator, events, projectId } = await managed();
  emulator.setFaults([ignored(routes.updateToken)]);

  await mutate('createApiToken', { projectId, name: 'New', status: 'BLOCKED' });

  expect(events()).toMatchObject([
    { outcome: 'INCOMPLETE', changed: true, codes: ['CREATED_BUT_NOT_BLOCKED'], after: { status: 'ACTIVE' } },
  ]);
});

test('a change whose effect could not be looked at is not a success', async () => {
  const { mutate, emulator, events, id } = await managed();
  emulator.setFaults([{ route: routes.validate, kind: 'status', status: 500 }]);

  await mutate('blockApiToken', { id });

  expect(events()).toMatchObject([{ outcome: 'UNCONFIRMED', verification: { outcome: 'NOT_CHECKED' } }]);
});

test('a block that is done already, and on which the platform does not act, is not a success', async () => {
  const { mutate, emulator, events, id } = await managed({ emulator: { projects: 4, organizations: 1 } });
  await mutate('blockApiToken', { id });
  emulator.setFaults([{ route: routes.validate, kind: 'status', status: 500 }]);

  await mutate('blockApiToken', { id });

  expect(events().map(({ outcome, changed }) => [outcome, changed])).toEqual([
    ['SUCCEEDED', true],
    ['UNCONFIRMED', false],
  ]);
});

test('many blocks of which the platform ignores some are not a success', async () => {
  const { mutate, emulator, events, projectId, id } = await managed();
  const ids = [id, idOf(projectId, emulator.createToken(projectId, 'Second'))];
  const selection = 'planId';
  const { planId } = await mutate('blockApiTokens', { ids, dryRun: true }, { selection });
  emulator.setFaults([{ ...ignored(routes.updateToken), times: 1 }]);

  await mutate('blockApiTokens', { ids, dryRun: false, planId }, { selection });

  expect(events().map(({ outcome, changed }) => [outcome, changed])).toEqual([
    ['SUCCEEDED', false],
    ['UNCONFIRMED', true],
  ]);
  expect(events()[1]?.verification).toEqual({ outcome: 'PENDING', confirmed: 1, pending: 1, notChecked: 0 });
});

test('many blocks whose answers were lost, and of which nothing is seen, are of unknown outcome', async () => {
  const { mutate, emulator, events, id } = await managed();
  const selection = 'planId';
  const { planId } = await mutate('blockApiTokens', { ids: [id], dryRun: true }, { selection });
  emulator.setFaults([{ route: routes.updateToken, kind: 'drop' }]);

  await mutate('blockApiTokens', { ids: [id], dryRun: false, planId }, { selection });

  expect(events()[1]).toMatchObject({ outcome: 'UNKNOWN', changed: null, codes: ['INCOMPLETE'] });
});

test('many blocks that all fail are a failure, and no refusal', async () => {
  const { mutate, emulator, events, projectId, id } = await managed();
  const ids = [id, idOf(projectId, emulator.createToken(projectId, 'Second'))];
  const selection = 'planId';
  const { planId } = await mutate('blockApiTokens', { ids, dryRun: true }, { selection });
  emulator.setFaults([{ route: routes.updateToken, kind: 'status', status: 403, id: 7 }]);

  await mutate('blockApiTokens', { ids, dryRun: false, planId }, { selection });

  expect(events()[1]).toMatchObject({ outcome: 'FAILED', changed: false, codes: ['INCOMPLETE'] });
});

test('a rotation that is gone on with, and fails to, is a failure', async () => {
  const { mutate, emulator, events, id } = await managed();
  await mutate('rotateApiToken', { id, oldToken: 'KEEP' });
  emulator.setFaults([{ route: routes.updateToken, kind: 'status', status: 403, id: 7 }]);

  await mutate('rotateApiToken', { id, oldToken: 'BLOCK' });

  expect(events()[1]).toMatchObject({ outcome: 'FAILED', changed: false, codes: ['ROTATION_INCOMPLETE'] });
});

test('a mutation that the input or the state of things forbids is a refusal', async () => {
  const { mutate, emulator, events, value, id } = await managed();
  emulator.setTokenStatus(value, 'Revoked');

  await mutate('blockApiToken', { id });
  await mutate('rotateApiToken', { id, oldToken: 'KEEP' });
  await mutate('blockApiTokens', { ids: [], dryRun: true }, { selection: 'planId' });

  expect(events().map(({ outcome }) => outcome)).toEqual(['REFUSED', 'REFUSED', 'REFUSED']);
});

/** Creations, with the route that makes them. */
const CREATIONS: [mutation: string, route: string, input: (facade: Managed) => object, secret: string][] = [
  ['createApiToken', routes.createToken, ({ projectId }) => ({ projectId, name: 'New' }), 'secret'],
  [
    'createProject',
    CREATE_PROJECT,
    () => ({ name: 'New', administratorUserEmail: 'ana@acme.example' }),
    'apiTokens { secret }',
  ],
];

test.each(CREATIONS)('%s that was never made is not said to have changed anything', async (mutation, route, input) => {
  const facade = await managed();
  facade.emulator.setFaults([{ route, kind: 'drop' }]);

  await expect(facade.mutate(mutation, input(facade))).rejects.toThrow('OUTCOME_UNKNOWN');

  expect(facade.events()).toMatchObject([{ outcome: 'UNKNOWN', changed: null }]);
});

test.each(CREATIONS)(
  '%s whose answer was lost and that was found has changed something',
  async (mutation, route, input) => {
    const facade = await managed({ env: { VERIFY_TIMEOUT_MS: '2000' } });
    facade.emulator.setFaults([{ route, kind: 'loseAnswer' }]);

    await facade.mutate(mutation, input(facade));

    expect(facade.events()).toMatchObject([{ outcome: 'SUCCEEDED', changed: true }]);
  },
);

test.each(CREATIONS)(
  '%s tells the name and the place, before it is sent and afterwards',
  async (mutation, _route, input) => {
    const facade = await managed();
    const { projectId, organizationId } = facade;
    const name = `For ${'default_'.concat('a'.repeat(43))}`;
    const place = mutation === 'createProject' ? { organizationId } : { projectId };

    await facade.mutate(mutation, { ...input(facade), name });

    const [intent, event] = facade.audit();
    expect(intent).toMatchObject({ intent: mutation, details: { name: 'For [redacted]', ...place } });
    expect(event).toMatchObject({
      action: mutation,
      details: { name: 'For [redacted]', ...place },
      after: { name: 'For [redacted]', status: 'ACTIVE' },
    });
  },
);

test.each(CREATIONS)('%s that is refused tells what it was to create', async (mutation, _route, input) => {
  const facade = await managed();

  await facade.mutate(mutation, { ...input(facade), name: 'Line\nbreak' });

  expect(facade.events()).toMatchObject([{ outcome: 'REFUSED', changed: false, details: { name: 'Line\nbreak' } }]);
});

/** Creates while the caller goes away at a call of the platform. Answers with the lines of the audit log. */
async function leaving(
  facade: Managed,
  [mutation, route, inputOf, secret]: (typeof CREATIONS)[number],
): Promise<AuditLine[]> {
  const { emulator, url, token, audit } = facade;
  emulator.setFaults([{ route, kind: 'latency', ms: 300 }]);
  const text = JSON.stringify(inputOf(facade)).replace(/"(\w+)":/g, '$1:');
  const caller = sendAndMayLeave(url, `mutation { ${mutation}(input: ${text}) { ${secret} } }`, token);
  await expect.poll(() => facade.upstream()[route], { interval: 5 }).toBe(1);
  caller.destroy();
  await expect.poll(() => audit().some(({ action }) => action)).toBe(true);
  return audit();
}

test.each(CREATIONS)('%s whose caller went away is not a success', async (...creation) => {
  const facade = await managed();

  const lines = await leaving(facade, creation);

  expect(lines.at(-1)).toMatchObject({ outcome: 'INCOMPLETE', changed: true, codes: ['SECRET_NOT_HANDED_OUT'] });
});

test('an answer that got through leaves no further line', async () => {
  const { mutate, audit, projectId } = await managed();
  const key = JSON.stringify(await exportJWK((await generateKeyPair('ECDH-ES', { crv: 'X25519' })).publicKey));

  await mutate('createApiToken', { projectId, name: 'Clear' });
  await mutate('createApiToken', { projectId, name: 'Sealed', encryptTo: key });
  await mutate('blockApiToken', { id: 'nonsense' });

  expect(audit().map(({ outcome }) => outcome)).toEqual([undefined, 'SUCCEEDED', undefined, 'SUCCEEDED', 'REFUSED']);
});

test('a change that fails afterwards is incomplete', async () => {
  const { mutate, emulator, events, projectId, id } = await managed();
  emulator.setFaults([{ route: routes.createToken, kind: 'latency', ms: 0 }]);
  await mutate('rotateApiToken', { id, oldToken: 'KEEP' });
  expect(events().at(-1)).toMatchObject({ outcome: 'SUCCEEDED' });
  const other = idOf(projectId, emulator.createToken(projectId, 'Other'));
  emulator.setFaults([{ route: routes.updateToken, kind: 'status', status: 403, id: 7 }]);

  await mutate('rotateApiToken', { id: other, oldToken: 'BLOCK' });

  expect(events().at(-1)).toMatchObject({ outcome: 'INCOMPLETE', changed: true, codes: ['ROTATION_INCOMPLETE'] });
});

test('several mutations of one request, under an id that repeats, are told apart', async () => {
  const { url, token, emulator, audit, projectId } = await managed();
  const values = ['One', 'Two'].map((name) => emulator.createToken(projectId, name));
  const fields = values.map(
    (value, index) => `m${index}: blockApiToken(input: { id: "${idOf(projectId, value)}" }) { changed }`,
  );
  const headers = { 'x-request-id': 'mine' };

  await query(url, `mutation { ${fields.join(' ')} }`, { token, headers });
  await query(url, `mutation { ${fields.join(' ')} }`, { token, headers });

  const lines = audit();
  expect(lines.map(({ requestId }) => requestId)).toEqual(lines.map(() => 'mine'));
  const byMutation = [...Map.groupBy(lines, ({ mutationId }) => mutationId).values()];
  expect(byMutation.map((ones) => ones.map(({ intent, action }) => intent ?? `${action} done`))).toEqual([
    ['blockApiToken', 'blockApiToken done'],
    ['blockApiToken', 'blockApiToken done'],
    ['blockApiToken done'],
    ['blockApiToken done'],
  ]);
  for (const [{ target } = {}, ...others] of byMutation) for (const other of others) expect(other.target).toBe(target);
});
