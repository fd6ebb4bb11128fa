import { type GraphQLResolveInfo, isNonNullType, isObjectType } from 'graphql';
import { describe, expect, test } from 'vitest';
import { AccessError } from '../../src/access/errors.ts';
import { PERMISSIONS, type Permission, READ } from '../../src/access/permissions.ts';
import { type PermittedField, permissionTable } from '../../src/graphql/permissionTable.ts';
import { createSubgraph } from '../../src/graphql/schema.ts';
import type { RequestContext } from '../../src/request/context.ts';
import type { Start } from '../../src/request/earlyStart.ts';
import { allBut, principalOf } from './principals.ts';

const schema = createSubgraph();
const table = permissionTable(schema);
const nameOf = ({ type, field }: PermittedField) => `${type.name}.${field.name}`;
const checked = table.filter((entry): entry is PermittedField & { permission: Permission } => entry.isChecked);

/** Parts of a request that the event of a refused mutation takes: none of them asks the platform. */
const AUDITING: Readonly<Record<string, unknown>> = {
  ...{ requestId: 'r', onBehalfOf: null, log: { error: () => undefined, warn: () => undefined } },
  audit: { write: async () => undefined },
  metrics: { countMutation: () => undefined, countAuditFailure: () => undefined },
  session: { isAbandoned: false },
  departure: { add: () => undefined },
};

/** A context that knows who asks, and fails whoever asks it for more than an event of the audit log takes. */
class Untouchable extends Error {}
const contextOf = (permissions: readonly Permission[]) =>
  new Proxy({ principal: principalOf(permissions) } as RequestContext, {
    get: (target, name) => {
      if (name === 'principal') return target.principal;
      if (String(name) in AUDITING) return AUDITING[String(name)];
      throw new Untouchable(String(name));
    },
  });

/** What resolving the field comes to, with these permissions. */
async function resolved({ field }: PermittedField, permissions: readonly Permission[]): Promise<unknown> {
  const args = { input: { projectId: '' }, representations: [{ __typename: 'Project', id: 'x' }] };
  try {
    return await field.resolve!({}, args, contextOf(permissions), {} as GraphQLResolveInfo);
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

test('no type that queries reach has a field without a permission', () => {
  const outcomes = new Set(
    table.filter((entry) => entry.permission === null && nameOf(entry) !== OPEN).map(({ type }) => type.name),
  );

  expect(
    [...outcomes].filter(
      (name) => !/(Payload|UserError|Verification|Counts|Invitation|Bulk\w+|Issued\w+|RouterInvalidation)$/.test(name),
    ),
  ).toEqual([]);
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
    if (start)
      expect(await start({ id: 'x', organizationId: null }, {}, contextOf(allBut(permission)), {} as never)).toBeNull();
  });

  test(`is resolved with ${permission} alone`, async () => {
    expect(refusalIn(await resolved(entry, [permission]))).not.toBeInstanceOf(AccessError);
  });
});
