import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { running } from './support/running.ts';

const MAIN = fileURLToPath(new URL('../../emulator/main.ts', import.meta.url));

function start(...options: string[]) {
  const child = spawn(process.execPath, [MAIN, ...options]);
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}

async function finished(...options: string[]) {
  const child = start(...options);
  const [out, error, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
  return { out, error, code };
}

test.for(['SIGTERM', 'SIGINT'] as const)(
  'the program shows how to call it, and stops cleanly on %s',
  async (signal) => {
    const child = start('--port', '0', '--projects', '1');
    const exit = once(child, 'exit');
    let shown = '';
    for await (const chunk of child.stdout) {
      shown += String(chunk);
      if (shown.includes('Stop with')) break;
    }

    const [, token, path] = /curl -H 'Authorization: (Bearer organization_\S+)' '(\S+)'/.exec(shown) ?? [];
    expect((await fetch(path!, { headers: { authorization: token! } })).status).toBe(200);
    child.kill(signal);

    expect(await exit).toEqual([0, null]);
  },
);

test('help is shown', async () => {
  expect(await finished('--help')).toMatchObject({ code: 0, out: expect.stringContaining('--mask-token-ids') });
});

test.for<[string[], RegExp]>([
  [['--port', 'abc'], /--port must be a whole number, not "abc"/],
  [['--projects', '10001'], /projects must be a whole number from 1 to 10000/],
  [['--nonsense'], /--nonsense/],
])('%o is refused in plain words', async ([options, message]) => {
  const { code, error } = await finished(...options);

  expect(code).toBe(1);
  expect(error).toMatch(message);
  expect(error.trim().split('\n')).toHaveLength(1);
});

test('a busy port is said in plain words', async () => {
  const { emulator } = await running();

  const { code, error } = await finished('--port', new URL(emulator.url).port);

  expect(code).toBe(1);
  expect(error).toMatch(/^emulator: the port is in use by another program/);
});
