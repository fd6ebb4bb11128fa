import { type GraphQLArgument, isEnumType, isInputObjectType, isObjectType } from 'graphql';
import { expect, test } from 'vitest';
import { createSubgraph } from '../src/graphql/schema.ts';
import { inputsOf, inputTypeOf } from './support/examples.ts';

// The names that others build on (design.md 2). The rest of the schema may grow; these may not change.
const schema = createSubgraph();

/** The fields of a type with their arguments, such as `{ project: '(id: ID!): Project' }`. */
function signaturesOf(typeName: string): Record<string, string> {
  const type = schema.getType(typeName);
  if (!isObjectType(type) && !isInputObjectType(type)) throw new Error(`${typeName} has no fields`);
  return Object.fromEntries(
    Object.values(type.getFields()).map((field) => {
      const args = 'args' in field ? field.args.map((one: GraphQLArgument) => `${one.name}: ${one.type}`) : [];
      return [field.name, `${args.length > 0 ? `(${args.join(', ')})` : ''}: ${field.type}`];
    }),
  );
}

test.each<[string, Record<string, string>]>([
  [
    'Query',
    {
      viewer: ': Viewer',
      organization: '(id: ID): Organization',
      project: '(id: ID!): Project',
      apiToken: '(id: ID!): ApiToken',
      assistant: '(id: ID!): Assistant',
    },
  ],
  ['Organization', { id: ': ID!' }],
  ['Project', { id: ': ID!', organization: ': Organization', status: ': ProjectStatus!' }],
  ['ApiToken', { id: ': ID!', project: ': Project', status: ': ApiTokenStatus!', scope: ': ApiTokenScope!' }],
  ['Assistant', { id: ': ID!', project: ': Project' }],
  ['ApiTokenUserError', { code: ': ApiTokenUserErrorCode!', message: ': String!', field: ': String' }],
  [
    'PageInfo',
    { hasNextPage: ': Boolean!', hasPreviousPage: ': Boolean!', startCursor: ': String', endCursor: ': String' },
  ],
])('%s has what the contract names', (typeName, expected) => {
  expect(signaturesOf(typeName)).toMatchObject(expected);
});

test.each([
  ['Organization', 'projects', 'ProjectConnection'],
  ['Project', 'apiTokens', 'ApiTokenConnection'],
  ['Project', 'assistants', 'AssistantConnection'],
])('%s.%s is a connection', (typeName, field, connection) => {
  expect(signaturesOf(typeName)[field]).toMatch(new RegExp(`^\\(first: Int!, after: String.*\\): ${connection}$`));
});

test.each([
  ['ApiTokenStatus', ['ACTIVE', 'BLOCKED', 'REVOKED', 'UNRECOGNIZED']],
  ['ApiTokenScope', ['ORGANIZATION', 'PROJECT']],
  ['ProjectStatus', ['ACTIVE', 'HIDDEN', 'DELETED', 'UNRECOGNIZED']],
])('%s has the values of the contract', (typeName, values) => {
  const type = schema.getType(typeName);

  expect(isEnumType(type) && type.getValues().map(({ name }) => name)).toEqual(values);
});

const TARGET = { id: ': ID!', reason: ': String' };
const MUTATIONS: [name: string, input: Record<string, string>][] = [
  [
    'createApiToken',
    { projectId: ': ID!', name: ': String!', description: ': String', status: ': NewApiTokenStatus!' },
  ],
  ['blockApiToken', TARGET],
  ['unblockApiToken', TARGET],
  ['revokeApiToken', TARGET],
  ['updateApiToken', { id: ': ID!', description: ': String!' }],
];

const ALL = Object.keys(signaturesOf('Mutation'));

test('the mutations of the contract are there', () => {
  expect(ALL).toEqual(expect.arrayContaining(MUTATIONS.map(([name]) => name)));
});

test.each(ALL)('%s takes one input, returns a payload with user errors, and has an example', (name) => {
  const base = inputTypeOf(name).replace(/Input$/, '');
  const { userErrors } = signaturesOf(`${base}Payload`);
  const errorType = /^: \[(\w+)!\]!$/.exec(userErrors ?? '')?.[1];

  expect(signaturesOf('Mutation')[name]).toBe(`(input: ${base}Input!): ${base}Payload`);
  expect(signaturesOf(errorType ?? '')).toMatchObject({ message: ': String!', field: ': String' });
  expect(inputsOf(name).length).toBeGreaterThan(0);
});

test.each(MUTATIONS)('%s takes one input, and gives the token and the mistakes', (name, input) => {
  const base = `${name[0]?.toUpperCase()}${name.slice(1)}`;

  expect(signaturesOf('Mutation')[name]).toBe(`(input: ${base}Input!): ${base}Payload`);
  expect(signaturesOf(`${base}Input`)).toMatchObject(input);
  expect(signaturesOf(`${base}Payload`)).toMatchObject({
    apiToken: ': ApiToken',
    userErrors: ': [ApiTokenUserError!]!',
  });
});

test('a new token is active unless it is asked for otherwise, and its secret is in that one payload', () => {
  const input = schema.getType('CreateApiTokenInput');

  expect(isInputObjectType(input) && input.getFields().status?.defaultValue).toBe('ACTIVE');
  expect(signaturesOf('CreateApiTokenPayload').secret).toBe(': String');
});
