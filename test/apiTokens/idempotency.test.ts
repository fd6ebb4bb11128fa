import { expect, onTestFinished, test, vi } from 'vitest';
import { InProcessCache } from '../../src/cache/inProcess.ts';
import { NoCache } from '../../src/cache/none.ts';
import { type FacadeOptions, routes } from '../support/facade.ts';
import { startManaged } from '../support/managing.ts';

async function managed(options: FacadeOptions = {}) {
  const facade = await startManaged(options);
  onTestFinished(() => facade.close());
  const input = { projectId: facade.projectId, name: 'Keyed', idempotencyKey: 'order-1' };
  return { ...facade, input, keyed: () => facade.truth().filter(({ name }) => name === 'Keyed') };
}

const codesOf = ({ userErrors }: { userErrors: { code: string }[] }) => userErrors.map(({ code }) => code);

test('the same key and input give the same token, and its secret no second time', async () => {
  const { mutate, input, keyed } = await managed();

  const first = await mutate('createApiToken', input);
  const second = await mutate('createApiToken', input);

  expect(codesOf(first)).toEqual([]);
  expect(second).toMatchObject({ secret: null, sealedSecret: null, apiToken: { id: first.apiToken.id } });
  expect(codesOf(second)).toEqual(['SECRET_ALREADY_SHOWN']);
  expect(keyed()).toHaveLength(1);
});

test('the same key with another input is refused, and creates nothing', async () => {
  const { mutate, input, truth } = await managed();
  await mutate('createApiToken', input);
  const before = truth();

  const payload = await mutate('createApiToken', { ...input, name: 'Other' });

  expect(payload).toMatchObject({
    apiToken: null,
    userErrors: [{ code: 'IDEMPOTENCY_KEY_REUSED', field: 'idempotencyKey' }],
  });
  expect(truth()).toEqual(before);
});

test('two at once are one creation: the second waits for the first', async () => {
  const { mutate, input, keyed, emulator } = await managed({ env: { VERIFY_TIMEOUT_MS: '20000' } });
  emulator.setFaults([{ route: routes.createToken, kind: 'latency', ms: 200 }]);

  const payloads = await Promise.all([mutate('createApiToken', input), mutate('createApiToken', input)]);

  expect(keyed()).toHaveLength(1);
  expect(payloads.filter(({ secret }) => secret !== null)).toHaveLength(1);
  expect(payloads.flatMap(codesOf)).toEqual(['SECRET_ALREADY_SHOWN']);
});

test('the second is told when the first takes longer than anybody watches', async () => {
  const { mutate, input, emulator, upstream } = await managed({ env: { VERIFY_TIMEOUT_MS: '0' } });
  emulator.setFaults([{ route: routes.createToken, kind: 'latency', ms: 1_000 }]);

  const first = mutate('createApiToken', input);
  await expect.poll(() => upstream()[routes.createToken]).toBe(1);
  const second = await mutate('createApiToken', input);

  expect(codesOf(second)).toEqual(['IN_PROGRESS']);
  expect(codesOf(await first)).toEqual([]);
});

test('a creation that failed cleanly frees its key', async () => {
  const { mutate, input, emulator, keyed } = await managed();
  emulator.setFaults([{ route: routes.createToken, kind: 'status', status: 429 }]);
  await expect(mutate('createApiToken', input)).rejects.toThrow('RATE_LIMITED');
  emulator.setFaults([]);

  const { secret } = await mutate('createApiToken', input);

  expect(keyed()).toMatchObject([{ id: secret }]);
});

