import { isInputObjectType } from 'graphql';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startEmulator } from '../../emulator/emulator.ts';
import { PERMISSIONS } from '../../src/access/permissions.ts';
import { createSubgraph } from '../../src/graphql/schema.ts';
import { inputsOf, inputTypeOf, settingIn } from '../support/examples.ts';
import { type Facade, startFacade } from '../support/facade.ts';
import { type Issuer, jwtMode, startIssuer } from '../support/issuer.ts';

const schema = createSubgraph();
const KEYED = Object.keys(schema.getMutationType()!.getFields()).filter((name) => {
  const input = schema.getType(inputTypeOf(name));
  return isInputObjectType(input) && 'idempotencyKey' in input.getFields();
});

let issuer: Issuer;
/** Facades by mode, in front of the same platform. */
const facades = new Map<string, Facade>();
/** The bearer of a person in each mode. */
const bearers: Record<string, (person: string) => Promise<string>> = {};

beforeAll(async () => {
  issuer = await startIssuer();
  const emulator = await startEmulator({ organizations: 1, projects: 2 });
  const [{ id, token } = { id: '', token: '' }] = emulator.seeded.organizations;
  facades.set('passthrough', await startFacade({ sharedEmulator: emulator }));
  facades.set('jwt', await startFacade({ sharedEmulator: emulator, env: jwtMode(issuer, [token]) }));
  bearers.passthrough = async (person) => (person === 'ada' ? token : emulator.createOrganizationToken(id));
  bearers.jwt = (sub) => issuer.token({ sub, scope: PERMISSIONS.join(' ') });
});
afterAll(async () => {
  for (const facade of facades.values()) await facade.close();
  await facades.get('jwt')?.emulator.close();
  await issuer.close();
});

const CASES = KEYED.flatMap((name) => [
  { name, mode: 'passthrough', whose: 'the organization', isShared: true },
  { name, mode: 'jwt', whose: 'the person', isShared: false },
]);

test.each(CASES)('a key of $name in $mode mode belongs to $whose', async ({ name, mode, isShared }) => {
  const facade = facades.get(mode)!;
  const inputs = [0, 1].map((project) => ({
    ...inputsOf(name)[0]!(settingIn(facade.emulator, { project })),
    idempotencyKey: `the same ${name}`,
  }));
  const document = `mutation ($input: ${inputTypeOf(name)}!) { ${name}(input: $input) { userErrors { code } } }`;
  const ask = async (person: string, input: unknown) => {
    const { data } = await facade.query(document, { token: await bearers[mode]!(person), variables: { input } });
    return data[name].userErrors.map(({ code }: { code: string }) => code);
  };

  const made = await ask('ada', inputs[0]);
  const others = await ask('eve', inputs[1]);
  const again = await ask('ada', inputs[1]);

  // The key of another input, if it is known.
  const reused = ['IDEMPOTENCY_KEY_REUSED'];
  expect([made, others, again]).toEqual([[], isShared ? reused : [], reused]);
});
