import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { startEmulator } from '../../emulator/emulator.ts';
import { query, TEST_ID_SECRET } from '../support/facade.ts';
import { runProgram } from '../support/program.ts';

/** Text of the diagnostic report that the program writes when told to. */
async function reportOf(program: ReturnType<typeof runProgram>, folder: string): Promise<string> {
  program.signal('SIGUSR2');
  const written = () => readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8'))[0];
  return vi.waitUntil(() => {
    const text = written();
    return text?.trimEnd().endsWith('}') ? text : undefined;
  });
}

test('a diagnostic report holds no secret of the environment, and no token of a caller', async () => {
  const emulator = await startEmulator({ organizations: 2, projects: 2 });
  onTestFinished(() => emulator.close());
  const folder = mkdtempSync(join(tmpdir(), 'geai-report-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const [own, callers] = emulator.seeded.organizations.map(({ token }) => token) as [string, string];
  const secrets = {
    ID_SECRET: TEST_ID_SECRET,
    ID_SECRET_PREVIOUS: 'former-only-former-only-former-only',
    ROUTER_SECRET: 'router-only-router-only-router-only',
    GEAI_TOKENS: own,
    REDIS_URL: 'redis://:redis-password-only@127.0.0.1:9',
    HTTPS_PROXY: 'http://user:proxy-password-only@127.0.0.1:9',
  };
  const program = runProgram({
    ...{ PORT: '0', GEAI_BASE_URL: emulator.url, ...secrets },
    NODE_OPTIONS: `--report-on-signal --report-exclude-network --report-directory=${folder}`,
  });
  const { address } = await program.logged('listening');
  const headers = { 'x-router-secret': secrets.ROUTER_SECRET };
  const { data } = await query(String(address), '{ viewer { scopes } }', { token: callers, headers });
  expect(data).not.toBeNull();

  const report = await reportOf(program, folder);
  expect(JSON.parse(report)).toMatchObject({ header: expect.anything(), javascriptHeap: expect.anything() });
  const texts = [...Object.values(secrets), callers, 'redis-password-only', 'proxy-password-only'];
  expect(texts.filter((text) => report.includes(text))).toEqual([]);
});
