import { expect, onTestFinished, test } from 'vitest';
import { type FacadeOptions, routes } from '../support/facade.ts';
import { idOf, startManaged } from '../support/managing.ts';

/** Word and last characters of a token. */
const HINT = expect.stringMatching(/^[a-z0-9]+_…[\w-]{4}$/);

async function managed(options: FacadeOptions = {}) {
  const facade = await startManaged(options);
  onTestFinished(() => facade.close());
  const value = facade.emulator.createToken(facade.projectId, 'Audited');
  return { ...facade, value, id: idOf(facade.projectId, value) };
}

test('a mutation leaves one event with everything that matters, and an intent before it', async () => {
  const { mutate, audit, id, value } = await managed();

  await mutate('blockApiToken', { id, reason: `It leaked: ${value}` });

  const [intent, event, ...more] = audit();
  expect(more).toEqual([]);
  const { mutationId, requestId } = event!;
  expect(intent).toMatchObject({ intent: 'blockApiToken', target: id, mutationId, requestId });
  expect(event).toEqual({
    time: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
    mutationId: expect.stringMatching(/^[\da-f-]{36}$/),
    requestId: expect.any(String),
    actor: { kind: 'organization', fingerprint: expect.stringMatching(/^[\w-]{43}$/), hint: HINT, subject: null },
    action: 'blockApiToken',
    target: id,
    reason: 'It leaked: [redacted]',
    before: { status: 'ACTIVE', description: null },
    after: { status: 'BLOCKED', description: null },
    verification: {
      outcome: 'CONFIRMED',
      verifiedAt: expect.any(String),
      watchedMs: expect.any(Number),
      reason: null,
      routers: [],
    },
    outcome: 'SUCCEEDED',
    changed: true,
    codes: [],
  });
});

test('an operation without a change leaves its event alone: refusals, failures and what is so already', async () => {
  const { mutate, audit, emulator, id, value } = await managed();
  emulator.setTokenStatus(value, 'Blocked');

  await mutate('blockApiToken', { id });
  await mutate('blockApiToken', { id: 'nonsense' });
  emulator.setFaults([{ route: routes.listTokens, kind: 'status', status: 500 }]);
  await expect(mutate('blockApiToken', { id })).rejects.toThrow('UPSTREAM_UNAVAILABLE');

  expect(audit().map(({ outcome, changed, codes }) => [outcome, changed, codes])).toEqual([
    ['SUCCEEDED', false, []],
    ['REFUSED', false, ['INVALID_ID']],
    ['FAILED', false, ['UPSTREAM_UNAVAILABLE']],
  ]);
});

test('a change whose answer was lost, and that is not seen to be made, is unknown in the log too', async () => {
  const { mutate, events, emulator, id } = await managed();
  emulator.setFaults([{ route: routes.updateToken, kind: 'drop' }]);

  await expect(mutate('blockApiToken', { id })).rejects.toThrow('OUTCOME_UNKNOWN');

  expect(events()).toMatchObject([
    { outcome: 'UNKNOWN', codes: ['OUTCOME_UNKNOWN'], changed: null, after: { status: 'ACTIVE' } },
  ]);
});

test('a mutation whose event cannot be written is refused before it changes anything', async () => {
  const { mutate, truth, upstream, value, id, log } = await managed({ env: { AUDIT_LOG: '/dev/full' } });

  await expect(mutate('blockApiToken', { id })).rejects.toThrow('AUDIT_UNAVAILABLE');
  await expect(mutate('blockApiToken', { id: 'nonsense' })).rejects.toThrow('AUDIT_UNAVAILABLE');

  expect(truth().find((token) => token.id === value)?.status).toBe('Active');
  expect(upstream()).not.toHaveProperty([routes.updateToken]);
  expect(log()).toContain('audit event not written');
});
