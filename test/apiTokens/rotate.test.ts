import { expect, onTestFinished, test } from 'vitest';
import { isSuccessorName, successorName } from '../../src/apiTokens/successorName.ts';
import { type FacadeOptions, routes } from '../support/facade.ts';
import { idOf, startManaged } from '../support/managing.ts';

async function managed(options: FacadeOptions = {}) {
  const facade = await startManaged(options);
  onTestFinished(() => facade.close());
  const value = facade.emulator.createToken(facade.projectId, 'Robot', 'Nightly');
  const id = idOf(facade.projectId, value);
  const successors = () => facade.truth().filter(({ name }) => name.startsWith('Robot (rotated'));
  const find = (wanted: string) => facade.truth().find((token) => token.id === wanted);
  const rotate = (input: object = {}) => facade.mutate('rotateApiToken', { id, oldToken: 'BLOCK', ...input });
  return { ...facade, value, id, successors, find, rotate };
}

const codesOf = ({ userErrors }: { userErrors: { code: string }[] }) => userErrors.map(({ code }) => code);

test('the successor is proven to work, and only then the old token is blocked and proven to be refused', async () => {
  const { rotate, find, value, id, events } = await managed();

  const payload = await rotate({ reason: 'Quarterly' });

  expect(payload).toMatchObject({
    stage: 'COMPLETE',
    recovered: false,
    apiToken: {
      name: expect.stringMatching(/^Robot \(rotated \d{4}-\d\d-\d\d\)$/),
      description: 'Nightly',
      status: 'ACTIVE',
    },
    oldApiToken: { id, status: 'BLOCKED' },
    verification: { outcome: 'CONFIRMED' },
    oldVerification: { outcome: 'CONFIRMED' },
    userErrors: [],
  });
  expect(find(payload.secret)).toMatchObject({ isAccepted: true });
  expect(find(value)).toMatchObject({ status: 'Blocked', isAccepted: false });
  expect(events()).toMatchObject([
    {
      action: 'rotateApiToken',
      target: id,
      reason: 'Quarterly',
      before: { status: 'ACTIVE' },
      after: { status: 'BLOCKED' },
      outcome: 'SUCCEEDED',
      details: { stage: 'COMPLETE', successor: payload.apiToken.id },
    },
  ]);
});

test('KEEP leaves the old token as it is; BLOCK afterwards goes on with the same successor', async () => {
  const { rotate, find, value, successors } = await managed();

  const kept = await rotate({ oldToken: 'KEEP' });
  expect(kept).toMatchObject({ stage: 'COMPLETE', oldVerification: null, userErrors: [] });
  expect(find(value)?.status).toBe('Active');
  const blocked = await rotate();

  expect(blocked).toMatchObject({ stage: 'COMPLETE', secret: null, apiToken: { id: kept.apiToken.id } });
  expect(codesOf(blocked)).toEqual([]);
  expect(find(value)?.status).toBe('Blocked');
  expect(successors()).toHaveLength(1);
});

test('a successor that was not seen to work leaves the old token alone, and the next run goes on', async () => {
  const { rotate, find, value, emulator, successors } = await managed();
  emulator.setFaults([{ route: routes.validate, kind: 'status', status: 500 }]);

  const stopped = await rotate();

  expect(stopped).toMatchObject({ stage: 'SUCCESSOR_CREATED', verification: { outcome: 'NOT_CHECKED' } });
  expect(codesOf(stopped)).toEqual(['ROTATION_INCOMPLETE']);
  expect(find(stopped.secret)).toMatchObject({ isAccepted: true });
  expect(find(value)?.status).toBe('Active');
  emulator.setFaults([]);

  expect(await rotate()).toMatchObject({ stage: 'COMPLETE', apiToken: { id: stopped.apiToken.id } });
  expect(find(value)?.status).toBe('Blocked');
  expect(successors()).toHaveLength(1);
});

test('a block that is lost leaves a working successor and says how far it came', async () => {
  const { rotate, find, value, emulator } = await managed();
  emulator.setFaults([{ route: routes.updateToken, kind: 'drop' }]);

  const stopped = await rotate();

  expect(stopped.stage).toBe('SUCCESSOR_PROVEN');
  expect(codesOf(stopped)).toEqual(['ROTATION_INCOMPLETE']);
  expect(find(stopped.secret)?.isAccepted).toBe(true);
  expect(find(value)?.status).toBe('Active');
});

test('a block that is refused leaves a working successor, and says why', async () => {
  const { rotate, find, value, emulator } = await managed();
  emulator.setFaults([{ route: routes.updateToken, kind: 'status', status: 400, id: 2032 }]);

  const stopped = await rotate();

  expect(stopped).toMatchObject({ stage: 'SUCCESSOR_PROVEN', oldVerification: null });
  expect(codesOf(stopped)).toEqual(['TOKEN_REVOKED']);
  expect(find(stopped.secret)?.isAccepted).toBe(true);
  expect(find(value)?.status).toBe('Active');
});

