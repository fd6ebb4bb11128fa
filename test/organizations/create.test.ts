import { expect, test } from 'vitest';
import { administering, CREATE, LIST } from './administering.ts';

const SELECTION = 'organization { id name } recovered';
const NEW = { name: 'Zephyr Kites', administratorUserEmail: 'zoe@zephyr.example' };
const NOTHING = { organization: null, recovered: false };

async function creating(options: Parameters<typeof administering>[0] = {}) {
  const facade = await administering(options);
  const create = (input: object = {}, request = facade.administrator) =>
    facade.mutate('createOrganization', { ...NEW, ...input }, SELECTION, request);
  return { ...facade, create };
}

test('an organization is created, for a search of its name and the creation', async () => {
  const { create, upstream, events, names, ask, log } = await creating();

  const { organization, ...rest } = await create({ reason: 'New customer' });

  expect(organization).toEqual({ id: expect.any(String), name: NEW.name });
  expect(rest).toEqual({ recovered: false, userErrors: [] });
  expect(upstream()).toEqual({ [LIST]: 1, [CREATE]: 1 });
  expect(await names()).toContain(NEW.name);
  expect(events()).toMatchObject([
    {
      ...{ action: 'createOrganization', reason: 'New customer', outcome: 'SUCCEEDED', changed: true },
      ...{ target: organization.id, after: { name: NEW.name }, actor: { kind: 'oauth' } },
      details: { name: NEW.name, recovered: false },
    },
  ]);
  expect(log() + JSON.stringify(events())).not.toContain(NEW.administratorUserEmail);
  expect((await ask('{ organizations(search: "Zephyr") { nodes { id } } }')).data.organizations.nodes).toEqual([
    { id: organization.id },
  ]);
});

test.each<[string, object, string, string]>([
  ['no name', { name: ' ' }, 'REQUIRED', 'name'],
  ['a name of several lines', { name: 'a\nb' }, 'INVALID_CHARACTERS', 'name'],
  ['a long name', { name: 'x'.repeat(101) }, 'TOO_LONG', 'name'],
  ['no address', { administratorUserEmail: 'zoe' }, 'INVALID_EMAIL', 'administratorUserEmail'],
  ['a long reason', { reason: 'x'.repeat(501) }, 'TOO_LONG', 'reason'],
])('%s is a user error, and nothing is asked', async (_what, input, code, field) => {
  const { create, upstream } = await creating();

  expect(await create(input)).toMatchObject({ ...NOTHING, userErrors: [{ code, field }] });
  expect(upstream()).toEqual({});
});

test('mistakes are returned together', async () => {
  const { create } = await creating();

  const { userErrors } = await create({ name: '', administratorUserEmail: '', reason: 'x'.repeat(501) });

  expect(userErrors.map(({ field }: { field: string }) => field)).toEqual(['reason', 'name', 'administratorUserEmail']);
});

test('a name that is taken is a user error, before the creation and as the answer to it', async () => {
  const { create, emulator, writes } = await creating();
  const name = emulator.seeded.organizations[1]!.name;
  const refusal = { ...NOTHING, userErrors: [{ code: 'NAME_TAKEN', field: 'name' }] };

  expect(await create({ name })).toMatchObject(refusal);
  expect(writes()).toEqual({});

  emulator.setFaults([{ route: LIST, kind: 'answer', body: { organizations: [], count: 0, pages: 0 } }]);
  expect(await create({ name })).toMatchObject(refusal);
});

test('a name that is taken is known by the id of the error alone', async () => {
  const { create, emulator } = await creating({ emulator: { projects: 1, strict400: true } });
  emulator.setFaults([{ route: LIST, kind: 'answer', body: { organizations: [], count: 0, pages: 0 } }]);

  expect(await create({ name: emulator.seeded.organizations[1]!.name })).toMatchObject({
    userErrors: [{ code: 'NAME_TAKEN', field: 'name' }],
  });
});

test('a name that others only contain is free', async () => {
  const { create, names } = await creating();

  expect(await create({ name: 'Acme' })).toMatchObject({ organization: { name: 'Acme' }, userErrors: [] });
  expect(await names()).toContain('Acme');
});

test.each([
  [2007, 'REJECTED', 'name'],
  [11, 'REJECTED', null],
])('a refusal with the id %s is %s', async (id, code, field) => {
  const { create, emulator } = await creating();
  emulator.setFaults([{ route: CREATE, kind: 'status', status: 400, id }]);

  expect(await create()).toMatchObject({ ...NOTHING, userErrors: [{ code, field }] });
});

