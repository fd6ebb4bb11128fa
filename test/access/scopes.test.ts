import { Kind, parse } from 'graphql';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Emulator, startEmulator } from '../../emulator/emulator.ts';
import { permissionTable } from '../../src/graphql/permissionTable.ts';
import { createSubgraph } from '../../src/graphql/schema.ts';
import { compose } from '../federation/supergraph.ts';
import { startFacade } from '../support/facade.ts';
import { type Issuer, jwtMode, startIssuer } from '../support/issuer.ts';

let issuer: Issuer;
let emulator: Emulator;

beforeAll(async () => {
  [issuer, emulator] = await Promise.all([startIssuer(), startEmulator({ projects: 1 })]);
});
afterAll(async () => {
  await issuer.close();
  await emulator.close();
});

/** The SDL that a facade serves to whoever composes. */
async function sdlWith(env: Record<string, string>): Promise<string> {
  const facade = await startFacade({ sharedEmulator: emulator, env });
  const token = await issuer.token();
  const headers = { authorization: `Bearer ${token}` };
  const { data } = await facade.query('{ _service { sdl } }', { headers });
  await facade.close();
  return data._service.sdl;
}

const inJwtMode = (env = {}) => sdlWith({ ...jwtMode(issuer, [emulator.seeded.organizations[0]!.token]), ...env });

/** Scopes that the SDL prints, by field. */
function printed(sdl: string): Map<string, string> {
  const found = parse(sdl).definitions.flatMap((type) => {
    if (type.kind !== Kind.OBJECT_TYPE_DEFINITION && type.kind !== Kind.OBJECT_TYPE_EXTENSION) return [];
    return (type.fields ?? []).flatMap(({ name, directives = [] }): [string, string][] => {
      const [scopes, login] = ['requiresScopes', 'authenticated'].map((wanted) =>
        directives.find((one) => one.name.value === wanted),
      );
      expect(Boolean(scopes)).toBe(Boolean(login));
      const [argument] = scopes?.arguments ?? [];
      const text = argument?.value.loc ? sdl.slice(argument.value.loc.start, argument.value.loc.end) : '';
      return scopes ? [[`${type.name.value}.${name.value}`, text]] : [];
    });
  });
  return new Map(found);
}

test('the contract of jwt mode prints the permission of each field that checks one, and composes', async () => {
  const sdl = await inJwtMode();
  const checked = permissionTable(createSubgraph())
    .filter(({ isChecked, field }) => isChecked && !['_entities', 'node'].includes(field.name))
    .map(({ type, field, permission }): [string, string] => [`${type.name}.${field.name}`, `[["${permission}"]]`]);

  expect(Object.fromEntries(printed(sdl))).toEqual(Object.fromEntries(checked));
  const { errors, hints } = compose([{ name: 'geai', url: 'http://geai.test/graphql', sdl }]);
  expect({ errors, hints }).toEqual({ errors: [], hints: [] });
});

test('under prefixes too', async () => {
  const sdl = await inJwtMode({ SCHEMA_PREFIX: 'geai' });

  expect(printed(sdl).get('Query.geaiProject')).toBe('[["geai:read"]]');
  expect(printed(sdl).get('GeaiProjectRequest.prompt')).toBe('[["geai:content:read"]]');
});

test('nothing is printed where callers have no scopes, or the operator wants none', async () => {
  expect(printed(await sdlWith({})).size).toBe(0);
  expect(printed(await inJwtMode({ SCHEMA_SCOPES: 'false' })).size).toBe(0);
});

test('scopes for callers without a token of a company are refused at the start', async () => {
  await expect(sdlWith({ SCHEMA_SCOPES: 'true' })).rejects.toThrow('SCHEMA_SCOPES=true takes AUTH_MODE=jwt');
});
