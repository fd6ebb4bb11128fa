import { type DirectiveNode, getNamedType, isInterfaceType, isObjectType, Kind } from 'graphql';
import { describe, expect, test } from 'vitest';
import { createSubgraph, readTypeDefs } from '../../src/graphql/schema.ts';
import { AUDIENCES, BY_FIELD } from '../../src/graphql/sdl/audience.ts';

const served = readTypeDefs();
const tagsOf = ({ directives = [] }: { directives?: readonly DirectiveNode[] | undefined }) =>
  directives.flatMap(({ name, arguments: [value] = [] }) =>
    name.value === 'tag' && value?.value.kind === Kind.STRING ? [value.value.value] : [],
  );

/** The audience of each field, as `Type.field`: its own tag, or that of its type. */
const audiences = new Map<string, string[]>();
for (const type of served.definitions) {
  if (!('fields' in type) || !('name' in type) || !type.name) continue;
  for (const field of type.fields ?? []) {
    audiences.set(`${type.name.value}.${field.name.value}`, [...tagsOf(type), ...tagsOf(field)]);
  }
}
const audienceOf = (at: string) => audiences.get(at)?.join();

test('every field has one audience', () => {
  expect(audiences.size).toBeGreaterThan(500);
  expect([...audiences].filter(([, tags]) => tags.length !== 1 || !AUDIENCES.some((one) => one === tags[0]))).toEqual(
    [],
  );
});

test.each([
  ['Query.project', 'public'],
  ['Project.apiTokens', 'public'],
  ['ApiToken.hint', 'public'],
  ['PageInfo.hasNextPage', 'public'],
  ['Query.identifyApiToken', 'admin'],
  ['Organization.members', 'admin'],
  ['Mutation.createApiToken', 'admin'],
  ['CreateApiTokenPayload.apiToken', 'admin'],
  ['CreateApiTokenPayload.secret', 'secret'],
  ['RotateApiTokenPayload.sealedSecret', 'secret'],
  ['ProjectRequest.prompt', 'content'],
  ['AssistantMessage.content', 'content'],
])('%s is for the audience %s', (at, audience) => {
  expect(audienceOf(at)).toBe(audience);
});

test('every field that is named for an audience is in the contract', () => {
  expect(Object.keys(BY_FIELD).filter((at) => !audiences.has(at))).toEqual([]);
});

test('codes of errors are for everybody', () => {
  const codes = served.definitions.find(
    (node) => node.kind === Kind.ENUM_TYPE_DEFINITION && node.name.value === 'ErrorCode',
  );

  expect(codes && 'directives' in codes && tagsOf(codes)).toEqual(['public']);
});

test('no mutation is public, and what can show a secret is for the audience `secret`', () => {
  const of = (pattern: RegExp) => [...audiences].filter(([at]) => pattern.test(at)).map(([, tags]) => tags.join());

  expect(of(/^Mutation\./)).not.toContain('public');
  expect(new Set(of(/Payload\.\w*[sS]ecret$|IssuedApiToken\.\w*[sS]ecret$/))).toEqual(new Set(['secret']));
});

describe('part that the audience `public` sees', () => {
  const schema = createSubgraph();
  /** Types behind public fields. */
  const reached = new Set<string>();
  const follow = (name: string) => {
    if (reached.has(name)) return;
    reached.add(name);
    const type = schema.getType(name);
    if (!isObjectType(type) && !isInterfaceType(type)) return;
    for (const field of Object.values(type.getFields())) {
      if (audienceOf(`${name}.${field.name}`) === 'public') follow(getNamedType(field.type).name);
    }
  };
  follow('Query');

  test('leads to the entities, and to no type that has nothing to show', () => {
    const empty = [...reached].filter((name) => {
      const type = schema.getType(name);
      const fields = isObjectType(type) ? Object.keys(type.getFields()) : [];
      return isObjectType(type) && !fields.some((field) => audienceOf(`${name}.${field}`) === 'public');
    });

    expect([...reached]).toEqual(expect.arrayContaining(['Organization', 'Project', 'ApiToken', 'Assistant']));
    expect(empty).toEqual([]);
  });
});
