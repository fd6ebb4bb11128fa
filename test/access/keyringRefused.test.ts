import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Emulator, startEmulator } from '../../emulator/emulator.ts';
import { PERMISSIONS } from '../../src/access/permissions.ts';
import { codes, startFacade } from '../support/facade.ts';
import { type Issuer, jwtMode, startIssuer } from '../support/issuer.ts';

const UNKNOWN = 'default_Q7rT2mX9vK4pL8sW1nB6hJ3dF5gY0zC-aE_uI-oAzY4';

let issuer: Issuer;
let emulator: Emulator;

beforeAll(async () => {
  issuer = await startIssuer();
  emulator = await startEmulator({ organizations: 1, projects: 1 });
});
afterAll(async () => {
  await emulator.close();
  await issuer.close();
});

const OPERATIONS = [
  '{ organization { name } }',
  '{ identifyApiToken(sha256: "%s") { outcome } }'.replace('%s', '0'.repeat(64)),
  'mutation { blockApiToken(input: { id: "x" }) { changed } }',
];

test.each<[mode: string, env: () => Record<string, string>]>([
  ['jwt', () => jwtMode(issuer, [UNKNOWN])],
  ['open', () => ({ AUTH_MODE: 'open', GEAI_TOKENS: UNKNOWN })],
])('a keyring that the platform refuses is the fault of the server, not of the caller (%s)', async (_mode, env) => {
  const facade = await startFacade({ sharedEmulator: emulator, env: env() });
  const token = await issuer.token({ scope: PERMISSIONS.join(' ') });

  for (const document of OPERATIONS) {
    const answer = await facade.query(document, { token });

    expect(codes(answer)).toEqual(['CREDENTIAL_REQUIRED']);
    expect(answer.errors?.[0]?.message).toContain('operator');
  }
  await facade.close();
});

test('with one token refused, the others open what they open', async () => {
  const keyring = [UNKNOWN, emulator.seeded.organizations[0]?.token ?? ''];
  const facade = await startFacade({ sharedEmulator: emulator, env: jwtMode(issuer, keyring) });

  const { data, errors } = await facade.query('{ organization { name } }', { token: await issuer.token() });

  expect(errors).toBeUndefined();
  expect(data.organization.name).toBe(emulator.seeded.organizations[0]?.name);
  await facade.close();
});
