import { describe, expect, type TestContext, test } from 'vitest';
import { type Answer, routes } from '../support/facade.ts';
import { disturb, expectFailure, introduce, seededToken, startDrill, tokensAt } from './failures.ts';
import { FAULTS, type FaultCase, IDS_UNDER_STATUS_400, patienceWithWrite } from './faultTable.ts';

const WRITE_ROUTES = [routes.createToken, routes.updateToken, routes.revokeToken];
const DESCRIPTION = 'Written while the platform misbehaves';

interface Write {
  readonly field: string;
  readonly input: Record<string, unknown>;
  /** Whether the platform shows that it was carried out. */
  readonly isDone: () => Promise<boolean>;
}

async function drilled({ onTestFinished }: TestContext, env: Record<string, string> = {}) {
  const drill = await startDrill({ env });
  onTestFinished(() => drill.facade.close());
  await introduce(drill);
  return { ...drill, writes: allWrites(drill) };
}

/** Every mutation; none disturbs what another one looks at. */
function allWrites({
  emulator,
  project,
}: Pick<Awaited<ReturnType<typeof startDrill>>, 'emulator' | 'project'>): Write[] {
  const [active, blocked, toRevoke] = [
    seededToken(emulator, 'Active', 0),
    seededToken(emulator, 'Blocked', 0),
    seededToken(emulator, 'Active', 1),
  ];
  const described = seededToken(emulator, 'Active', 2);
  const find = async ({ projectId, token }: { projectId: string; token: string }) =>
    (await tokensAt(emulator, projectId)).find(({ id }) => id === token);
  const has = async (token: { projectId: string; token: string }, status: string) =>
    (await find(token))?.status === status;
  return [
    {
      field: 'createApiToken',
      input: { projectId: project.id, name: 'Fault drill' },
      isDone: async () => {
        const created = (await tokensAt(emulator, project.id)).filter(({ name }) => name === 'Fault drill');
        expect(created.length).toBeLessThanOrEqual(1);
        return created.length === 1;
      },
    },
    { field: 'blockApiToken', input: { id: active.id }, isDone: () => has(active, 'Blocked') },
    { field: 'unblockApiToken', input: { id: blocked.id }, isDone: () => has(blocked, 'Active') },
    { field: 'revokeApiToken', input: { id: toRevoke.id }, isDone: () => has(toRevoke, 'Revoked') },
    {
      field: 'updateApiToken',
      input: { id: described.id, description: DESCRIPTION },
      isDone: async () => (await find(described))?.description === DESCRIPTION,
    },
  ];
}

type Drill = Awaited<ReturnType<typeof drilled>>;

/** All writes at once, each a request of its own. */
function writeAll({ facade, organization, writes }: Drill): Promise<Answer[]> {
  return Promise.all(
    writes.map(({ field, input }) => {
      const type = `${field[0]!.toUpperCase()}${field.slice(1)}Input`;
      const document = `mutation ($input: ${type}!) { ${field}(input: $input) { apiToken { status } userErrors { code } } }`;
      return facade.query(document, { token: organization.token, variables: { input } });
    }),
  );
}

/** Writes that went upstream: block, unblock and update share a route. */
function writesSent({ facade }: Drill): Record<string, number | undefined> {
  const sent = facade.upstream();
  return Object.fromEntries(WRITE_ROUTES.map((route) => [route, sent[route]]));
}

const EACH_ONCE = { [routes.createToken]: 1, [routes.updateToken]: 3, [routes.revokeToken]: 1 };

async function expectWritesToFail(drill: Drill, { fault, write, applies }: FaultCase): Promise<void> {
  disturb(drill.emulator, WRITE_ROUTES, fault);
  const answers = await writeAll(drill);
  expect(writesSent(drill)).toEqual(EACH_ONCE);
  drill.writes.forEach(({ field }, index) => {
    // What was carried out is found by looking.
    if (applies === true) expect(answers[index]!.data[field]).toMatchObject({ userErrors: [] });
    else expectFailure(drill.facade, answers[index]!, [field], write);
  });
  if (applies === null) return;
  for (const { isDone } of drill.writes) expect(await isDone()).toBe(applies);
}

test('without a fault every write is carried out, and sent once', async (context) => {
  const drill = await drilled(context);

  const answers = await writeAll(drill);

  expect(answers.flatMap(({ errors }) => errors ?? [])).toEqual([]);
  expect(writesSent(drill)).toEqual(EACH_ONCE);
  for (const { isDone } of drill.writes) expect(await isDone()).toBe(true);
});

describe('a write that meets', () => {
  test.concurrent.for(FAULTS)(
    '$name is sent once, and fails with its code unless it is seen to be carried out',
    async (each, context) => {
      await expectWritesToFail(await drilled(context, patienceWithWrite(each)), each);
    },
  );

  test.concurrent.for(IDS_UNDER_STATUS_400)('$name fails with the same code', async (each, context) => {
    await expectWritesToFail(await drilled(context, patienceWithWrite(each)), each);
  });
});

test('a creation that left nothing to be seen says how to find out', async (context) => {
  const { facade, emulator, project, organization } = await drilled(context);
  const before = await tokensAt(emulator, project.id);
  disturb(emulator, [routes.createToken], { kind: 'drop' });

  const { data, errors } = await facade.query(
    `mutation { createApiToken(input: { projectId: "${project.id}", name: "Lost" }) { secret apiToken { name } } }`,
    { token: organization.token },
  );

  expect(data).toEqual({ createApiToken: null });
  expect(errors![0]!.extensions.code).toBe('OUTCOME_UNKNOWN');
  expect(errors![0]!.message).toContain('Project.apiTokens');
  expect(await tokensAt(emulator, project.id)).toEqual(before);
});
