import {
  type GraphQLNamedType,
  type GraphQLResolveInfo,
  getNamedType,
  isAbstractType,
  isNonNullType,
  isObjectType,
} from 'graphql';
import { describe, expect, test } from 'vitest';
import { AccessError } from '../../src/access/errors.ts';
import { PERMISSIONS, type Permission, READ } from '../../src/access/permissions.ts';
import { type PermittedField, permissionTable } from '../../src/graphql/permissionTable.ts';
import { createSubgraph } from '../../src/graphql/schema.ts';
import type { AuditEntry } from '../../src/observability/auditEntry.ts';
import type { RequestContext } from '../../src/request/context.ts';
import type { Start } from '../../src/request/earlyStart.ts';
import { allBut, principalOf } from './principals.ts';

const schema = createSubgraph();
const table = permissionTable(schema);
const nameOf = ({ type, field }: PermittedField) => `${type.name}.${field.name}`;
const checked = table.filter((entry): entry is PermittedField & { permission: Permission } => entry.isChecked);

/** Lines of the audit log that a refusal left. */
const written: AuditEntry[] = [];

/** Parts of a request that the event of a refused mutation takes: none of them asks the platform. */
const AUDITING: Readonly<Record<string, unknown>> = {
  ...{ requestId: 'r', onBehalfOf: null, log: { error: () => undefined, warn: () => undefined } },
  audit: { write: async (entry: AuditEntry) => written.push(entry) },
  metrics: { countMutation: () => undefined, countAuditFailure: () => undefined },
  session: { isAbandoned: false },
  departure: { add: () => undefined },
};

/** A context that knows who asks, and fails whoever asks it for more. A mutation may write an event of the audit log. */
class Untouchable extends Error {}
const contextOf = (permissions: readonly Permission[], isMutation = false) =>
  new Proxy({ principal: principalOf(permissions), admission: { isLarge: false } } as RequestContext, {
    get: (target, name) => {
      // The size of the answer decides how a list is written.
      if (name === 'principal' || name === 'admission') return target[name];
      if (isMutation && String(name) in AUDITING) return AUDITING[String(name)];
      throw new Untouchable(String(name));
    },
  });

const isMutation = ({ type }: PermittedField) => type.name === 'Mutation';

/** What resolving the field comes to, with these permissions. */
async function resolved(entry: PermittedField, permissions: readonly Permission[]): Promise<unknown> {
  const args = { input: { projectId: '' }, representations: [{ __typename: 'Project', id: 'x' }] };
  try {
    return await entry.field.resolve!({}, args, contextOf(permissions, isMutation(entry)), {} as GraphQLResolveInfo);
  } catch (error) {
    return error;
  }
}

/** The refusal, wherever the field puts it. */
const refusalIn = (result: unknown) => (Array.isArray(result) ? result[0] : result);

test('every field of every type has one permission, or is what a mutation tells of itself', () => {
  const fields = Object.values(schema.getTypeMap())
    .filter((type) => isObjectType(type) && !type.name.startsWith('_'))
    .flatMap((type) => (isObjectType(type) ? Object.keys(type.getFields()).map((name) => `${type.name}.${name}`) : []));

  expect(table.map(nameOf).sort()).toEqual(fields.filter((name) => name !== 'Query._service').sort());
  expect(table.filter(({ permission }) => permission !== null && !PERMISSIONS.includes(permission))).toEqual([]);
});

/** Whoever is let in may ask what is missing. What it tells beyond that takes `geai:read`. */
const OPEN = 'Query.viewer';

/** Names of the object types that a query reaches, by any path. */
function reachedByQueries(): ReadonlySet<string> {
  const reached = new Set<GraphQLNamedType>([schema.getQueryType()!]);
  for (const type of reached) {
    if (isAbstractType(type)) for (const possible of schema.getPossibleTypes(type)) reached.add(possible);
    if (isObjectType(type))
      for (const { type: below } of Object.values(type.getFields())) reached.add(getNamedType(below));
  }
  return new Set([...reached].filter(isObjectType).map(({ name }) => name));
}

test('no type that queries reach has a field without a permission', () => {
  const reached = reachedByQueries();
  const open = table.filter((entry) => entry.permission === null && reached.has(entry.type.name)).map(nameOf);

  expect(reached.size).toBeGreaterThan(50);
  expect(open).toEqual([OPEN]);
});

test('the outcome of a mutation leads to what queries reach through fields that check alone', () => {
  const reached = reachedByQueries();
  const steps = table.filter(
    ({ type, field }) => !reached.has(type.name) && reached.has(getNamedType(field.type).name),
  );

  expect(steps.length).toBeGreaterThan(5);
  expect(steps.filter(({ isChecked, permission }) => !isChecked || permission === null).map(nameOf)).toEqual([]);
});

test('every mutation declares a permission to write, and every field of the root one to read', () => {
  const of = (root: string) => table.filter((entry) => entry.type.name === root && nameOf(entry) !== OPEN);

  expect(of('Mutation').filter(({ permission }) => !permission?.endsWith(':write'))).toEqual([]);
  expect(
    of('Query')
      .filter(({ permission }) => permission !== READ)
      .map(nameOf),
  ).toEqual([]);
  expect([...of('Mutation'), ...of('Query')].filter(({ isChecked }) => !isChecked).map(nameOf)).toEqual([]);
});

test('a field that checks its permission can be null, so that a refusal leaves its siblings', () => {
  // References are refused in their own places.
  const checkedNonNull = checked.filter(({ field }) => isNonNullType(field.type) && field.name !== '_entities');

  expect(checkedNonNull.map(nameOf)).toEqual([]);
});

describe.each(checked.map((entry) => [nameOf(entry), entry] as const))('%s', (_name, entry) => {
  const { permission } = entry;
  const { start } = entry.field.extensions as { start?: Start };

  test(`is refused with every permission but ${permission}, before anything is asked of the request`, async () => {
    const refusal = refusalIn(await resolved(entry, allBut(permission)));

    expect(refusal).toBeInstanceOf(AccessError);
    expect(refusal).toMatchObject({ code: 'FORBIDDEN', details: { permission } });
    expect((refusal as Error).message).toContain(`\`${permission}\``);
    const refusals = isMutation(entry) ? [{ action: entry.field.name, outcome: 'FAILED', changed: false }] : [];
    expect(written.splice(0)).toMatchObject(refusals);
    if (start)
      expect(await start({ id: 'x', organizationId: null }, {}, contextOf(allBut(permission)), {} as never)).toBeNull();
  });

  test(`is resolved with ${permission} alone`, async () => {
    expect(refusalIn(await resolved(entry, [permission]))).not.toBeInstanceOf(AccessError);
  });
});
