import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { startEmulator } from '../../emulator/emulator.ts';
import type { Permission } from '../../src/access/permissions.ts';
import { createSubgraph } from '../../src/graphql/schema.ts';
import { allBut } from '../access/principals.ts';
import { inputsOf, inputTypeOf, settingIn } from '../support/examples.ts';
import { codes, type Facade, metricOf, startFacade } from '../support/facade.ts';
import { type Issuer, jwtMode, SUBJECT, startIssuer } from '../support/issuer.ts';

const MUTATIONS = Object.values(createSubgraph().getMutationType()!.getFields()).map(({ name, extensions }) => ({
  name,
  permission: extensions.reading?.permission as Permission,
}));

let issuer: Issuer;
let facade: Facade;

beforeAll(async () => {
  issuer = await startIssuer();
  const emulator = await startEmulator({ organizations: 1, projects: 2 });
  const keyring = emulator.seeded.organizations.map(({ token }) => token);
  const env = { ...jwtMode(issuer, keyring), JWT_ORGANIZATIONS_CLAIM: 'orgs', AUDIT_CLAIMS: 'email' };
  facade = await startFacade({ sharedEmulator: emulator, env });
});
afterAll(async () => {
  await facade.close();
  await facade.emulator.close();
  await issuer.close();
});
beforeEach(() => facade.emulator.resetCalls());

const orgs = () => facade.emulator.seeded.organizations.map(({ id }) => id);

async function mutate(name: string, token: string) {
  const input = { ...inputsOf(name)[0]!(settingIn(facade.emulator)), reason: 'Because' };
  const document = `mutation ($input: ${inputTypeOf(name)}!) { ${name}(input: $input) { userErrors { code } } }`;
  const before = facade.audit().length;
  const answer = await facade.query(document, { token, variables: { input } });
  return { input, codes: codes(answer), lines: facade.audit().slice(before) };
}

/** What the event says of a person without a credential of the platform. */
const UNACTED = { kind: null, fingerprint: null, hint: null, subject: SUBJECT, claims: { email: 'ada@a.test' } };

test.each(MUTATIONS)(
  '$name without $permission is an event of the person, and no call',
  async ({ name, permission }) => {
    const scope = allBut(permission).join(' ');
    const token = await issuer.token({ scope, orgs: orgs(), email: 'ada@a.test' });

    const { input, codes, lines } = await mutate(name, token);

    expect(codes).toEqual(['FORBIDDEN']);
    const failed = { action: name, reason: 'Because', outcome: 'FAILED', changed: false, codes: ['FORBIDDEN'] };
    expect(lines).toEqual([expect.objectContaining({ ...failed, actor: UNACTED })]);
    if ('id' in input) expect(lines[0]).toMatchObject({ target: input.id });
    expect(facade.upstream()).toEqual({});
  },
);

test.each(MUTATIONS)(
  '$name within claims that exclude everything is an event of the person',
  async ({ name, permission }) => {
    const { codes, lines } = await mutate(
      name,
      await issuer.token({ scope: permission, orgs: [], email: 'ada@a.test' }),
    );

    expect(codes).toEqual(['CREDENTIAL_REQUIRED']);
    expect(lines).toEqual([expect.objectContaining({ action: name, outcome: 'FAILED', codes, actor: UNACTED })]);
  },
);

test.each(MUTATIONS)('$name of a stranger is no event', async ({ name }) => {
  for (const token of ['', await issuer.token({ exp: 1, scope: '' })]) {
    expect(await mutate(name, token)).toMatchObject({ codes: ['UNAUTHENTICATED'], lines: [] });
  }
});

test('mutations that are refused are counted', async () => {
  const count = () => metricOf(facade, 'geai_graph_mutations_total{action="blockApiToken",outcome="FAILED"}');
  await mutate('blockApiToken', await issuer.token({ orgs: orgs() }));
  const before = await count();

  await mutate('blockApiToken', await issuer.token({ orgs: orgs() }));

  expect(await count()).toBe(before + 1);
});