test.each(['createApiToken', 'createProject'])(
  '%s that fails unforeseen after it was sent is found by its key, not repeated',
  async (mutation) => {
    const { mutate, projectId, upstream } = await managed();
    const named = { name: 'Keyed', idempotencyKey: 'order-1' };
    const other = { administratorUserEmail: 'ana@acme.example' };
    const input = { ...named, ...(mutation === 'createProject' ? other : { projectId }) };
    for (const cache of [NoCache, InProcessCache]) {
      vi.spyOn(cache.prototype, 'forget').mockRejectedValueOnce(new Error('unforeseen'));
    }
    onTestFinished(() => void vi.restoreAllMocks());
    await expect(mutate(mutation, input)).rejects.toThrow('INTERNAL_SERVER_ERROR');
    vi.restoreAllMocks();

    expect(await mutate(mutation, input)).toMatchObject({ recovered: true, userErrors: [] });
    expect(upstream()[mutation === 'createProject' ? 'POST /v1/organization/project' : routes.createToken]).toBe(1);
  },
);

test('a creation whose outcome was unknown is found by the same key, not repeated', async () => {
  const { mutate, input, emulator, keyed, upstream } = await managed();
  emulator.setListDelay(600);
  emulator.setFaults([{ route: routes.createToken, kind: 'loseAnswer' }]);
  await expect(mutate('createApiToken', input)).rejects.toThrow('OUTCOME_UNKNOWN');
  emulator.setFaults([]);

  await expect
    .poll(() => mutate('createApiToken', input).catch((error: Error) => error))
    .toMatchObject({ recovered: true, secret: keyed()[0]?.id });

  expect(keyed()).toHaveLength(1);
  expect(upstream()[routes.createToken]).toBe(1);
});

test('a creation that left nothing is made anew by the same key, once nothing can be under way', async () => {
  const { mutate, input, emulator, keyed } = await managed({ env: { UPSTREAM_TIMEOUT_MS: '1500' } });
  emulator.setFaults([{ route: routes.createToken, kind: 'drop', times: 1 }]);
  await expect(mutate('createApiToken', input)).rejects.toThrow('OUTCOME_UNKNOWN');

  const { secret } = await mutate('createApiToken', input);

  expect(keyed()).toMatchObject([{ id: secret }]);
});

test('a key whose token is listed no more is waited for, then without an object, and creates nothing', async () => {
  const { mutate, input, emulator, upstream } = await managed({ env: { UPSTREAM_TIMEOUT_MS: '5000' } });
  await mutate('createApiToken', input);
  emulator.setFaults([{ route: routes.listTokens, kind: 'answer', body: { tokens: [] } }]);
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() });
  onTestFinished(() => void vi.useRealTimers());

  expect(codesOf(await mutate('createApiToken', input))).toEqual(['IN_PROGRESS']);
  vi.setSystemTime(Date.now() + 60_000);
  expect(codesOf(await mutate('createApiToken', input))).toEqual(['TOKEN_NOT_FOUND']);
  emulator.setFaults([{ route: routes.listTokens, kind: 'answer', body: { tokens: [1] } }]);
  await expect(mutate('createApiToken', input)).rejects.toThrow('UPSTREAM_BAD_RESPONSE');
  expect(upstream()[routes.createToken]).toBe(1);
});

test('a key of one credential says nothing of what another created with it', async () => {
  const facade = await startManaged({ emulator: { organizations: 2, projects: 2 } });
  onTestFinished(() => facade.close());
  const other = facade.emulator.seeded.organizations[1]!;
  await facade.mutate('createApiToken', { projectId: facade.projectId, name: 'Keyed', idempotencyKey: 'order-1' });

  const payload = await facade.mutate(
    'createApiToken',
    { projectId: other.projects[0]!.id, name: 'Theirs', idempotencyKey: 'order-1' },
    { token: other.token },
  );

  expect(payload).toMatchObject({ apiToken: { name: 'Theirs' }, userErrors: [] });
});

test.each(['', 'x'.repeat(101), 'line\nbreak', 'ü'])(
  'the key %j is refused, and nothing is sent',
  async (idempotencyKey) => {
    const { mutate, input, upstream } = await managed();

    const { userErrors } = await mutate('createApiToken', { ...input, idempotencyKey });

    expect(userErrors).toMatchObject([{ field: 'idempotencyKey' }]);
    expect(upstream()).toEqual({});
  },
);
