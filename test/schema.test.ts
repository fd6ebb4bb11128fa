import {
  type GraphQLEnumType,
  type GraphQLField,
  type GraphQLInputField,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  getNamedType,
  getNullableType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isObjectType,
  isSpecifiedScalarType,
  isUnionType,
  print,
} from 'graphql';
import { describe, expect, test } from 'vitest';
import { createSubgraph } from '../src/graphql/schema.ts';
import { readContract } from '../src/graphql/sdl/contract.ts';

const schema = createSubgraph();
const typeMap = schema.getTypeMap();

/** What federation adds is not ours to describe. */
const FEDERATION = /^(_|federation__|link__)/;
const ROOTS = ['Query', 'Mutation'];

const types = Object.values(typeMap).filter(({ name }) => !FEDERATION.test(name) && !isIntrospection(name));
const objects = types.filter(isObjectType);
const inputs = types.filter(isInputObjectType);
const enums = types.filter(isEnumType);

interface Named<T> {
  readonly at: string;
  readonly element: T;
}

const fields: Named<GraphQLField<unknown, unknown>>[] = objects.flatMap((type) =>
  Object.values(type.getFields())
    .filter(({ name }) => !FEDERATION.test(name))
    .map((element) => ({ at: `${type.name}.${element.name}`, element })),
);
const inputFields: Named<GraphQLInputField>[] = inputs.flatMap((type) =>
  Object.values(type.getFields()).map((element) => ({ at: `${type.name}.${element.name}`, element })),
);
const args = fields.flatMap(({ at, element }) =>
  element.args.map((argument) => ({ at: `${at}(${argument.name})`, element: argument })),
);
const typeOf = (at: string) => String(fields.find((field) => field.at === at)?.element.type);
const named = (at: string) => fields.find((field) => field.at === at)!.element;

