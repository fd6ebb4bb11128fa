import { describe, expect, onTestFinished, test } from 'vitest';
import { type FacadeOptions, routes } from '../support/facade.ts';
import { idOf, startManaged } from '../support/managing.ts';

async function managed(options: FacadeOptions = {}) {
  const facade = await startManaged(options);
  onTestFinished(() => facade.close());
  const value = facade.emulator.createToken(facade.projectId, 'Lost', 'Before');
  const atPlatform = () => facade.truth().find(({ id }) => id === value)!;
  return { ...facade, value, id: idOf(facade.projectId, value), atPlatform };
}

type Managed = Awaited<ReturnType<typeof managed>>;

interface Write {
  readonly name: string;
  readonly route: string;
  readonly input?: object;
  readonly prepare?: (facade: Managed) => void;
  readonly selection: string;
  /** What the payload tells when the change was carried out, and what of the token when it was not. */
  readonly made: object;
  readonly listedBefore: string;
}

const STATUS = 'changed apiToken { status } verification { outcome }';
const WRITES: readonly Write[] = [
  {
    name: 'blockApiToken',
    route: routes.updateToken,
    selection: STATUS,
    made: { changed: true, apiToken: { status: 'BLOCKED' }, verification: { outcome: 'CONFIRMED' } },
    listedBefore: 'ACTIVE',
  },
  {
    name: 'unblockApiToken',
    route: routes.updateToken,
    selection: STATUS,
    prepare: ({ emulator, value }) => emulator.setTokenStatus(value, 'Blocked'),
    made: { changed: true, apiToken: { status: 'ACTIVE' }, verification: { outcome: 'CONFIRMED' } },
    listedBefore: 'BLOCKED',
  },
  {
    name: 'revokeApiToken',
    route: routes.revokeToken,
    selection: STATUS,
    made: { changed: true, apiToken: { status: 'REVOKED' }, verification: { outcome: 'CONFIRMED' } },
    listedBefore: 'ACTIVE',
  },
  {
    name: 'updateApiToken',
    route: routes.updateToken,
    input: { description: 'After' },
    selection: 'apiToken { description }',
    made: { apiToken: { description: 'After' } },
    listedBefore: 'ACTIVE',
  },
];

describe.each(WRITES)('a lost answer to $name', ({ name, route, input, prepare, selection, made, listedBefore }) => {
  const start = async (options: FacadeOptions = {}) => {
    const facade = await managed(options);
    prepare?.(facade);
    return { ...facade, run: () => facade.mutate(name, { id: facade.id, ...input }, { selection }) };
  };

  test('is made good by looking: what was carried out is a success, and is sent once', async () => {
    const { run, emulator, upstream, events } = await start();
    emulator.setFaults([{ route, kind: 'loseAnswer' }]);

    expect(await run()).toEqual({ ...made, userErrors: [] });

    expect(upstream()[route]).toBe(1);
    expect(events()).toMatchObject([{ action: name, outcome: 'SUCCEEDED', changed: true }]);
  });

  test('is unknown when the list does not show the change, and the error tells what it shows', async () => {
    const { run, emulator, upstream, events } = await start();
    emulator.setFaults([{ route, kind: 'drop' }]);

    await expect(run()).rejects.toThrow(
      new RegExp(`OUTCOME_UNKNOWN.*lost.*${name === 'updateApiToken' ? 'show' : ''}.*listed as ${listedBefore}`),
    );

    expect(upstream()[route]).toBe(1);
    expect(events()).toMatchObject([{ outcome: 'UNKNOWN', changed: null, after: { status: listedBefore } }]);
  });

  test('is unknown when the list cannot be read', async () => {
    const { run, emulator, upstream } = await start();
    emulator.setFaults([
      { route, kind: 'loseAnswer' },
      { route, kind: 'latency', ms: 200 },
    ]);

    const running = run();
    running.catch(() => undefined);
    await expect.poll(() => upstream()[route]).toBe(1);
    emulator.setFaults([{ route: routes.listTokens, kind: 'drop' }]);

    await expect(running).rejects.toThrow(/OUTCOME_UNKNOWN.*could not be listed/);
    expect(upstream()[route]).toBe(1);
  });

  test('is made good too when the list shows the change a little later', async () => {
    const { run, emulator } = await start({ env: { VERIFY_TIMEOUT_MS: '20000' } });
    emulator.setListDelay(150);
    emulator.setFaults([{ route, kind: 'loseAnswer' }]);

    expect(await run()).toEqual({ ...made, userErrors: [] });
  });
});

test('a revoked token that lists leave out is taken for revoked when the platform refuses it', async () => {
  const { mutate, id, emulator } = await managed({
    emulator: { organizations: 1, projects: 4, hideRevokedTokens: true },
  });
  emulator.setFaults([{ route: routes.revokeToken, kind: 'loseAnswer' }]);

  expect(await mutate('revokeApiToken', { id })).toMatchObject({
    changed: true,
    apiToken: null,
    verification: { outcome: 'CONFIRMED' },
    userErrors: [],
  });
});

test('an updated description is in the audit log as it was listed afterwards', async () => {
  const { mutate, id, events, upstream } = await managed();

  await mutate('updateApiToken', { id, description: 'After' }, { selection: 'apiToken { description }' });

  expect(events()).toMatchObject([{ before: { description: 'Before' }, after: { description: 'After' } }]);
  expect(upstream()).toEqual({ [routes.listTokens]: 2, [routes.updateToken]: 1 });
});

describe('a rotation whose block of the old token', () => {
  const rotate = ({ mutate, id }: Managed) => mutate('rotateApiToken', { id, oldToken: 'BLOCK' });

  test('lost its answer is complete when the platform shows the block', async () => {
    const facade = await managed();
    facade.emulator.setFaults([{ route: routes.updateToken, kind: 'loseAnswer' }]);

    expect(await rotate(facade)).toMatchObject({
      stage: 'COMPLETE',
      oldApiToken: { status: 'BLOCKED' },
      userErrors: [],
    });

    expect(facade.upstream()[routes.updateToken]).toBe(1);
  });

  test.each([
    { kind: 'drop' },
    { kind: 'answer', body: [{ type: 'Success' }] },
    { kind: 'status', status: 429 },
  ] as const)('was not carried out ($kind) does not claim that it is blocked', async (fault) => {
    const facade = await managed();
    facade.emulator.setFaults([{ route: routes.updateToken, ...fault }]);

    expect(await rotate(facade)).toMatchObject({
      stage: 'SUCCESSOR_PROVEN',
      secret: expect.any(String),
      oldApiToken: { status: 'ACTIVE' },
      userErrors: [{ code: 'ROTATION_INCOMPLETE' }],
    });
  });
});
