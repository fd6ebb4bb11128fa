import { getNamedType, getNullableType, isListType, isObjectType } from 'graphql';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Emulator, startEmulator } from '../../emulator/emulator.ts';
import { createSubgraph } from '../../src/graphql/schema.ts';
import { type Setting, settingIn } from '../support/examples.ts';
import { type Facade, type Request, startFacade } from '../support/facade.ts';
import { type SpoilingProxy, startSpoilingProxy } from '../support/spoilingProxy.ts';
import { operationAt, placeOf, valueAt, type Way, waysFrom } from '../support/ways.ts';

let emulator: Emulator;
let proxy: SpoilingProxy;
let facade: Facade;
let setting: Setting;
let everyToken: Request;

beforeAll(async () => {
  emulator = await startEmulator({ organizations: 1, projects: 1 });
  proxy = await startSpoilingProxy(emulator.url);
  facade = await startFacade({ sharedEmulator: emulator, env: { GEAI_BASE_URL: proxy.url } });
  const { organizations, systemAdministrator } = emulator.seeded;
  const { token, projects } = organizations[0]!;
  const active = projects[0]!.tokens.find(({ status }) => status === 'Active')!.id;
  const headers = { ProjectId: systemAdministrator.projectId };
  everyToken = { token: systemAdministrator.token, headers, tokens: [token, active] };
  setting = settingIn(emulator);
});
afterAll(async () => {
  await facade.close();
  await proxy.close();
  await emulator.close();
});

/** Fields that count what they leave out. Those of elements of a list share the call of that list. */
const COUNTING = waysFrom([createSubgraph().getQueryType()!]).filter((way) => {
  const type = getNamedType(way.at(-1)!.field.type);
  const isBelowList = way.some(({ field }) => isListType(getNullableType(field.type)));
  return isObjectType(type) && 'unreadableCount' in type.getFields() && !isBelowList;
});

async function counted(way: Way): Promise<{ unreadableCount: number; nodes: object[] }> {
  const { document, variables } = operationAt(way, setting, {}, '{ unreadableCount nodes { __typename } }');
  const { data, errors } = await facade.query(document, { ...everyToken, variables });
  expect(errors).toBeUndefined();
  return valueAt(way, data);
}

test('many lists count what they leave out', () => {
  expect(COUNTING.length).toBeGreaterThan(10);
});

test.each(COUNTING.map((way) => [placeOf(way), way] as const))(
  '%s leaves out an element that is no object, and counts it',
  async (_name, way) => {
    proxy.spoil();
    const whole = await counted(way);
    // Others of its calls find the project or its token.
    const paths = [...new Set(proxy.lists())];
    expect(whole.unreadableCount).toBe(0);

    for (const element of [null, 'text', 7, [], true]) {
      const spoiled: object[] = [];
      for (const path of paths) {
        proxy.spoil(path, element);
        spoiled.push(await counted(way));
      }
      expect(spoiled, `${JSON.stringify(element)} in ${paths}`).toContainEqual({ ...whole, unreadableCount: 1 });
    }
  },
);
