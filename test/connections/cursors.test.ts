import { type GraphQLInputType, getNullableType, isEnumType, isInputObjectType, isListType } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createSubgraph } from '../../src/graphql/schema.ts';
import { type Setting, settingIn } from '../support/examples.ts';
import { codes, type Facade, startFacade } from '../support/facade.ts';
import { operationAt, placeOf, valueAt, waysFrom } from '../support/ways.ts';
import { type ConnectionField, connectionFields, itemFields } from './connectionFields.ts';

let facade: Facade;
/** Settings in two organizations, and their tokens. */
let here: Caller;
let elsewhere: Caller;

interface Caller {
  readonly setting: Setting;
  readonly token: string;
}

beforeAll(async () => {
  facade = await startFacade({
    emulator: { projects: 3, requestsPerProject: 12 },
    env: { GEAI_BORROW_PROJECT_TOKENS: 'true', UPSTREAM_CALL_BUDGET: '1000000', EXPOSE_REQUEST_CONTENT: 'true' },
  });
  const callerIn = (organization: number): Caller => ({
    setting: settingIn(facade.emulator, { organization }),
    token: facade.emulator.seeded.organizations[organization]!.token,
  });
  [here, elsewhere] = [callerIn(0), callerIn(1)];
});
afterAll(() => facade.close());

const WAYS = new Map(waysFrom([createSubgraph().getQueryType()!]).map((way) => [placeOf(way), way]));

async function ask(connection: ConnectionField, { setting, token }: Caller, args: object) {
  const { at, field } = connection;
  const selection = `{ nodes { ${itemFields(connection)} } pageInfo { endCursor } }`;
  const operation = operationAt(WAYS.get(at)!, setting, { first: 1, ...args }, selection);
  const { token: administrator, projectId: projectid } = facade.emulator.seeded.systemAdministrator;
  const isForAdministrators = field.extensions.reading?.takes === 'ADMINISTRATOR';
  const caller = isForAdministrators ? { token: administrator, headers: { projectid } } : { token };
  const answer = await facade.query(operation.document, { ...caller, variables: operation.variables });
  return { ...answer, page: answer.errors ? null : valueAt(WAYS.get(at)!, answer.data) };
}

async function firstCursor(connection: ConnectionField): Promise<string> {
  const { page } = await ask(connection, here, {});
  expect(page.pageInfo.endCursor).toEqual(expect.any(String));
  return page.pageInfo.endCursor;
}

function expectRefusal(answer: Awaited<ReturnType<typeof ask>>): void {
  // Below a list of parents, each of them says so.
  expect([...new Set(codes(answer))]).toEqual(['BAD_USER_INPUT']);
  expect(answer.errors?.[0]?.message).toContain('`after` is not a cursor of this list');
}

/** Lists that the platform pages: a place of another list would skip items in silence. */
const PLACED = new Set([
  ...['Organization.members', 'Organization.projectMemberships', 'Project.members', 'Project.roles'],
  ...['Project.requests', 'Query.organizations'],
]);

/** Another list refuses the cursor, or leads to the end of its own items. */
async function expectHarmless(connection: ConnectionField, caller: Caller, args: object): Promise<void> {
  const answer = await ask(connection, caller, { ...args, first: 100, after: await firstCursor(connection) });
  if (PLACED.has(connection.at) || answer.errors) return expectRefusal(answer);
  const whole = await ask(connection, caller, { ...args, first: 100 });
  const rest = answer.page.nodes;
  expect(rest).toEqual(whole.page.nodes.slice(whole.page.nodes.length - rest.length));
}

const TEXTS: Readonly<Record<string, unknown>> = {
  ...{ DateTime: '2025-12-09T00:00:00Z', ID: '0b7f6c1e-52c8-4c5b-9d0a-6f2f1f0e7a11', Int: 7 },
};

/** A valid value of an argument, other than its default and its example. */
function another(name: string, type: GraphQLInputType): unknown {
  const of = getNullableType(type);
  if (name === 'email') return 'other@acme.example';
  if (isListType(of)) return [another(name, of.ofType)];
  if (isEnumType(of)) return of.getValues().at(-1)!.name;
  if (!isInputObjectType(of)) return TEXTS[of.name] ?? 'x';
  const fields = Object.values(of.getFields());
  const given = name === 'orderBy' || name === 'window' ? fields : fields.slice(0, 1);
  return Object.fromEntries(given.map((field) => [field.name, another(field.name, field.type)]));
}

const later = (name: string, value: unknown) =>
  name === 'window' ? { from: '2025-12-08T00:00:00Z', to: '2025-12-09T00:00:00Z' } : value;

/** Lists of the platform itself, which have no parent of their own. */
const OF_THE_PLATFORM = new Set(['Query', 'LlmProvider']);

describe.each(connectionFields)('a cursor of $at', (connection) => {
  const others = connection.field.args.filter(({ name }) => name !== 'first' && name !== 'after');

  test('is taken with the same arguments and another size of the page', async () => {
    const answer = await ask(connection, here, { first: 3, after: await firstCursor(connection) });
    expect(answer.errors).toBeUndefined();
  });

  for (const { name, type } of others) {
    test(`is harmless with another \`${name}\``, async () => {
      await expectHarmless(connection, here, { [name]: later(name, another(name, type)) });
    });
  }

  if (!OF_THE_PLATFORM.has(connection.parent)) {
    test('is harmless below another parent', async () => {
      await expectHarmless(connection, elsewhere, {});
    });
  }

  test('is refused by other lists', async () => {
    const after = await firstCursor(connection);
    const place = connectionFields.indexOf(connection);
    for (const other of [connectionFields.at(place - 1)!, connectionFields[(place + 1) % connectionFields.length]!]) {
      expectRefusal(await ask(other, here, { after }));
    }
  });
});
