import { readFileSync } from 'node:fs';
import { buildSchema } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { undeclaredBreaks } from '../../tools/schema/breaks.ts';
import { API_SCHEMA, sdlFiles } from '../../tools/schema/sdl.ts';
import { type Facade, startFacade } from '../support/facade.ts';
import { PREFIXES } from '../support/prefixed.ts';

const readFile = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

test.each(Object.keys(sdlFiles()))('%s is as the contract is now (npm run sdl)', (path) => {
  expect(readFile(path)).toBe(sdlFiles()[path]);
});

test('the API schema is a whole schema, without anything of federation', () => {
  const schema = buildSchema(readFile(API_SCHEMA));
  const names = [...Object.keys(schema.getTypeMap()), ...Object.keys(schema.getQueryType()!.getFields())];

  expect(names.filter((name) => /^_(?!_)|__.+__/.test(name))).toEqual([]);
  expect(schema.getDirectives().map(({ name }) => name)).not.toContain('key');
  expect(readFile(API_SCHEMA)).not.toMatch(/@(tag|key|shareable|cost|listSize)\b/);
});

test('.graphqlrc.yml names a schema that is there', () => {
  expect(readFile(readFile('.graphqlrc.yml').match(/^schema: (.+)$/m)![1]!)).toContain('type Query');
});

describe('a break', () => {
  const before = 'type Query { a: Int b(first: Int): Int }';
  const after = 'type Query { b(first: Int!): Int c: Int }';
  const removed = '- Breaking: Query.a was removed.';

  test('is named unless the changelog declares it', () => {
    const [first, second, ...more] = undeclaredBreaks(before, after, '');

    expect([first, more]).toEqual([removed, []]);
    expect(second).toMatch(/^- Breaking: .*Query\.b.*first.* Int to Int!\.$/);
    expect(undeclaredBreaks(before, after, `# Changes\n\n${removed}\n`)).toEqual([second]);
    expect(undeclaredBreaks(before, after, `${removed}\n${second}`)).toEqual([]);
  });

  test('is no addition', () => {
    expect(undeclaredBreaks(before, `${before} type More { a: Int }`, '')).toEqual([]);
  });
});

describe('GET /schema.graphql', () => {
  const [facades, get]: [Facade[], (env: Record<string, string>) => Promise<Response>] = [
    [],
    async (env) => {
      const facade = await startFacade({ env });
      facades.push(facade);
      return fetch(`${facade.url}/schema.graphql`);
    },
  ];
  let plain: Response;
  beforeAll(async () => {
    plain = await get({});
  });
  afterAll(() => Promise.all(facades.map((facade) => facade.close())));

  test('returns the API schema', async () => {
    expect(plain.headers.get('content-type')).toBe('application/graphql; charset=utf-8');
    expect(await plain.text()).toBe(readFile(API_SCHEMA));
  });

  test('has the names as served', async () => {
    const schema = buildSchema(await (await get(PREFIXES)).text());

    expect(Object.keys(schema.getQueryType()!.getFields())).toContain('geaiProject');
  });

  test('is not there where introspection is off', async () => {
    expect((await get({ EXPLORER: 'false' })).status).toBe(404);
  });
});
