import { StatementSync } from 'node:sqlite';
import { expect, onTestFinished, test, vi } from 'vitest';
import { startEmulator } from '../../emulator/emulator.ts';
import { sendAndMayLeave } from '../support/caller.ts';
import { routes } from '../support/facade.ts';
import { startHoldingProxy } from '../support/holdingProxy.ts';
import { idOf, startManaged } from '../support/managing.ts';

const PROJECT = /^\/v1\/organization\/project\/[^/]+$/;

async function managed(env: Record<string, string> = {}) {
  const emulator = await startEmulator({ organizations: 1, projects: 4 });
  const proxy = await startHoldingProxy(emulator.url);
  const facade = await startManaged({ sharedEmulator: emulator, env: { GEAI_BASE_URL: proxy.url, ...env } });
  onTestFinished(async () => {
    await facade.close();
    await proxy.close();
    await emulator.close();
  });
  const value = emulator.createToken(facade.projectId, 'Robot');
  const robot = idOf(facade.projectId, value);
  return { ...facade, proxy, robot };
}

type InputOf = (facade: Awaited<ReturnType<typeof managed>>) => object;

/** A facade and an input, with the platform's answer about the project held back. */
async function holding(inputOf: InputOf) {
  const facade = await managed();
  const input = inputOf(facade);
  return { facade, input, held: facade.proxy.holdNext(PROJECT) };
}

/** What is asked for beside the secret takes one more call of the platform. */
const MUTATIONS: [name: string, input: InputOf, selection: string][] = [
  [
    'createApiToken',
    ({ projectId }) => ({ projectId, name: 'Keyed', idempotencyKey: 'k' }),
    'secret apiToken { project { description } }',
  ],
  ['rotateApiToken', ({ robot }) => ({ id: robot, oldToken: 'KEEP' }), 'secret apiToken { project { description } }'],
  [
    'rotateApiToken',
    ({ robot }) => ({ id: robot, oldToken: 'KEEP', idempotencyKey: 'k' }),
    'secret apiToken { project { description } }',
  ],
  [
    'createProject',
    () => ({ name: 'Billing', administratorUserEmail: 'ana@acme.example', idempotencyKey: 'k' }),
    'apiTokens { secret apiToken { project { description } } }',
  ],
];

const secretOf = (payload: { secret?: string; apiTokens?: { secret: string }[] }) =>
  payload.secret ?? payload.apiTokens?.[0]?.secret ?? null;

/** The text of a mutation, its input written out. */
const written = (name: string, input: object, selection: string) => {
  const literal = JSON.stringify(input)
    .replace(/"(\w+)":/g, '$1:')
    .replace('"KEEP"', 'KEEP');
  return `mutation { ${name}(input: ${literal}) { ${selection} userErrors { code } } }`;
};

test.each(MUTATIONS)(
  '%s: a caller who leaves while the rest of the answer is read may have the secret by asking again',
  async (name, inputOf, selection) => {
    const { facade, input, held } = await holding(inputOf);
    const caller = sendAndMayLeave(facade.url, written(name, input, selection), facade.token);
    const answer = await held;
    caller.destroy();
    await vi.waitUntil(() => facade.log().includes('CANCELLED'));
    answer.release();

    const again = await facade.mutate(name, input, { selection });
    const third = await facade.mutate(name, input, { selection });

    expect(secretOf(again)).toEqual(expect.any(String));
    expect(secretOf(third)).toBeNull();
  },
);

test.each(MUTATIONS)(
  '%s: who asks again while the first answer is still read is told so, and the first has the secret',
  async (name, inputOf, selection) => {
    const { facade, input, held } = await holding(inputOf);
    const first = facade.mutate(name, input, { selection });
    const answer = await held;

    const second = await facade.mutate(name, input, { selection: '' });
    answer.release();

    const field = 'idempotencyKey' in input ? 'idempotencyKey' : 'id';
    expect(second.userErrors).toMatchObject([{ code: 'IN_PROGRESS', field }]);
    expect(secretOf(await first)).toEqual(expect.any(String));
  },
);

test.each(MUTATIONS)(
  '%s: a secret whose disclosure cannot be recorded stays here, and is had by asking again',
  async (name, inputOf, selection) => {
    const { facade, input, held } = await holding(inputOf);
    const failed = facade.query(written(name, input, selection), { token: facade.token });
    const answer = await held;
    const broken = vi.spyOn(StatementSync.prototype, 'run').mockImplementation(() => {
      throw new Error('disk full');
    });
    answer.release();

    const { data, errors } = await failed;
    broken.mockRestore();
    expect([data, errors]).toMatchObject([undefined, [{ extensions: { code: 'STATE_UNAVAILABLE' } }]]);
    const again = await facade.mutate(name, input, { selection });

    expect(secretOf(again)).toEqual(expect.any(String));
  },
);

test('the same key twice in one operation shows the secret once', async () => {
  const { query, token, projectId, upstream } = await managed();
  const input = `{ projectId: "${projectId}", name: "Keyed", idempotencyKey: "k" }`;

  const { data } = await query(
    `mutation {
      one: createApiToken(input: ${input}) { secret userErrors { code } }
      two: createApiToken(input: ${input}) { secret userErrors { code } }
    }`,
    { token },
  );

  expect(data).toEqual({
    one: { secret: expect.any(String), userErrors: [] },
    two: { secret: null, userErrors: [{ code: 'SECRET_ALREADY_SHOWN' }] },
  });
  expect(upstream()[routes.createToken]).toBe(1);
});