test('an old token that is refused late is said to be blocked, and no more', async () => {
  const { rotate, emulator } = await managed();
  emulator.setStatusDelay(600_000);

  const payload = await rotate();

  expect(payload).toMatchObject({ stage: 'OLD_TOKEN_BLOCKED', oldVerification: { outcome: 'PENDING' } });
});

test('a lost answer to the creation of the successor is made up for', async () => {
  const { rotate, emulator, successors } = await managed();
  emulator.setFaults([{ route: routes.createToken, kind: 'loseAnswer' }]);

  const payload = await rotate();

  expect(payload).toMatchObject({ stage: 'COMPLETE', recovered: true, userErrors: [] });
  expect(successors()).toMatchObject([{ id: payload.secret }]);
});

test('two rotations of one token at once make one successor, and both see the old token blocked', async () => {
  const { rotate, successors, emulator } = await managed({ env: { VERIFY_TIMEOUT_MS: '20000' } });
  emulator.answerTogether(true);

  const payloads = await Promise.all([rotate(), rotate()]);

  expect(successors()).toHaveLength(1);
  expect(payloads.map(({ stage, userErrors }) => [stage, userErrors])).toEqual(Array(2).fill(['COMPLETE', []]));
  expect(payloads.filter(({ secret }) => secret !== null)).toHaveLength(1);
});

test('a successor that was revoked is replaced by another', async () => {
  const { rotate, emulator, successors } = await managed();
  const { secret } = await rotate({ oldToken: 'KEEP' });
  emulator.setTokenStatus(secret, 'Revoked');

  expect(codesOf(await rotate({ oldToken: 'KEEP' }))).toEqual([]);
  expect(successors()).toHaveLength(2);
});

test('another key is another rotation; the same key with another input is refused', async () => {
  const { rotate, successors } = await managed();
  await rotate({ oldToken: 'KEEP' });
  await rotate({ oldToken: 'KEEP', idempotencyKey: 'second' });

  expect(successors()).toHaveLength(2);
  expect(codesOf(await rotate({ oldToken: 'BLOCK', idempotencyKey: 'second' }))).toEqual(['IDEMPOTENCY_KEY_REUSED']);
});

test('a token that the request runs on is rotated with KEEP alone, and a revoked one not at all', async () => {
  const { query, token, value, id, mutate, emulator, successors } = await managed();
  const document = `mutation { rotateApiToken(input: { id: "${id}", oldToken: BLOCK }) { stage userErrors { code } } }`;

  const own = await query(document, { token, tokens: [value] });
  expect(own.data.rotateApiToken).toEqual({ stage: 'NOT_STARTED', userErrors: [{ code: 'WOULD_LOCK_OUT' }] });
  expect(successors()).toEqual([]);
  for (let turn = 0; turn < 2; turn += 1) {
    const kept = await query(document.replace('BLOCK', 'KEEP'), { token, tokens: [value] });
    expect(kept.data.rotateApiToken).toEqual({ stage: 'COMPLETE', userErrors: [] });
  }
  emulator.setTokenStatus(value, 'Revoked');
  const refused = await mutate('rotateApiToken', { id, oldToken: 'KEEP' });
  expect(refused).toMatchObject({ stage: 'NOT_STARTED', oldApiToken: { id, status: 'REVOKED' } });
  expect(codesOf(refused)).toEqual(['TOKEN_REVOKED']);
  expect(successors()).toHaveLength(1);
});

test.each([
  ['Robot', 1, 'Robot (rotated 2026-11-24)'],
  ['Robot', 2, 'Robot (rotated 2026-11-24, 2)'],
  ['Robot (rotated 2025-01-31)', 1, 'Robot (rotated 2026-11-24)'],
  ['Robot (rotated 2026-11-24, 2)', 3, 'Robot (rotated 2026-11-24, 3)'],
  ['x'.repeat(100), 1, `${'x'.repeat(79)} (rotated 2026-11-24)`],
  ['🤖'.repeat(100), 10, `${'🤖'.repeat(75)} (rotated 2026-11-24, 10)`],
])('the successor of %.30s, rotation %i of the day, is named %.60s', (name, ordinal, expected) => {
  expect(successorName(name, new Date('2026-11-24T12:00:00Z'), ordinal)).toBe(expected);
  expect(isSuccessorName(expected, name)).toBe(true);
  expect(isSuccessorName(expected, `Other ${name}`)).toBe(false);
});
