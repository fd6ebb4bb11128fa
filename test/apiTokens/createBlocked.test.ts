import { expect, onTestFinished, test } from 'vitest';
import { type FacadeOptions, routes } from '../support/facade.ts';
import { startManaged } from '../support/managing.ts';

/** The platform says that it did as asked, and did not. */
const IGNORED = { kind: 'answer', body: [{ type: 'Success', description: 'Done' }] } as const;

async function managed(options: FacadeOptions = {}) {
  const facade = await startManaged(options);
  onTestFinished(() => facade.close());
  const create = (more: object = {}) =>
    facade.mutate('createApiToken', { projectId: facade.projectId, name: 'Shut', status: 'BLOCKED', ...more });
  return { ...facade, create, made: () => facade.truth().find(({ name }) => name === 'Shut')! };
}

const NOT_BLOCKED = {
  secret: null,
  sealedSecret: null,
  userErrors: [{ code: 'CREATED_BUT_NOT_BLOCKED', field: 'status' }],
};

test('the secret is handed out once the list shows the block and the platform refuses the token', async () => {
  const { create, made, upstream, events } = await managed();

  expect(await create()).toMatchObject({ secret: made().id, apiToken: { status: 'BLOCKED' }, userErrors: [] });

  expect(upstream()).toEqual({
    [routes.createToken]: 1,
    [routes.updateToken]: 1,
    [routes.listTokens]: 2,
    [routes.validate]: 1,
  });
  expect(events()).toMatchObject([
    { outcome: 'SUCCEEDED', after: { status: 'BLOCKED' }, verification: { outcome: 'CONFIRMED' } },
  ]);
});

test('a block that the platform takes and ignores is shown in the payload and in the audit log', async () => {
  const { create, made, emulator, events } = await managed();
  emulator.setFaults([{ route: routes.updateToken, ...IGNORED }]);

  expect(await create()).toMatchObject({ ...NOT_BLOCKED, apiToken: { status: 'ACTIVE' } });

  expect(made()).toMatchObject({ status: 'Active', isAccepted: true });
  expect(events()).toMatchObject([
    { outcome: 'INCOMPLETE', after: { status: 'ACTIVE' }, verification: { outcome: 'PENDING' } },
  ]);
});

test('a creation that is answered with a blocked token is not believed', async () => {
  const { create, projectId, emulator, upstream } = await managed();
  const id = emulator.createToken(projectId, 'Said to be shut');
  const body = { id, name: 'Shut', status: 'Blocked', errors: [] };
  emulator.setFaults([
    { route: routes.createToken, kind: 'answer', body },
    { route: routes.updateToken, ...IGNORED },
  ]);

  expect(await create()).toMatchObject({ ...NOT_BLOCKED, apiToken: { status: 'ACTIVE' } });

  expect(upstream()[routes.updateToken]).toBe(1);
});

test('a token that is listed as blocked and still works keeps its secret, until the same key finds it refused', async () => {
  const { create, made, emulator, upstream } = await managed({
    emulator: { organizations: 1, projects: 4, statusDelayMs: 600_000 },
  });

  expect(await create({ idempotencyKey: 'k' })).toMatchObject({ ...NOT_BLOCKED, apiToken: { status: 'BLOCKED' } });

  emulator.setStatusDelay(0);
  emulator.setTokenStatus(made().id, 'Active');
  expect(await create({ idempotencyKey: 'k' })).toMatchObject({ secret: made().id, userErrors: [] });
  expect(upstream()[routes.createToken]).toBe(1);
});

test('a token of a masked list is known to be blocked by a platform that refuses it', async () => {
  const { create, made, emulator } = await managed({
    emulator: { organizations: 1, projects: 4, maskTokenIds: true },
  });
  expect(await create()).toMatchObject({ secret: made().id, apiToken: { status: 'BLOCKED' }, userErrors: [] });

  emulator.setFaults([{ route: routes.updateToken, ...IGNORED }]);
  expect(await create({ name: 'Open' })).toMatchObject(NOT_BLOCKED);
});

test('a repetition blocks nothing again: who unblocked the token since had a reason', async () => {
  const { create, made, emulator, upstream } = await managed();
  const { secret } = await create({ idempotencyKey: 'k' });
  emulator.setTokenStatus(secret, 'Active');

  const again = await create({ idempotencyKey: 'k' });

  expect(again).toMatchObject({ apiToken: { status: 'ACTIVE' }, userErrors: [{ code: 'SECRET_ALREADY_SHOWN' }] });
  expect(made()).toMatchObject({ status: 'Active' });
  expect(upstream()[routes.updateToken]).toBe(1);
});
