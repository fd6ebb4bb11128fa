import { writeFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { expect, onTestFinished, test } from 'vitest';
import { type Emulator, startEmulator } from '../../emulator/emulator.ts';
import { codes, type Facade, metricOf, startFacade } from '../support/facade.ts';
import { type Issuer, jwtMode, startIssuer } from '../support/issuer.ts';
import { temporaryFile } from '../support/temporary.ts';

const READ = '{ organization { name } }';

async function started(answer: Parameters<Issuer['answerWith']>[0], env: Record<string, string> = {}) {
  const emulator: Emulator = await startEmulator({ organizations: 1, projects: 1 });
  onTestFinished(() => emulator.close());
  const issuer = await startIssuer();
  onTestFinished(() => issuer.close());
  issuer.answerWith(answer);
  const keyring = emulator.seeded.organizations.map(({ token }) => token);
  const facade: Facade = await startFacade({
    sharedEmulator: emulator,
    env: { ...jwtMode(issuer, keyring), JWT_JWKS_TIMEOUT_MS: '100', ...env },
  });
  onTestFinished(() => facade.close());
  return { facade, issuer, token: await issuer.token() };
}

const ready = async ({ url }: Facade) => (await fetch(`${url}/health/ready`)).status;

const BAD: [title: string, answer: (response: ServerResponse) => void][] = [
  ['is down', (response) => response.destroy()],
  ['fails', (response) => response.writeHead(500).end('{}')],
  ['is slow', () => undefined],
  [
    'answers more than keys can be',
    (response) => response.end(JSON.stringify({ keys: [], padding: 'x'.repeat(300_000) })),
  ],
];

test.each(BAD)('an issuer that %s lets nobody in, and all the more when it is back', async (_title, answer) => {
  const { facade, issuer, token } = await started(answer);

  const refused = await facade.query(READ, { token });

  expect(refused.errors).toMatchObject([
    { extensions: { code: 'UNAUTHENTICATED', reason: 'KEYS_UNAVAILABLE', retryable: true } },
  ]);
  expect(facade.upstream()).toEqual({});
  expect(await ready(facade)).toBe(503);
  expect(await metricOf(facade, 'geai_graph_refused_callers_total{reason="KEYS_UNAVAILABLE"}')).toBe(1);

  issuer.answerWith(null);
  await expect.poll(() => ready(facade)).toBe(200);
  expect(codes(await facade.query(READ, { token }))).toEqual([]);
});

test('a flood of unknown keys causes one look-up in a cool-down, and no platform call', async () => {
  const { facade, issuer, token } = await started(null, {
    JWT_JWKS_COOLDOWN_MS: '60000',
    JWT_JWKS_TIMEOUT_MS: '30000',
  });
  expect(codes(await facade.query(READ, { token }))).toEqual([]);
  const lookUps = issuer.lookUps();
  facade.emulator.resetCalls();

  const unknown = await Promise.all(
    Array.from({ length: 30 }, async (_, index) => {
      const forged = await issuer.token({}, { ...issuer.key, kid: `unknown ${index}` });
      return facade.query(READ, { token: forged });
    }),
  );

  expect(new Set(unknown.map((answer) => answer.errors?.[0]?.extensions.reason))).toEqual(new Set(['UNKNOWN_KEY']));
  expect(issuer.lookUps()).toBe(lookUps);
  expect(facade.upstream()).toEqual({});
});

test('keys may come from a file, without a look-up', async () => {
  const file = temporaryFile('jwks.json');
  const issuer = await startIssuer();
  onTestFinished(() => issuer.close());
  writeFileSync(file, JSON.stringify({ keys: [issuer.key.published] }));
  const { facade } = await started(null, { JWT_JWKS_URL: '', JWT_JWKS_FILE: file });

  expect(codes(await facade.query(READ, { token: await issuer.token() }))).toEqual([]);
  expect(issuer.lookUps()).toBe(0);
});