describe('descriptions', () => {
  const described: Named<{ readonly description?: string | null | undefined }>[] = [
    ...types
      .filter((type) => !ROOTS.includes(type.name) && !isSpecifiedScalarType(type))
      .map((element) => ({ at: element.name, element })),
    ...fields,
    ...args,
    ...inputFields,
    ...enums.flatMap((type) => type.getValues().map((element) => ({ at: `${type.name}.${element.name}`, element }))),
  ];

  test('of `changed` say that the platform accepted a change, and where it was seen', () => {
    const changes = fields.filter(({ at, element }) => /\.changed$/.test(at) && String(element.type) === 'Boolean!');
    for (const { at, element } of changes) {
      const type = typeMap[at.replace(/\..*/, '')] as GraphQLObjectType;
      const seenIn = ['verification', 'isConfirmed'].filter((name) => name in type.getFields());
      expect(element.description, at).toMatch(/^True if the platform accepted /);
      for (const name of seenIn) expect(element.description, at).toContain(`\`${name}\` says if it was seen`);
    }
    expect(changes.length).toBeGreaterThan(8);
  });

  test('are on every type, field, argument and enum value, as sentences', () => {
    const bare = described.filter(({ element }) => !/^[A-Z"`].*[.:]$/s.test(element.description?.trim() ?? ''));

    expect(described.length).toBeGreaterThan(100);
    expect(bare.map(({ at }) => at)).toEqual([]);
  });

  test('say what null means, wherever a field may be null', () => {
    const silent = fields
      .filter(({ element }) => !isNonNullType(element.type) && !isMutationField(element))
      .filter(({ element }) => !/null|without it|one that the credentials open/i.test(element.description ?? ''));

    expect(silent.map(({ at }) => at)).toEqual([]);
  });

  test('say the order of every list of a connection', () => {
    const silent = fields
      .filter(({ at }) => at.endsWith('Connection.nodes'))
      .filter(({ element }) => !/ordered by/.test(element.description ?? ''));

    expect(silent.map(({ at }) => at)).toEqual([]);
  });
});

describe('nullability', () => {
  test('a root field may always be null, so that our outage takes nobody else down', () => {
    const roots = fields.filter(({ at }) => ROOTS.includes(at.split('.')[0] ?? ''));

    expect(roots.length).toBeGreaterThan(5);
    expect(roots.filter(({ element }) => isNonNullType(element.type)).map(({ at }) => at)).toEqual([]);
  });

  /** Their cost is of what stands below them, or of what their parent has read by then. */
  const NEVER_NULL = [
    'ApiTokenIdentification.unreadableProjects',
    ...['OrganizationApiTokenConnection.unreadableProjects', 'UsageGroupConnection.unreadableProjects'],
    ...['Viewer.credentials', 'Viewer.organizations', 'Viewer.projects'],
  ];

  test('a field that may take a call may be null, so that its failure takes no sibling along', () => {
    const costing = fields.filter(({ element }) => element.extensions.reading?.cost !== undefined);

    expect(costing.length).toBeGreaterThan(40);
    expect(costing.filter(({ element }) => isNonNullType(element.type)).map(({ at }) => at)).toEqual(NEVER_NULL);
  });

  test('every entity has an id, and no id is ever null', () => {
    const entity = schema.getType('_Entity');
    const entities = isUnionType(entity) ? entity.getTypes().map(({ name }) => name) : [];
    const ids = fields.filter(({ element }) => element.name === 'id');

    expect(entities.length).toBeGreaterThan(3);
    expect(ids.map(({ at }) => at)).toEqual(expect.arrayContaining(entities.map((name) => `${name}.id`)));
    expect(ids.filter(({ element }) => String(element.type) !== 'ID!')).toEqual([]);
  });

  /** Lists of answers that are not `[T!]!` though they take no call, and why. */
  const EXCEPTIONS: Record<string, string> = {
    'Viewer.projects': '[Project]!', // each project is read by itself, and one that fails must not take the others along
    'AssistantRevision.messages': '[AssistantMessage!]', // a prompt that is not in the known form tells no messages
    'BlockApiTokensPayload.projects': '[BulkApiTokenProject!]', // a bad argument must not take the outcome along
    'UnblockApiTokensPayload.projects': '[BulkApiTokenProject!]', // the same
  };

  const isList = ({ element: { type } }: Named<{ readonly type: GraphQLInputField['type'] | GraphQLOutputType }>) =>
    isListType(getNullableType(type));

  test('a list is there, and so is each of its elements', () => {
    const lists = fields.filter(isList);
    const takesACall = ({ at, element }: Named<GraphQLField<unknown, unknown>>) =>
      !(at in EXCEPTIONS) && element.extensions.reading?.cost !== undefined;
    const usual = (one: (typeof lists)[number]) => (takesACall(one) ? /^\[\w+!\]!?$/ : /^\[\w+!\]!$/);
    const unusual = lists.filter((one) => !usual(one).test(String(one.element.type)));

    expect(Object.fromEntries(unusual.map(({ at, element }) => [at, String(element.type)]))).toEqual(EXCEPTIONS);
  });

  test('a list of an input may be absent, and each of its elements is there', () => {
    const lists = inputFields.filter(isList);

    expect(lists.length).toBeGreaterThan(5);
    expect(lists.filter(({ element }) => !/^\[\w+!\]!?$/.test(String(element.type)))).toEqual([]);
  });
});

describe('enums', () => {
  /** Enums of answers whose values are the facade's own: the platform cannot add to them. */
  const OURS = [
    ...['ApiTokenScope', 'CredentialKind', 'RotationStage', 'TokenVerificationOutcome', 'BulkApiTokenOutcome'],
    ...['TokenFindingCertainty', 'TokenFindingKind', 'TokenFindingSeverity', 'ApiTokenAttribution'],
    ...['ApiTokenIdentificationOutcome', 'UsageLimitSetting'],
  ];

  const returned = new Set(fields.map(({ element }) => getNamedType(element.type).name));
  const isOurs = ({ name }: GraphQLEnumType) => OURS.includes(name) || /(Error|Problem)Code$/.test(name);
  const isGrowing = (type: GraphQLEnumType) => returned.has(type.name) && !isOurs(type);
  const last = (type: GraphQLEnumType) => type.getValues().at(-1)?.name;

  test('end in UNRECOGNIZED if the platform may add to them, and no others have it', () => {
    expect(enums.filter(isGrowing).length).toBeGreaterThan(6);
    expect(enums.filter((type) => isGrowing(type) !== (last(type) === 'UNRECOGNIZED'))).toEqual([]);
  });

  test('of our own are all returned', () => {
    expect(OURS.filter((name) => !returned.has(name))).toEqual([]);
  });

  test('have values in capitals', () => {
    const values = enums.flatMap((type) => type.getValues().map(({ name }) => name));

    expect(values.filter((name) => !/^[A-Z]+(_[A-Z]+)*$/.test(name))).toEqual([]);
  });
});

describe('connections', () => {
  const connections = fields.filter(({ element }) => getNamedType(element.type).name.endsWith('Connection'));

  test.each(connections.map(({ at }) => at))('%s takes `first` and `after`', (at) => {
    const { args: own } = named(at);
    const described = own.map(({ name, type, defaultValue }) => [name, String(type), defaultValue]);

    expect(described.slice(0, 2)).toEqual([
      ['first', 'Int!', 20],
      ['after', 'String', undefined],
    ]);
  });

  test('take `orderBy`, or say why not', () => {
    const orders = connections.map(({ at, element: { args: own, description } }) => ({
      at,
      isOrdered: own.some(({ name, type }) => name === 'orderBy' && isInputObjectType(type)),
      saysWhy: /has no\s`orderBy`/i.test(description ?? ''),
    }));

    expect(orders.filter(({ isOrdered }) => isOrdered).length).toBeGreaterThan(15);
    expect(orders.filter(({ isOrdered, saysWhy }) => isOrdered === saysWhy)).toEqual([]);
  });

  test('have nodes, edges and a pageInfo', () => {
    const names = [...new Set(connections.map(({ element }) => getNamedType(element.type).name))].sort();

    expect(names.length).toBeGreaterThan(15);
    for (const name of names) {
      expect(typeOf(`${name}.nodes`)).toBe(`[${name.replace(/^Organization(?!Connection)|Connection/g, '')}!]!`);
      const edge = name.replace('Connection', 'Edge');
      expect(typeOf(`${name}.edges`)).toBe(`[${edge}!]!`);
      expect(typeOf(`${edge}.cursor`)).toBe('String!');
      expect(`[${typeOf(`${edge}.node`)}]!`).toBe(typeOf(`${name}.nodes`));
      expect(typeOf(`${name}.pageInfo`)).toBe('PageInfo!');
    }
    const ofPageInfo = fields.filter(({ at }) => at.startsWith('PageInfo.'));
    expect(Object.fromEntries(ofPageInfo.map(({ element }) => [element.name, String(element.type)]))).toEqual({
      hasNextPage: 'Boolean!',
      hasPreviousPage: 'Boolean!',
      startCursor: 'String',
      endCursor: 'String',
    });
  });
});

/** Members of the platform's JSON, as the REST reference spells them. In a graph an object is linked to, not named by id. */
const REST_MEMBER =
  /^((project|organization|assistant|apiToken|revision|intent)(Id|Name|Description|Status|Active|Type|Priority)|timestamp|intents|prompt|detail|relatedEntityName|apiTokenName)$/i;

test('only inputs take ids of the REST API, and no field but a prompt is named like its members', () => {
  const isTaken = ({ at, element }: Named<{ readonly name: string }>) =>
    /\(|^\w+(Input|Filter)\./.test(at) && /^(project|organization)Id$/.test(element.name);
  const restful = [...fields, ...args, ...inputFields].filter(({ element }) => REST_MEMBER.test(element.name));

  expect(restful.filter((one) => !isTaken(one)).map(({ at }) => at)).toEqual(['ProjectRequest.prompt']);
});

test('only the payloads that create can hold a secret, clear or sealed', () => {
  const telling = [...fields, ...args, ...inputFields].filter(({ element }) =>
    /secret|bearer|password/i.test(element.name),
  );

  expect(telling.map(({ at }) => at)).toEqual(
    ['CreateApiTokenPayload', 'IssuedApiToken', 'RotateApiTokenPayload'].flatMap((type) => [
      `${type}.secret`,
      `${type}.sealedSecret`,
    ]),
  );
});

test('the contract as written has no tag: src/graphql/sdl/audience.ts says who sees what', () => {
  expect(print(readContract())).not.toMatch(/@tag\b/);
});

function isIntrospection(name: string): boolean {
  return name.startsWith('__');
}

function isMutationField(field: GraphQLField<unknown, unknown>): boolean {
  return (getNamedType(field.type) as GraphQLNamedType).name.endsWith('Payload');
}
