import { buildSchema, type DocumentNode, isInputObjectType, isInterfaceType, isObjectType, Kind, parse } from 'graphql';
import { describe, expect, test } from 'vitest';
import { AUDIENCES } from '../src/graphql/sdl/audience.ts';
import { PREFIXED } from '../test/support/prefixed.ts';
import { subgraphSdl } from '../tools/schema/sdl.ts';
import { CONTRACT_COMPOSERS, fixture, type Subgraph } from './composers.ts';

const subgraph = (sdl: string): Subgraph => ({ name: 'geai', url: 'http://geai.test/graphql', sdl });
const PLAIN = subgraphSdl();

/** Fields of the subgraph with these tags, as `Type.field`. */
function taggedFields({ definitions }: DocumentNode, tags: readonly string[]): string[] {
  const found = new Set<string>();
  for (const type of definitions) {
    if (!('fields' in type) || !('name' in type) || !type.name) continue;
    for (const field of type.fields ?? []) {
      const directives = [...(type.directives ?? []), ...(field.directives ?? [])];
      const own = directives.flatMap(({ name, arguments: [value] = [] }) =>
        name.value === 'tag' && value?.value.kind === Kind.STRING ? [value.value.value] : [],
      );
      if (own.some((tag) => tags.includes(tag))) found.add(`${type.name.value}.${field.name.value}`);
    }
  }
  return [...found].sort();
}

/** Fields that a contract shows. */
function shownFields(sdl: string): string[] {
  const types = Object.values(buildSchema(sdl).getTypeMap()).filter(({ name }) => !name.startsWith('__'));
  return types
    .filter((type) => isObjectType(type) || isInterfaceType(type) || isInputObjectType(type))
    .flatMap((type) => Object.keys(type.getFields()).map((field) => `${type.name}.${field}`))
    .sort();
}

describe.each(Object.entries(CONTRACT_COMPOSERS))('a contract composed by %s', (_name, compose) => {
  test.each(AUDIENCES.map((_last, index) => AUDIENCES.slice(0, index + 1)))(
    'of the tags %s … shows exactly their fields',
    (...tags) => {
      const { errors, hints, sdl } = compose([subgraph(PLAIN)], tags);

      expect({ errors, hints }).toEqual({ errors: [], hints: [] });
      expect(shownFields(sdl)).toEqual(taggedFields(parse(PLAIN), tags));
    },
  );

  test('of the public alone has no type that only others reach', () => {
    const { sdl } = compose([subgraph(PLAIN)], ['public']);
    const types = Object.keys(buildSchema(sdl).getTypeMap());

    expect(types).toEqual(expect.arrayContaining(['Project', 'ApiToken', 'ApiTokenStatus', 'ProjectFilter']));
    for (const hidden of [
      'Mutation',
      'CreateApiTokenPayload',
      'CreateApiTokenInput',
      'ApiTokenUserErrorCode',
      'Member',
    ]) {
      expect(types).not.toContain(hidden);
    }
  });

  test('composes with prefixes too, beside a subgraph without tags', () => {
    const { errors, sdl } = compose([subgraph(subgraphSdl(PREFIXED)), fixture('clashing')], ['public']);

    expect(errors).toEqual([]);
    expect(shownFields(sdl)).toContain('Query.geaiProject');
    expect(shownFields(sdl)).not.toContain('Query.viewer');
  });
});
