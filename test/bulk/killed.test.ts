import { spawn } from 'node:child_process';
import { expect, onTestFinished, test, vi } from 'vitest';
import { startEmulator } from '../../emulator/emulator.ts';
import { routes, TEST_ID_SECRET } from '../support/facade.ts';
import { bulk, type Caller, resultsOf, truth } from './bulk.ts';

const MAIN = new URL('../../src/main.ts', import.meta.url).pathname;

/** The facade as an operator runs it. */
async function start(baseUrl: string) {
  const env = { PORT: '0', GEAI_BASE_URL: baseUrl, ID_SECRET: TEST_ID_SECRET };
  const child = spawn(process.execPath, [MAIN], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  const url = await vi.waitUntil(() => /"address":"([^"]+)"/.exec(output)?.[1]);
  const ended = new Promise((resolve) => child.once('close', resolve));
  return { url: String(url), output: () => output, kill: () => child.kill('SIGKILL') && ended };
}

test.each([0, 1, 40])(
  'killed after %i changes, the run of the same plan ends as if it had not been',
  async (reached) => {
    const emulator = await startEmulator({ organizations: 1, projects: 40 });
    onTestFinished(() => emulator.close());
    const { id: organizationId, token } = emulator.seeded.organizations[0]!;
    const before = truth(emulator).filter(({ status }) => status === 'Active').length;
    const input = { filter: { organizationId } };
    const first = await start(emulator.url);
    const caller: Caller = { url: first.url, token };
    const { planId } = await bulk(caller, 'blockApiTokens', input);

    // Slow enough that many are under way when the process dies.
    emulator.setFaults([{ route: routes.updateToken, kind: 'latency', ms: 200 }]);
    const abandoned = bulk(caller, 'blockApiTokens', { ...input, dryRun: false, planId }).catch(() => null);
    const active = () => truth(emulator).filter(({ isAccepted }) => isAccepted).length;
    const isUnderWay = () => emulator.calls().some(({ route }) => route === routes.updateToken);
    await vi.waitUntil(() => isUnderWay() && before - active() >= reached, { interval: 5 });
    await first.kill();
    expect(await abandoned).toBeNull();
    expect(active()).toBeGreaterThan(0);
    expect(first.output()).toContain('"intent":"blockApiTokens"');

    emulator.setFaults([]);
    const second = await start(emulator.url);
    const real = await bulk({ url: second.url, token }, 'blockApiTokens', { ...input, dryRun: false, planId });

    expect(real.userErrors).toEqual([]);
    expect(active()).toBe(0);
    const proven = resultsOf(real).filter(({ verification }) => verification?.outcome === 'CONFIRMED');
    expect(proven).toHaveLength(before);
  },
);
