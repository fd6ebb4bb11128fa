import { parse } from 'graphql';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Facade, startFacade } from '../support/facade.ts';
import { COSTS_SDL } from './costsSubgraph.ts';
import { compose, type Subgraph, servedSdl } from './supergraph.ts';

const COSTS: Subgraph = { name: 'costs', url: 'http://costs.test/graphql', sdl: COSTS_SDL };
const ENTITIES = ['ApiToken', 'Assistant', 'Organization', 'Project'];

let facade: Facade;
let geai: Subgraph;

beforeAll(async () => {
  // As in production, where introspection is off: composing must not depend on it.
  facade = await startFacade({ env: { NODE_ENV: 'production' } });
  geai = { name: 'geai', url: 'http://geai.test/graphql', sdl: await servedSdl(facade.url) };
});
afterAll(() => facade.close());

test('the served contract composes alone, without errors or hints', () => {
  const { supergraphSdl, errors, hints } = compose([geai]);

  expect({ errors, hints }).toEqual({ errors: [], hints: [] });
  expect(supergraphSdl).toContain('type Project');
});

test('the schema composes with a subgraph that extends and refers to its entities, without errors or hints', () => {
  const { supergraphSdl, errors, hints } = compose([geai, COSTS]);

  expect({ errors, hints }).toEqual({ errors: [], hints: [] });
  expect(fieldsOf('Project', supergraphSdl ?? '')).toEqual(expect.arrayContaining(['apiTokens', 'monthlyBudget']));
  expect(fieldsOf('Organization', supergraphSdl ?? '')).toEqual(expect.arrayContaining(['projects', 'monthlyBudget']));
});

test('the order of the subgraphs does not matter', () => {
  const { errors, hints } = compose([COSTS, geai]);

  expect({ errors, hints }).toEqual({ errors: [], hints: [] });
});

test('serving the contract takes no credential and asks nothing of the platform', async () => {
  facade.emulator.resetCalls();
  await servedSdl(facade.url);

  expect(facade.upstream()).toEqual({});
});

test('the contract links federation 2 and gives each entity its key, and no other type one', () => {
  const document = parse(geai.sdl);
  const links = document.definitions.flatMap((definition) =>
    definition.kind === 'SchemaExtension' || definition.kind === 'SchemaDefinition'
      ? (definition.directives ?? []).filter(({ name }) => name.value === 'link')
      : [],
  );
  const federation = links.filter((link) =>
    argumentOf(link, 'url').startsWith('https://specs.apollo.dev/federation/v2.9'),
  );
  expect(federation).toHaveLength(1);

  const keyed = document.definitions.flatMap((definition) => {
    if (definition.kind !== 'ObjectTypeDefinition' && definition.kind !== 'ObjectTypeExtension') return [];
    const keys = definition.directives?.filter(({ name }) => name.value === 'key') ?? [];
    return keys.map((key) => [definition.name.value, argumentOf(key, 'fields')]);
  });
  const platformKey = ['Assistant', 'project { id } platformId'];
  expect(keyed.sort()).toEqual([...ENTITIES.map((name) => [name, 'id']), platformKey].sort());
});

test('a contract that is wrong does not pass: the composer is really asked', () => {
  const clashing = { ...COSTS, sdl: COSTS_SDL.replace('monthlyBudget: Int', 'name: String!') };

  expect(compose([geai, clashing]).errors.join('\n')).toContain('"Project.name"');
});

interface Applied {
  readonly arguments?: readonly {
    readonly name: { readonly value: string };
    readonly value: { readonly kind: string };
  }[];
}

function argumentOf(directive: Applied, name: string): string {
  const value = directive.arguments?.find((argument) => argument.name.value === name)?.value;
  return value && 'value' in value ? String(value.value) : '';
}

function fieldsOf(typeName: string, sdl: string): string[] {
  return parse(sdl).definitions.flatMap((definition) =>
    definition.kind === 'ObjectTypeDefinition' && definition.name.value === typeName
      ? (definition.fields ?? []).map(({ name }) => name.value)
      : [],
  );
}