test('users who are no administrators create nothing', async () => {
  const { create, emulator, writes, events } = await creating();
  const { token, projectId } = emulator.seeded.oauth[0]!;

  await expect(create({}, { token, headers: { ProjectId: projectId } })).rejects.toThrow('FORBIDDEN');
  expect(writes()).toEqual({});
  expect(events()).toMatchObject([{ outcome: 'FAILED', codes: ['FORBIDDEN'], changed: false }]);
});

test('an organization token creates where the platform takes it, and a refused user with it does not', async () => {
  const { create, emulator, writes, events } = await creating({
    emulator: { projects: 1, adminOrganizationTokens: true },
  });
  const { token, projectId } = emulator.seeded.oauth[0]!;
  const tokens = [emulator.seeded.organizations[0]!.token];

  expect(await create({}, { token, headers: { ProjectId: projectId }, tokens } as never)).toMatchObject({
    userErrors: [],
  });
  expect(writes()).toEqual({ [CREATE]: 1 });
  expect(events()).toMatchObject([{ actor: { kind: 'organization' } }]);
});

test('a lost answer is made good by the search, and the creation is sent once', async () => {
  const { create, emulator, upstream, events, names } = await creating();
  emulator.setFaults([{ route: CREATE, kind: 'loseAnswer' }]);

  expect(await create()).toMatchObject({ organization: { name: NEW.name }, recovered: true, userErrors: [] });
  expect(upstream()[CREATE]).toBe(1);
  expect((await names()).filter((name) => name === NEW.name)).toHaveLength(1);
  expect(events()).toMatchObject([{ outcome: 'SUCCEEDED', changed: true, details: { recovered: true } }]);
});

test('a creation whose answer is lost does not take what another made at the same time', async () => {
  const { create, emulator, names, events } = await creating();
  emulator.answerTogether(true);
  emulator.setFaults([{ route: CREATE, kind: 'drop', times: 1 }]);

  const payloads = await Promise.all([create(), create({ administratorUserEmail: 'yan@zephyr.example' })]);

  const codes = payloads.map(({ userErrors }) => userErrors.map(({ code }: { code: string }) => code));
  expect(codes.sort()).toEqual([[], ['NAME_TAKEN']]);
  expect(payloads.map(({ recovered }) => recovered)).toEqual([false, false]);
  expect((await names()).filter((name) => name === NEW.name)).toHaveLength(1);
  expect(events().filter(({ changed }) => changed)).toHaveLength(1);
});

test('an answer without an id is a lost one', async () => {
  const { create, emulator } = await creating();
  emulator.setFaults([{ route: CREATE, kind: 'answer', applied: true, status: 201, body: {} }]);

  expect(await create()).toMatchObject({ organization: { name: NEW.name }, recovered: true });
});

test('a lost answer to a creation that was not made is unknown, and it is not sent again', async () => {
  const { create, emulator, upstream, events } = await creating();
  emulator.setFaults([{ route: CREATE, kind: 'drop' }]);

  await expect(create()).rejects.toThrow('OUTCOME_UNKNOWN');
  expect(upstream()[CREATE]).toBe(1);
  expect(events()).toMatchObject([{ outcome: 'UNKNOWN', changed: null }]);
});

test('an organization that the search could not read before is no proof after a lost answer', async () => {
  const { create, emulator } = await creating();
  const odd = { organizations: [{}], count: 1, pages: 1 };
  emulator.setFaults([
    { route: LIST, kind: 'answer', times: 1, body: odd },
    { route: CREATE, kind: 'loseAnswer' },
  ]);

  await expect(create()).rejects.toThrow('OUTCOME_UNKNOWN');
});

test('of a search that does not end, a few pages are read', async () => {
  const { create, emulator, upstream } = await creating();
  let count = 0;
  const page = () => ({
    organizations: [{ organizationId: emulator.seeded.organizations[0]!.id, organizationName: `N${count++}` }],
  });
  emulator.setFaults(
    Array.from({ length: 9 }, () => ({ route: LIST, kind: 'answer', times: 1, body: page() }) as const),
  );

  expect(await create()).toMatchObject({ userErrors: [] });
  expect(upstream()).toEqual({ [LIST]: 5, [CREATE]: 1 });
});

test.each([201, 200] as const)('an answer with the status %s is taken', async (createdStatus) => {
  const { create } = await creating({ emulator: { projects: 1, createdStatus } });

  expect(await create()).toMatchObject({ organization: { name: NEW.name }, recovered: false });
});
