import { expect, onTestFinished, test } from 'vitest';
import { startEmulator } from '../../emulator/emulator.ts';
import { routes } from '../support/facade.ts';
import { idOf, type Managed, startManaged } from '../support/managing.ts';

/** A platform with a token to rotate, and a facade in front of it that may be started anew with nothing remembered. */
async function managed() {
  const emulator = await startEmulator({ organizations: 1, projects: 2 });
  const started: Managed[] = [];
  const start = async () => {
    const facade = await startManaged({ sharedEmulator: emulator });
    started.push(facade);
    return facade;
  };
  onTestFinished(async () => {
    for (const facade of started) await facade.close();
    await emulator.close();
  });
  const projectId = emulator.seeded.organizations[0]!.projects[0]!.id;
  const value = emulator.createToken(projectId, 'Robot', 'Nightly');
  const id = idOf(projectId, value);
  const successors = () => emulator.tokens(projectId).filter(({ name }) => name.startsWith('Robot (rotated'));
  const statusOf = (wanted: string) => emulator.tokens(projectId).find((token) => token.id === wanted)?.status;
  return { emulator, start, projectId, value, id, successors, statusOf };
}

const rotate = ({ mutate }: Managed, id: string, oldToken: 'KEEP' | 'BLOCK', input: object = {}) =>
  mutate('rotateApiToken', { id, oldToken, ...input });
const codesOf = ({ userErrors }: { userErrors: { code: string }[] }) => userErrors.map(({ code }) => code);

test.each([
  ['BLOCK', {}],
  ['BLOCK', { idempotencyKey: 'new' }],
  ['KEEP', {}],
] as const)('after a restart that forgot the rotation, %s makes no second successor (%j)', async (oldToken, input) => {
  const { start, id, value, successors, statusOf } = await managed();
  await rotate(await start(), id, 'KEEP');

  const payload = await rotate(await start(), id, oldToken, input);

  expect(payload).toMatchObject({ stage: 'NOT_STARTED', secret: null, apiToken: null });
  expect(payload.userErrors).toMatchObject([{ code: 'SUCCESSOR_EXISTS', field: 'successorId' }]);
  expect(successors()).toHaveLength(1);
  expect(statusOf(value)).toBe('Active');
});

test.each([
  ['BLOCK', {}],
  ['BLOCK', { idempotencyKey: 'new' }],
  ['KEEP', {}],
] as const)(
  'a token that cannot be read may be a forgotten successor: %s makes no second one (%j)',
  async (oldToken, input) => {
    const { start, emulator, projectId, id, value, successors, statusOf } = await managed();
    await rotate(await start(), id, 'KEEP');
    const tokens = emulator.tokens(projectId).map(({ id: token, name, status, timestamp }) => ({
      id: name.startsWith('Robot (rotated') ? null : token,
      name,
      status,
      timestamp,
    }));
    emulator.setFaults([{ route: routes.listTokens, kind: 'answer', body: { tokens } }]);

    const payload = await rotate(await start(), id, oldToken, input);

    expect(payload).toMatchObject({ stage: 'NOT_STARTED', secret: null, apiToken: null });
    expect(payload.userErrors).toMatchObject([
      { code: 'SUCCESSOR_EXISTS', field: 'successorId', message: expect.stringContaining('cannot be read') },
    ]);
    expect(successors()).toHaveLength(1);
    expect(statusOf(value)).toBe('Active');
  },
);

test('after a restart that forgot the rotation, it is finished with the successor that is named', async () => {
  const { start, id, value, successors, statusOf } = await managed();
  const { apiToken } = await rotate(await start(), id, 'KEEP');

  const payload = await rotate(await start(), id, 'BLOCK', { successorId: apiToken.id });

  expect(payload).toMatchObject({ stage: 'COMPLETE', secret: null, apiToken: { id: apiToken.id }, userErrors: [] });
  expect(statusOf(value)).toBe('Blocked');
  expect(successors()).toHaveLength(1);
});

test('a named successor that does not work leaves the old token alone', async () => {
  const { start, id, value, emulator, successors, statusOf } = await managed();
  const { apiToken } = await rotate(await start(), id, 'KEEP');
  emulator.setTokenStatus(successors()[0]!.id, 'Blocked');

  const payload = await rotate(await start(), id, 'BLOCK', { successorId: apiToken.id });

  expect(codesOf(payload)).toEqual(['ROTATION_INCOMPLETE']);
  expect(statusOf(value)).toBe('Active');
});

test('a token that is no successor is refused when it is named, and nothing is sent', async () => {
  const { start, emulator, projectId, id } = await managed();
  const facade = await start();
  const revoked = emulator.createToken(projectId, 'Gone');
  emulator.setTokenStatus(revoked, 'Revoked');
  const elsewhere = emulator.seeded.organizations[0]!.projects[1]!;

  for (const [successorId, code] of [
    [id, 'INVALID_ID'],
    ['nonsense', 'INVALID_ID'],
    [idOf(elsewhere.id, elsewhere.tokens[0]!.id), 'INVALID_ID'],
    [idOf(projectId, 'default_unknown'), 'TOKEN_NOT_FOUND'],
    [idOf(projectId, revoked), 'TOKEN_REVOKED'],
  ]) {
    const { userErrors } = await rotate(facade, id, 'BLOCK', { successorId });
    expect(userErrors).toMatchObject([{ code, field: 'successorId' }]);
  }
  expect(facade.upstream()).not.toHaveProperty([routes.createToken]);
  expect(facade.upstream()).not.toHaveProperty([routes.updateToken]);
});

