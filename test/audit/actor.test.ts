import { afterAll, beforeAll, expect, test } from 'vitest';
import { createSubgraph } from '../../src/graphql/schema.ts';
import { inputsOf, inputTypeOf, settingIn } from '../support/examples.ts';
import { type Facade, startFacade } from '../support/facade.ts';

/** Mutations whose credential belongs to the target. Those of organizations take that of a system administrator. */
const MUTATIONS = Object.keys(createSubgraph().getMutationType()!.getFields()).filter(
  (name) => !name.endsWith('Organization'),
);

let facade: Facade;

beforeAll(async () => {
  facade = await startFacade({ emulator: { organizations: 2, projects: 2 * MUTATIONS.length } });
});
afterAll(() => facade.close());

const eventOf = () => facade.audit().findLast(({ action }) => action !== undefined)!;

test.each(MUTATIONS)('%s is in the audit log under the credential that it runs on', async (name) => {
  const [first, second] = facade.emulator.seeded.organizations.map(({ token }) => token);
  await facade.query('mutation { blockApiToken(input: { id: "" }) { userErrors { code } } }', { token: second! });
  const { actor } = eventOf();
  const setting = settingIn(facade.emulator, { organization: 1, project: MUTATIONS.indexOf(name) });
  const document = `mutation ($input: ${inputTypeOf(name)}!) { ${name}(input: $input) { userErrors { code } } }`;

  const { data } = await facade.query(document, {
    tokens: [first!, second!],
    variables: { input: inputsOf(name)[0]!(setting) },
  });

  expect(data[name]).toEqual({ userErrors: [] });
  expect(eventOf()).toMatchObject({ action: name, actor });
});
