import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { type Emulator, type Fault, startEmulator } from '../../emulator/emulator.ts';
import { query, routes, TEST_ID_SECRET } from '../support/facade.ts';
import { idOf } from '../support/managing.ts';

const MAIN = new URL('../../src/main.ts', import.meta.url).pathname;

/** The program as an operator runs it, on a state file. Answers with its address once it listens. */
async function start(emulator: Emulator, folder: string) {
  const env = {
    PORT: '0',
    GEAI_BASE_URL: emulator.url,
    ID_SECRET: TEST_ID_SECRET,
    STATE_FILE: join(folder, 'state.db'),
    AUDIT_LOG: join(folder, 'audit.jsonl'),
    UPSTREAM_TIMEOUT_MS: '2500',
    VERIFY_TIMEOUT_MS: '1500',
  };
  const child = spawn(process.execPath, [MAIN], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  const exit = new Promise((resolve) => child.once('close', resolve));
  const address = await vi.waitUntil(() => /"address":"([^"]+)"/.exec(output)?.[1]);
  return {
    rotate: (token: string, id: string) =>
      query(
        address,
        `mutation { rotateApiToken(input: { id: "${id}", oldToken: BLOCK }) {
          secret stage apiToken { id project { description } } oldApiToken { status } userErrors { code } } }`,
        { token },
      ),
    kill: async () => {
      child.kill('SIGKILL');
      await exit;
    },
  };
}

/** Where the process is killed: while this call, the n-th of its route, is under way. */
const STEPS: [where: string, fault: Fault, nth: number][] = [
  ['while it lists the tokens', { route: routes.listTokens, kind: 'hang' }, 1],
  ['while it creates, before the platform does', { route: routes.createToken, kind: 'hang' }, 1],
  ['after the platform created, before it hears of it', { route: routes.createToken, kind: 'latency', ms: 300 }, 1],
  ['while it tries the successor', { route: routes.validate, kind: 'latency', ms: 300 }, 2],
  ['while it blocks the old token, before the platform does', { route: routes.updateToken, kind: 'hang' }, 1],
  ['after the platform blocked, before it hears of it', { route: routes.updateToken, kind: 'latency', ms: 300 }, 1],
  ['while it reads the rest of the answer', { route: routes.getProject, kind: 'hang' }, 1],
  ['while it tries the old token', { route: routes.validate, kind: 'latency', ms: 300 }, 3],
];

test.each(STEPS)('a rotation killed %s ends, run again, as if it had not been', async (_where, fault, nth) => {
  const folder = mkdtempSync(join(tmpdir(), 'geai-killed-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const emulator = await startEmulator({ organizations: 1, projects: 2, tokenMark: 'CANARY' });
  onTestFinished(() => emulator.close());
  const { token, projects } = emulator.seeded.organizations[0]!;
  const projectId = projects[0]!.id;
  const old = emulator.createToken(projectId, 'Robot');
  const before = emulator.tokens(projectId).length;
  const counted = () =>
    emulator
      .calls()
      .filter(({ route }) => route === fault.route)
      .reduce((sum, { count }) => sum + count, 0);

  const first = await start(emulator, folder);
  emulator.setFaults([fault]);
  const lost = first.rotate(token, idOf(projectId, old)).catch(() => undefined);
  await vi.waitUntil(() => counted() >= nth, { interval: 1 });
  await first.kill();
  await lost;
  emulator.setFaults([]);

  const second = await start(emulator, folder);
  const { data, errors } = await second.rotate(token, idOf(projectId, old));
  await second.kill();

  expect(errors).toBeUndefined();
  const { secret, stage, userErrors } = data.rotateApiToken;
  expect({ stage, userErrors }).toEqual({ stage: 'COMPLETE', userErrors: [] });
  const tokens = emulator.tokens(projectId);
  expect(tokens).toHaveLength(before + 1);
  expect(tokens.find(({ id }) => id === secret)).toMatchObject({ isAccepted: true });
  expect(tokens.find(({ id }) => id === old)).toMatchObject({ status: 'Blocked', isAccepted: false });
  const kept = readdirSync(folder).map((file) => readFileSync(join(folder, file), 'latin1'));
  expect(kept.join('\n')).not.toContain('CANARY');
});
