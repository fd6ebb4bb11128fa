import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { createIds } from '../../src/values/ids.ts';
import { Secret } from '../../src/values/secret.ts';
import { routes, TEST_ID_SECRET } from '../support/facade.ts';
import { idOf, type Managed, startManaged } from '../support/managing.ts';

const FORMER = 'former-only-former-only-former-only';
const formerIds = createIds(new Secret(FORMER));

let facade: Managed;
let value: string;
let [present, former]: [string, string] = ['', ''];

beforeEach(async () => {
  facade = await startManaged({ env: { ID_SECRET_PREVIOUS: FORMER } });
  onTestFinished(() => facade.close());
  value = facade.emulator.createToken(facade.projectId, 'Robot');
  present = idOf(facade.projectId, value);
  former = formerIds.apiTokenId(facade.projectId, { secret: new Secret(value), name: '', createdAt: null });
});

const statusOf = () => facade.truth().find(({ id }) => id === value)?.status;
const ask = (document: string) => facade.query(document, { token: facade.token });

test('an id of the former secret leads to its token, which has the id of the present one', async () => {
  const representations = `[{ __typename: "ApiToken", id: "${former}" }, { __typename: "ApiToken", id: "${present}" }]`;
  const { data, errors } = await ask(`{
    apiToken(id: "${former}") { id name }
    node(id: "${former}") { id }
    _entities(representations: ${representations}) { ... on ApiToken { id name } }
  }`);

  const token = { id: present, name: 'Robot' };
  expect(errors).toBeUndefined();
  expect(data).toEqual({ apiToken: token, node: { id: present }, _entities: [token, token] });
  expect(facade.upstream()).toEqual({ [routes.listTokens]: 1 });
});

test.each(['blockApiToken', 'revokeApiToken'])('%s takes an id of the former secret', async (mutation) => {
  const payload = await facade.mutate(mutation, { id: former }, { selection: 'changed apiToken { id }' });

  expect(payload).toEqual({ changed: true, apiToken: { id: present }, userErrors: [] });
  expect(statusOf()).not.toBe('Active');
});

test('a rotation by the former id is the same as by the present one', async () => {
  const first = await facade.mutate('rotateApiToken', { id: former, oldToken: 'KEEP' });
  const again = await facade.mutate('rotateApiToken', { id: present, oldToken: 'KEEP' });

  expect(again.apiToken.id).toBe(first.apiToken.id);
  expect(first.oldApiToken.id).toBe(present);
  expect(facade.truth().filter(({ name }) => name.startsWith('Robot'))).toHaveLength(2);
});

test('a bulk mutation changes a token once that is named by both its ids', async () => {
  const selection = 'planId counts { total } projects { results { apiToken { id } } }';
  const ids = [former, present];
  const { planId } = await facade.mutate('blockApiTokens', { ids }, { selection });
  const payload = await facade.mutate('blockApiTokens', { ids, planId, dryRun: false }, { selection });

  expect(payload.counts.total).toBe(1);
  expect(payload.projects).toEqual([{ results: [{ apiToken: { id: present } }] }]);
  expect(facade.upstream()[routes.updateToken]).toBe(1);
  expect(statusOf()).toBe('Blocked');
});

test('an id of any other secret leads nowhere', async () => {
  const other = await startManaged({ sharedEmulator: facade.emulator, env: { ID_SECRET_PREVIOUS: TEST_ID_SECRET } });
  onTestFinished(() => other.close());

  const { data } = await other.query(`{ apiToken(id: "${former}") { id } }`, { token: other.token });

  expect(data).toEqual({ apiToken: null });
});
