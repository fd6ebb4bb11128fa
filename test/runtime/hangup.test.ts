import { spawn } from 'node:child_process';
import { readFileSync, renameSync } from 'node:fs';
import { expect, onTestFinished, test, vi } from 'vitest';
import { startEmulator } from '../../emulator/emulator.ts';
import { query, TEST_ID_SECRET } from '../support/facade.ts';
import { temporaryFile } from '../support/temporary.ts';

const MAIN = new URL('../../src/main.ts', import.meta.url).pathname;

test('SIGHUP goes on in a new audit file, and the process goes on', async () => {
  const platform = await startEmulator({ organizations: 1, projects: 1 });
  onTestFinished(() => platform.close());
  const file = temporaryFile('audit.jsonl');
  const env = { PORT: '0', GEAI_BASE_URL: platform.url, ID_SECRET: TEST_ID_SECRET, AUDIT_LOG: file };
  const child = spawn(process.execPath, [MAIN], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  let log = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    log += text;
  });
  const address = await vi.waitUntil(() => /"address":"([^"]+)"/.exec(log)?.[1]);
  const { token } = platform.seeded.organizations[0]!;
  const refuse = (id: string) =>
    query(address, `mutation { blockApiToken(input: { id: "${id}" }) { changed } }`, { token });

  await refuse('first');
  renameSync(file, `${file}.1`);
  child.kill('SIGHUP');
  await vi.waitUntil(() => log.includes('audit log reopened'));
  expect(readFileSync(file, 'utf8')).toBe('');
  await refuse('second');

  const targetsOf = (path: string) => [...readFileSync(path, 'utf8').matchAll(/"target":"(\w+)"/g)].map(([, id]) => id);
  expect([targetsOf(`${file}.1`), targetsOf(file)]).toEqual([['first'], ['second']]);
  expect(child.exitCode ?? child.signalCode).toBeNull();
});
