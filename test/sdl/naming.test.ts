import { lexicographicSortSchema, parse, printSchema } from 'graphql';
import { describe, expect, test } from 'vitest';
import { createSubgraph } from '../../src/graphql/schema.ts';
import { namingOf } from '../../src/graphql/sdl/naming.ts';
import { renamed } from '../../src/graphql/sdl/rename.ts';
import { PREFIXED } from '../support/prefixed.ts';

const CONTRACT = parse(`
  type Query { project(id: ID!): Project }
  type Project @key(fields: "id") { id: ID! status: ProjectStatus }
  enum ProjectStatus { ACTIVE }
`);

test('root fields and types have the prefix, entities their own, fields and values none', () => {
  const naming = namingOf(CONTRACT, { schemaPrefix: 'geai', schemaEntityPrefix: '' });

  expect(['project', 'other'].map(naming.rootField)).toEqual(['geaiProject', 'other']);
  expect(['Project', 'ProjectStatus', 'Query', 'ID'].map(naming.type)).toEqual([
    ...['Project', 'GeaiProjectStatus', 'Query', 'ID'],
  ]);
});

test.each(['geai', 'Geai'])('%s begins fields in lower case and types in upper case', (schemaPrefix) => {
  const naming = namingOf(CONTRACT, { schemaPrefix, schemaEntityPrefix: schemaPrefix });

  expect([naming.rootField('project'), naming.type('Project')]).toEqual(['geaiProject', 'GeaiProject']);
});

test('prefixes that give two types one name are refused', () => {
  const clashing = parse('type Query { a: T } type T { a: ProjectT } type ProjectT { a: Int }');

  expect(() => namingOf(clashing, { schemaPrefix: 'Project', schemaEntityPrefix: '' })).toThrow(/name ProjectT\./);
});

test('a description quotes types and operations by the names as served', () => {
  const contract = parse(
    'type Query { "A `Project`, by `Project.id` of `plans`." findProject: Project } type Project { id: ID }',
  );
  const [query] = renamed(namingOf(contract, PREFIXED))(contract).definitions;

  expect(JSON.stringify(query)).toContain('A `GeaiProject`, by `GeaiProject.id` of `plans`.');
});

describe('the contract under both prefixes', () => {
  const text = (settings?: typeof PREFIXED) => printSchema(lexicographicSortSchema(createSubgraph(settings)));

  test('is the plain one but for the prefixes', () => {
    // A longer name may wrap a description, and none comes before another in the same order.
    const words = (sdl: string) => sdl.split(/[\s"]+/).sort();
    const withoutPrefix = text(PREFIXED)
      .replaceAll(/\bGeai(?=[A-Z])/g, '')
      .replaceAll(/\bgeai([A-Z])/g, (_all, first: string) => first.toLowerCase());

    expect(words(withoutPrefix)).toEqual(words(text()));
  });

  test('leaves no type and no root field without one', () => {
    const schema = createSubgraph(PREFIXED);
    const ours = Object.keys(schema.getTypeMap()).filter((name) => !/^(_|link__|federation__)/.test(name));
    const roots = [schema.getQueryType()!, schema.getMutationType()!].flatMap((type) => Object.keys(type.getFields()));

    expect(ours.filter((name) => !name.startsWith('Geai')).sort()).toEqual([
      ...['Boolean', 'Float', 'ID', 'Int', 'Mutation', 'Query', 'String'],
    ]);
    expect(roots.filter((name) => !name.startsWith('geai'))).toEqual(['_entities', '_service']);
  });
});
