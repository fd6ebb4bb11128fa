import {
  type GraphQLEnumType,
  type GraphQLField,
  type GraphQLInputField,
  type GraphQLNamedType,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isObjectType,
  isSpecifiedScalarType,
} from 'graphql';
import { describe, expect, test } from 'vitest';
import { createSubgraph } from '../src/graphql/schema.ts';

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

const FIGURES_THAT_ARE_LISTS = Object.fromEntries(
  fields
    .filter(({ at, element }) => at.startsWith('AnalyticsFigures.') && isListType(element.type))
    .map(({ at, element }) => [at, `[${getNamedType(element.type).name}!]`]),
);

describe('nullability', () => {
  test('a root field may always be null, so that our outage takes nobody else down', () => {
    const roots = fields.filter(({ at }) => ROOTS.includes(at.split('.')[0] ?? ''));

    expect(roots.length).toBeGreaterThan(5);
    expect(roots.filter(({ element }) => isNonNullType(element.type)).map(({ at }) => at)).toEqual([]);
  });

  /** Their cost is of what stands below them, or of what their parent has read by then. */
  const NEVER_NULL = [
    'ApiTokenIdentification.unreadableProjects',
    ...['OrganizationApiTokenConnection.unreadableProjects'],
    ...['Viewer.credentials', 'Viewer.organizations', 'Viewer.projects'],
  ];

  test('a field that may take a call of its own may be null, so that its failure takes no sibling along', () => {
    const costing = fields.filter(({ element }) => element.extensions.reading?.cost !== undefined);

    expect(costing.length).toBeGreaterThan(40);
    expect(costing.filter(({ element }) => isNonNullType(element.type)).map(({ at }) => at)).toEqual(NEVER_NULL);
  });

  test('every id is there', () => {
    const ids = fields.filter(({ element }) => element.name === 'id');

    expect(ids).toHaveLength(4);
    expect(ids.map(({ element }) => String(element.type))).toEqual(ids.map(() => 'ID!'));
  });

  /** Lists that are not `[T!]!`, and why. */
  const EXCEPTIONS: Record<string, string> = {
    ...FIGURES_THAT_ARE_LISTS, // take a call of their own
    'Viewer.projects': '[Project]!', // each project is read by itself, and one that fails must not take the others along
    'Assistant.revisions': '[AssistantRevision!]', // takes a call of its own
    'AssistantRevision.messages': '[AssistantMessage!]', // a prompt that is not in the known form tells no messages
    'ProjectApiTokenFilter.status': '[ApiTokenStatus!]', // absent: every status
    'OrganizationApiTokenFilter.projectIds': '[ID!]', // absent: every project
    'OrganizationApiTokenFilter.status': '[ApiTokenStatus!]', // absent: every status
    'ProjectFilter.status': '[ProjectStatus!]', // absent: every status
    'BlockApiTokensPayload.projects': '[BulkApiTokenProject!]', // a bad argument must not take the outcome along
    'UnblockApiTokensPayload.projects': '[BulkApiTokenProject!]', // the same
    'BlockApiTokensInput.ids': '[ID!]', // absent: `filter` says which
    'UnblockApiTokensInput.ids': '[ID!]', // the same
    'ApiTokenFilter.projectIds': '[ID!]', // absent: every project
    'ApiTokenFilter.status': '[ApiTokenStatus!]', // absent: every status
    'ProjectRequestFilter.status': '[ProjectRequestStatus!]', // absent: every status
  };

  test('a list is there, and so is each of its elements', () => {
    const lists = [...fields, ...inputFields].filter(
      ({ element: { type } }) => isListType(type) || (isNonNullType(type) && isListType(type.ofType)),
    );
    const unusual = lists.filter(({ element }) => !/^\[\w+!\]!$/.test(String(element.type)));

    expect(Object.fromEntries(unusual.map(({ at, element }) => [at, String(element.type)]))).toEqual(EXCEPTIONS);
  });
});

describe('enums', () => {
  /** Enums of answers whose values are the facade's own: the platform cannot add to them. */
  const OURS = [
    ...['ApiTokenScope', 'CredentialKind', 'RotationStage', 'TokenVerificationOutcome'],
    ...['ApiTokenUserErrorCode', 'CreateProjectUserErrorCode'],
    ...['BulkApiTokenOutcome', 'BulkApiTokenProblemCode', 'BulkApiTokenUserErrorCode'],
    ...['TokenFindingCertainty', 'TokenFindingKind', 'TokenFindingSeverity', 'ApiTokenAttribution'],
    ...['ApiTokenIdentificationOutcome', 'UsageLimitSetting', 'UsageLimitUserErrorCode'],
    'ProjectUserErrorCode',
  ];

  const returned = new Set(fields.map(({ element }) => getNamedType(element.type).name));
  const growing = enums.filter(({ name }) => returned.has(name) && !OURS.includes(name));

  test('that the platform may add to end in UNRECOGNIZED, and no others have it', () => {
    const names = (some: readonly GraphQLEnumType[]) => some.map(({ name }) => name).sort();
    const last = (type: GraphQLEnumType) => type.getValues().at(-1)?.name;

    expect(names(growing)).toEqual([
      'ApiTokenStatus',
      'AssistantStatus',
      'LlmModelType',
      'MemberRoleKind',
      'PluginPolicyScope',
      'ProjectRequestStatus',
      'ProjectStatus',
      'UsageLimitPeriod',
      'UsageLimitStatus',
      'UsageLimitUnit',
    ]);
    expect(names(enums.filter((type) => last(type) === 'UNRECOGNIZED'))).toEqual(names(growing));
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

test('no field and no argument is named like a member of the REST API; only what is given takes such an id, and a prompt is a prompt', () => {
  const restful = [...fields, ...args, ...inputFields].filter(({ element }) => REST_MEMBER.test(element.name));

  expect(restful.map(({ at }) => at)).toEqual([
    'ProjectRequest.prompt',
    'Query.identifyApiToken(organizationId)',
    'CreateApiTokenInput.projectId',
    'ApiTokenFilter.organizationId',
    'CreateProjectInput.organizationId',
    ...['SetUsageLimitInput.projectId', 'SetUsageLimitInput.organizationId'],
    ...['CancelUsageLimitInput.projectId', 'CancelUsageLimitInput.organizationId'],
  ]);
});

test('no field and no argument of a read can hold a secret: only the payloads that create show one, clear or sealed', () => {
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

function isIntrospection(name: string): boolean {
  return name.startsWith('__');
}

function isMutationField(field: GraphQLField<unknown, unknown>): boolean {
  return (getNamedType(field.type) as GraphQLNamedType).name.endsWith('Payload');
}
