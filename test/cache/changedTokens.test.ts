import { afterEach, expect, onTestFinished, test, vi } from 'vitest';
import { stopTime } from '../support/clock.ts';
import { codes, type Facade, type FacadeOptions, routes } from '../support/facade.ts';
import { idOf, type Managed, startManaged } from '../support/managing.ts';

const LATE_MS = 600_000;

afterEach(() => vi.restoreAllMocks());

/** A facade that remembers, and a token whose holder has just been answered by it. */
async function managed(options: FacadeOptions = {}) {
  const facade = await startManaged({
    emulator: { organizations: 1, projects: 4, statusDelayMs: LATE_MS },
    ...options,
    env: { CACHE: 'memory', ...options.env },
  });
  onTestFinished(() => facade.close());
  const value = facade.emulator.createToken(facade.projectId, 'Watched');
  expect(await holder(facade, value)).toEqual([]);
  facade.emulator.resetCalls();
  return { ...facade, value, id: idOf(facade.projectId, value) };
}

/** The errors that the holder of a token gets. */
const holder = async (facade: Pick<Facade, 'query'>, token: string) =>
  codes(await facade.query('{ viewer { scopes } }', { token }));

/** From now on the platform acts on what was changed before. */
function actOnChanges(): void {
  const now = Date.now.bind(Date);
  vi.spyOn(Date, 'now').mockImplementation(() => now() + LATE_MS);
}

const isWatched = ({ upstream }: Pick<Facade, 'upstream'>) =>
  vi.waitUntil(() => (upstream()[routes.validate] ?? 0) > 0);

const CHANGES: [string, (facade: Managed & { id: string }) => Promise<{ verification: { outcome: string } }>][] = [
  ['blockApiToken', ({ mutate, id }) => mutate('blockApiToken', { id })],
  ['revokeApiToken', ({ mutate, id }) => mutate('revokeApiToken', { id })],
  [
    'blockApiTokens',
    async ({ mutate, id }) => {
      const input = { ids: [id] };
      const { planId } = await mutate('blockApiTokens', { ...input, dryRun: true }, { selection: 'planId' });
      const selection = 'projects { results { verification { outcome } } }';
      const payload = await mutate('blockApiTokens', { ...input, dryRun: false, planId }, { selection });
      return payload.projects[0].results[0];
    },
  ],
  [
    'rotateApiToken',
    async ({ mutate, id }) => {
      const { oldVerification } = await mutate('rotateApiToken', { id, oldToken: 'BLOCK' });
      return { verification: oldVerification };
    },
  ],
];

test.each(CHANGES)('a status seen while %s watches a token is not believed afterwards', async (_name, change) => {
  const facade = await managed({ env: { VERIFY_TIMEOUT_MS: '20000' } });
  const changing = change(facade);
  await vi.waitUntil(() => facade.truth().some(({ id, status }) => id === facade.value && status !== 'Active'));
  expect(await holder(facade, facade.value)).toEqual([]);
  actOnChanges();

  expect((await changing).verification.outcome).toBe('CONFIRMED');
  expect(await holder(facade, facade.value)).toEqual(['UNAUTHENTICATED']);
});

test.each(CHANGES)('nothing is remembered of a token that %s leaves pending', async (_name, change) => {
  const facade = await managed();
  // The token is watched for as long as time stands still.
  stopTime();
  const changing = change(facade);
  await vi.waitUntil(() => facade.truth().some(({ id, status }) => id === facade.value && status !== 'Active'));
  expect(await holder(facade, facade.value)).toEqual([]);
  vi.restoreAllMocks();

  expect((await changing).verification.outcome).toBe('PENDING');
  actOnChanges();
  expect(await holder(facade, facade.value)).toEqual(['UNAUTHENTICATED']);
});

test('nothing is remembered of a token whose change could not be checked', async () => {
  const facade = await managed({ emulator: { organizations: 1, projects: 4 } });
  facade.emulator.setFaults([{ route: routes.validate, kind: 'status', status: 503 }]);
  const { verification } = await facade.mutate('blockApiToken', { id: facade.id });
  facade.emulator.setFaults([]);

  expect(verification.outcome).toBe('NOT_CHECKED');
  expect(await holder(facade, facade.value)).toEqual(['UNAUTHENTICATED']);
});

test.each(CHANGES.filter(([name]) => name !== 'rotateApiToken'))(
  'a token that was blocked elsewhere is not believed after %s, though nothing is sent',
  async (name, change) => {
    const facade = await managed({ emulator: { organizations: 1, projects: 4 } });
    facade.emulator.setTokenStatus(facade.value, name === 'revokeApiToken' ? 'Revoked' : 'Blocked');

    await change(facade);
    expect(facade.upstream()).not.toHaveProperty([routes.updateToken]);
    expect(await holder(facade, facade.value)).toEqual(['UNAUTHENTICATED']);
  },
);

test('a token is remembered again after it was watched', async () => {
  const facade = await managed({ emulator: { organizations: 1, projects: 4 } });
  await facade.mutate('blockApiToken', { id: facade.id });
  await facade.mutate('unblockApiToken', { id: facade.id });
  facade.emulator.resetCalls();
  for (let request = 0; request < 3; request += 1) expect(await holder(facade, facade.value)).toEqual([]);

  expect(facade.upstream()).toEqual({ [routes.validate]: 1 });
});

test.each(CHANGES.filter(([name]) => name !== 'rotateApiToken'))(
  '%s is pending, and says why, when the other replicas could not be told',
  async (name, change) => {
    const env = { CACHE: 'redis', REDIS_URL: 'redis://127.0.0.1:1' };
    const facade = await managed({ emulator: { organizations: 1, projects: 4 }, env });

    expect((await change(facade)).verification.outcome).toBe('PENDING');
    if (name === 'blockApiTokens') return;
    const { verification } = await change(facade);
    expect(verification).toMatchObject({
      outcome: 'PENDING',
      reason: expect.stringContaining('could not be notified'),
    });
  },
);

test('while a token is watched, every request asks the platform anew', async () => {
  const facade = await managed({ env: { VERIFY_TIMEOUT_MS: '20000' } });
  const changing = facade.mutate('blockApiToken', { id: facade.id });
  await isWatched(facade);
  facade.emulator.resetCalls();
  for (let request = 0; request < 3; request += 1) await holder(facade, facade.value);

  expect(facade.emulator.calls().find(({ route }) => route === routes.validate)?.count).toBeGreaterThanOrEqual(3);
  actOnChanges();
  await changing;
});