test('another successor is made when a new key asks for one', async () => {
  const { start, id, successors } = await managed();
  await rotate(await start(), id, 'KEEP');

  const payload = await rotate(await start(), id, 'KEEP', { idempotencyKey: 'another' });

  expect(codesOf(payload)).toEqual([]);
  expect(successors()).toHaveLength(2);
});

test('a successor is rotated in turn, though older ones of its family still work', async () => {
  const { start, id, projectId, successors } = await managed();
  const first = await rotate(await start(), id, 'KEEP');
  const second = await rotate(await start(), first.apiToken.id, 'KEEP');

  expect(await rotate(await start(), idOf(projectId, second.secret), 'KEEP')).toMatchObject({ stage: 'COMPLETE' });
  expect(successors()).toHaveLength(3);
});

test('a successor that was blocked or revoked stands in the way of none', async () => {
  const { start, id, emulator, successors } = await managed();
  await rotate(await start(), id, 'KEEP');
  emulator.setTokenStatus(successors()[0]!.id, 'Revoked');

  expect(codesOf(await rotate(await start(), id, 'BLOCK'))).toEqual([]);
  expect(successors()).toHaveLength(2);
});

test('the successor is rotated in turn on the same day, and each token has a name of its own', async () => {
  const { start, id, projectId, successors } = await managed();
  let next = id;
  for (let turn = 0; turn < 3; turn += 1) {
    const payload = await rotate(await start(), next, 'BLOCK');
    expect(payload).toMatchObject({ stage: 'COMPLETE', userErrors: [] });
    next = idOf(projectId, payload.secret);
  }

  const names = successors().map(({ name }) => name.replace(/\d{4}-\d\d-\d\d/, 'today'));
  expect(names).toEqual(['Robot (rotated today)', 'Robot (rotated today, 2)', 'Robot (rotated today, 3)']);
});

test('a run of what is finished already is no error, sends nothing, and is a success in the log', async () => {
  const { start, id, successors } = await managed();
  const facade = await start();
  const { apiToken } = await rotate(facade, id, 'BLOCK');
  facade.emulator.resetCalls();

  const again = await rotate(facade, id, 'BLOCK');

  expect(again).toMatchObject({ stage: 'COMPLETE', secret: null, apiToken: { id: apiToken.id }, userErrors: [] });
  expect(facade.upstream()).not.toHaveProperty([routes.updateToken]);
  expect(facade.upstream()).not.toHaveProperty([routes.createToken]);
  expect(facade.events().map(({ outcome, codes }) => [outcome, codes])).toEqual([
    ['SUCCEEDED', []],
    ['SUCCEEDED', []],
  ]);
  expect(successors()).toHaveLength(1);
});

test.each([{}, { idempotencyKey: 'k' }])(
  'a repetition does not block again what somebody has unblocked since (%j)',
  async (input) => {
    const { start, id, value, emulator, statusOf, successors } = await managed();
    const facade = await start();
    await rotate(facade, id, 'BLOCK', input);
    emulator.setTokenStatus(value, 'Active');
    facade.emulator.resetCalls();

    const again = await rotate(facade, id, 'BLOCK', input);

    expect(again).toMatchObject({ stage: 'SUCCESSOR_PROVEN', oldApiToken: { status: 'ACTIVE' } });
    expect(again.userErrors).toMatchObject([
      { code: 'ROTATION_INCOMPLETE', message: expect.stringContaining('unblocked it since') },
    ]);
    expect(statusOf(value)).toBe('Active');
    expect(facade.upstream()).not.toHaveProperty([routes.updateToken]);
    expect(successors()).toHaveLength(1);
  },
);

test('a run that never blocked the old token goes on to block it', async () => {
  const { start, id, value, emulator, statusOf } = await managed();
  const facade = await start();
  emulator.setFaults([{ route: routes.updateToken, kind: 'drop', times: 1 }]);
  expect(codesOf(await rotate(facade, id, 'BLOCK'))).toEqual(['ROTATION_INCOMPLETE']);

  expect(await rotate(facade, id, 'BLOCK')).toMatchObject({ stage: 'COMPLETE', userErrors: [] });
  expect(statusOf(value)).toBe('Blocked');
});

test('KEEP after BLOCK is refused nothing, though the old token is blocked', async () => {
  const { start, id } = await managed();
  const facade = await start();
  await rotate(facade, id, 'BLOCK');

  expect(await rotate(facade, id, 'KEEP')).toMatchObject({ stage: 'COMPLETE', userErrors: [] });
});

test('a request may rotate the very token that it runs on, as long as the token is kept', async () => {
  const { start, id, value } = await managed();
  const { query, token } = await start();
  const document = `mutation { rotateApiToken(input: { id: "${id}", oldToken: KEEP }) { stage userErrors { code } } }`;

  const { data } = await query(document, { token, tokens: [value] });

  expect(data.rotateApiToken).toEqual({ stage: 'COMPLETE', userErrors: [] });
});

test('a successor that is not listed yet is waited for, not replaced', async () => {
  const { start, id, value, emulator, statusOf } = await managed();
  const facade = await start();
  emulator.setListDelay(600_000);
  await rotate(facade, id, 'KEEP');

  const payload = await rotate(facade, id, 'BLOCK');

  expect(codesOf(payload)).toEqual(['ROTATION_INCOMPLETE']);
  expect(facade.upstream()[routes.createToken]).toBe(1);
  expect(statusOf(value)).toBe('Active');
});
