import { exportJWK, generateKeyPair } from 'jose';
import { expect, onTestFinished, test } from 'vitest';
import { idOf, type Managed, startManaged } from '../support/managing.ts';

type Started = Managed & { readonly robot: string };

async function managed(): Promise<Started> {
  const facade = await startManaged();
  onTestFinished(() => facade.close());
  return { ...facade, robot: idOf(facade.projectId, facade.emulator.createToken(facade.projectId, 'Robot')) };
}

/** Every mutation that hands out secrets; `around` puts a selection where the secrets are. */
const MUTATIONS: [name: string, input: (facade: Started) => object, around: (selection: string) => string][] = [
  [
    'createApiToken',
    ({ projectId }) => ({ projectId, name: 'Keyed', idempotencyKey: 'k' }),
    (selection) => `${selection} apiToken { name }`,
  ],
  ['rotateApiToken', ({ robot }) => ({ id: robot, oldToken: 'KEEP' }), (selection) => `${selection} stage`],
  [
    'createProject',
    () => ({ name: 'Billing', administratorUserEmail: 'ana@acme.example', idempotencyKey: 'k' }),
    (selection) => `apiTokens { ${selection} apiToken { name } }`,
  ],
];

/** Selections that leave the secret out of the answer. */
const LEAVING_OUT: [what: string, selection: string][] = [
  ['nothing of it', '__typename'],
  ['it with a directive that skips it', 'secret @skip(if: true)'],
  ['it in a fragment that is not included', '... @include(if: false) { secret }'],
  ['another field under its name', 'secret: __typename'],
  ['the sealed form without a key', 'sealedSecret'],
];

/** Selections with the secret, wherever it stands. */
const HOLDING: [what: string, selection: string][] = [
  ['plainly', 'secret'],
  ['under an alias', 'value: secret'],
  ['in a fragment', '... @include(if: true) { secret }'],
];

const secretIn = (payload: object, value: string) => JSON.stringify(payload).includes(value);

for (const [name, inputOf, around] of MUTATIONS) {
  test.each(LEAVING_OUT)(`${name} that selects %s uses no secret up`, async (_what, selection) => {
    const facade = await managed();
    const input = inputOf(facade);

    await facade.mutate(name, input, { selection: around(selection) });
    const again = await facade.mutate(name, input, { selection: around('given: secret') });

    expect(again.userErrors).toEqual([]);
    expect(JSON.stringify(again)).toMatch(/"given":"[\w-]+"/);
    expect(facade.events()).toMatchObject([
      { outcome: 'SUCCEEDED', codes: ['SECRET_NOT_ASKED_FOR'] },
      { outcome: 'SUCCEEDED', codes: [] },
    ]);
  });

  test.each(HOLDING)(`${name} that selects it %s shows it once`, async (_what, selection) => {
    const facade = await managed();
    const input = inputOf(facade);
    const { mutate, events } = facade;

    const first = await mutate(name, input, { selection: around(selection) });
    const again = await mutate(name, input, { selection: around('given: secret') });

    const value = JSON.stringify(first).match(/"(?:secret|value)":"([\w-]+)"/)?.[1];
    expect(value).toEqual(expect.any(String));
    expect(secretIn(again, value ?? '')).toBe(false);
    expect(JSON.stringify(again)).toContain('"given":null');
    expect(events()[0]).toMatchObject({ outcome: 'SUCCEEDED', codes: [] });
  });

  test(`${name} with a key, of which only the clear form is selected, uses no secret up`, async () => {
    const facade = await managed();
    const { publicKey } = await generateKeyPair('ECDH-ES', { crv: 'X25519' });
    const input = { ...inputOf(facade), encryptTo: JSON.stringify(await exportJWK(publicKey)) };

    const first = await facade.mutate(name, input, { selection: around('given: secret') });
    const again = await facade.mutate(name, input, { selection: around('given: sealedSecret') });

    expect(JSON.stringify(first)).toContain('"given":null');
    expect(JSON.stringify(again)).toMatch(/"given":"ey/);
  });
}
