import { describe, expect, onTestFinished, test } from 'vitest';
import { type FacadeOptions, routes } from '../support/facade.ts';
import { startManaged } from '../support/managing.ts';

async function managed(options: FacadeOptions = {}) {
  const facade = await startManaged(options);
  onTestFinished(() => facade.close());
  const named = (name: string) => facade.truth().filter((token) => token.name === name);
  const create = (input: object = {}) =>
    facade.mutate('createApiToken', { projectId: facade.projectId, name: 'Lost', ...input });
  return { ...facade, named, create };
}

describe.each(['loseAnswer', 'truncate'] as const)('after a lost answer of a creation (%s)', (kind) => {
  test('the one new token of its name is the answer, secret and all, and nothing else is created', async () => {
    const { create, named, emulator, upstream } = await managed();
    emulator.setFaults([{ route: routes.createToken, kind }]);

    const payload = await create({ description: 'Nightly' });

    const [token, ...others] = named('Lost');
    expect(others).toEqual([]);
    expect(payload).toMatchObject({ recovered: true, secret: token?.id, userErrors: [] });
    expect(upstream()[routes.createToken]).toBe(1);
  });

  test('a token of that name from before is not taken for it', async () => {
    const { create, projectId, emulator } = await managed();
    const earlier = emulator.createToken(projectId, 'Lost');
    emulator.setFaults([{ route: routes.createToken, kind }]);

    const { secret, recovered } = await create();

    expect(recovered).toBe(true);
    expect(secret).not.toBe(earlier);
  });
});

test.each([302, 408, 418, 425, 499, 500])(
  'a creation that was carried out and answered %i is found, and its key makes no second token',
  async (status) => {
    const { create, named, emulator, upstream } = await managed();
    emulator.setFaults([{ route: routes.createToken, kind: 'answer', applied: true, status, body: 'gateway' }]);

    const payload = await create({ idempotencyKey: 'order-1' });
    const again = await create({ idempotencyKey: 'order-1' });

    expect(payload).toMatchObject({ recovered: true, secret: named('Lost')[0]!.id, userErrors: [] });
    expect(again).toMatchObject({ secret: null, apiToken: { id: payload.apiToken.id } });
    expect(named('Lost')).toHaveLength(1);
    expect(upstream()[routes.createToken]).toBe(1);
  },
);

test('a token that was created in another project is not passed on', async () => {
  const { create, emulator, projectId } = await managed();
  const other = emulator.seeded.organizations[0]!.projects[1]!.id;
  const answering = (project: string) =>
    emulator.setFaults([
      {
        route: routes.createToken,
        kind: 'answer',
        body: { id: `lost_${'Ab1'.repeat(15)}`, name: 'Lost', status: 'Active', project },
      },
    ]);
  answering(projectId.toUpperCase());
  expect(await create()).toMatchObject({ recovered: false, userErrors: [] });

  answering(other);
  await expect(create()).rejects.toThrow('OUTCOME_UNKNOWN');
});

test('a creation that is answered is not recovered', async () => {
  const { create } = await managed();

  expect(await create()).toMatchObject({ recovered: false, userErrors: [] });
});

test.each(['drop', 'invalidJson'] as const)(
  'a creation that left nothing (%s) is unknown, and is not repeated',
  async (kind) => {
    const { create, named, emulator, upstream } = await managed();
    emulator.setFaults([{ route: routes.createToken, kind }]);

    await expect(create()).rejects.toThrow(/OUTCOME_UNKNOWN.*No new token of this name/);

    expect(named('Lost')).toEqual([]);
    expect(upstream()[routes.createToken]).toBe(1);
  },
);

test('several new tokens of the name are unknown, and the error says that they are several', async () => {
  const { create, projectId, emulator, upstream } = await managed();
  emulator.setFaults([
    { route: routes.createToken, kind: 'loseAnswer' },
    { route: routes.createToken, kind: 'latency', ms: 300 },
  ]);

  const creation = create();
  await expect.poll(() => upstream()[routes.createToken]).toBe(1);
  emulator.createToken(projectId, 'Lost');

  await expect(creation).rejects.toThrow(/OUTCOME_UNKNOWN.*several/);
});

test('a masked list cannot give the secret back: the error says so', async () => {
  const { create, named, emulator } = await managed({
    emulator: { organizations: 1, projects: 4, maskTokenIds: true },
  });
  emulator.setFaults([{ route: routes.createToken, kind: 'loseAnswer' }]);

  await expect(create()).rejects.toThrow(/OUTCOME_UNKNOWN.*masks/);

  expect(named('Lost')).toHaveLength(1);
});

test('lists that cannot be read before a creation refuse it, and nothing is created', async () => {
  const { create, emulator, upstream } = await managed();
  emulator.setFaults([{ route: routes.listTokens, kind: 'status', status: 500 }]);

  await expect(create()).rejects.toThrow('UPSTREAM_UNAVAILABLE');

  expect(upstream()).not.toHaveProperty([routes.createToken]);
});

test('two creations of one name at once, one of them never carried out, do not get one token', async () => {
  const { create, named, emulator } = await managed();
  emulator.setFaults([{ route: routes.createToken, kind: 'drop', times: 1 }]);

  const results = await Promise.allSettled([create(), create()]);

  const secrets = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value.secret] : []));
  expect(named('Lost')).toHaveLength(1);
  expect(secrets.filter((secret) => secret !== null)).toHaveLength(1);
});

test('two creations of one name at once, both answers lost, never share a token', async () => {
  const { create, named, emulator } = await managed();
  emulator.setFaults([{ route: routes.createToken, kind: 'loseAnswer' }]);

  const results = await Promise.allSettled([create(), create()]);

  const secrets = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value.secret] : []));
  expect(named('Lost')).toHaveLength(2);
  expect(new Set(secrets).size).toBe(secrets.length);
});

test('a recovered token that is to start blocked is blocked before its secret is handed out', async () => {
  const { create, named, emulator } = await managed();
  emulator.setFaults([{ route: routes.createToken, kind: 'loseAnswer' }]);

  const { secret, apiToken } = await create({ status: 'BLOCKED' });

  expect(apiToken.status).toBe('BLOCKED');
  expect(named('Lost')).toMatchObject([{ id: secret, status: 'Blocked' }]);
});
