import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { ConfigError } from '../../src/config.ts';
import type { AuditEvent } from '../../src/observability/auditEntry.ts';
import { openAuditFile } from '../../src/observability/auditFile.ts';
import type { AuditLog } from '../../src/observability/auditLog.ts';
import { startManaged } from '../support/managing.ts';
import { temporaryFile } from '../support/temporary.ts';

const TIMEOUT_MS = 30_000;
const EVENT = { action: 'blockApiToken' } as unknown as AuditEvent;

/** Opens a log that is closed with the test. */
async function opened(path: string): Promise<AuditLog> {
  const log = await openAuditFile(path, TIMEOUT_MS);
  onTestFinished(() => log.close());
  return log;
}

const event = (target: string): AuditEvent => ({ ...EVENT, target });
const linesOf = (path: string) =>
  readFileSync(path, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
const targetsOf = (path: string) => linesOf(path).map(({ target }) => target);

test('the file is appended to, for its owner alone, one JSON object a line', async () => {
  const file = temporaryFile('audit.jsonl');
  for (const name of ['First', 'Second']) {
    const { mutate, projectId, close } = await startManaged({ env: { AUDIT_LOG: file } });
    onTestFinished(close);
    await mutate('createApiToken', { projectId, name });
  }

  expect(linesOf(file).map(({ action }) => action)).toEqual([undefined, 'createApiToken', undefined, 'createApiToken']);
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

test('a file that cannot be opened stops the start, in plain words', async () => {
  await expect(openAuditFile('/nowhere/audit.jsonl', TIMEOUT_MS)).rejects.toThrow(ConfigError);
  await expect(openAuditFile('/nowhere/audit.jsonl', TIMEOUT_MS)).rejects.toThrow(
    'has no folder: /nowhere/audit.jsonl.',
  );
  await expect(openAuditFile('/', TIMEOUT_MS)).rejects.toThrow('AUDIT_LOG names a file that is a folder: /.');
});

test('lines of many at once do not get mixed', async () => {
  const file = temporaryFile('audit.jsonl');
  const log = await opened(file);
  await Promise.all(Array.from({ length: 50 }, () => log.write({ ...event('one'), reason: 'x'.repeat(50_000) })));

  expect(targetsOf(file)).toEqual(Array.from({ length: 50 }, () => 'one'));
});

/** What happens to a file, and where its lines are afterwards. */
const ROTATIONS: [what: string, rotate: (file: string) => void, kept: string[], fresh: string[]][] = [
  ['moved away', (file) => renameSync(file, `${file}.1`), ['before'], ['after', 'later']],
  ['deleted', (file) => rmSync(file), [], ['after', 'later']],
  [
    'replaced by another',
    (file) => {
      renameSync(file, `${file}.1`);
      writeFileSync(file, '');
    },
    ['before'],
    ['after', 'later'],
  ],
  ['emptied', (file) => writeFileSync(file, ''), [], ['after', 'later']],
  [
    'deleted with its folder, which is made anew',
    (file) => {
      rmSync(dirname(file), { recursive: true });
      mkdirSync(dirname(file));
    },
    [],
    ['after', 'later'],
  ],
];

test.each(ROTATIONS)('a file that is %s loses no event', async (_what, rotate, kept, fresh) => {
  const file = temporaryFile('audit.jsonl');
  const log = await opened(file);
  await log.write(event('before'));

  rotate(file);
  await log.write(event('after'));
  await log.write(event('later'));

  expect(kept.length > 0 ? targetsOf(`${file}.1`) : []).toEqual(kept);
  expect(targetsOf(file)).toEqual(fresh);
});

test('a file that is deleted while a line is written gets the line in its successor', async () => {
  const file = temporaryFile('audit.jsonl');
  const log = await opened(file);
  const handle = await open(file, 'a');
  await handle.close();
  vi.spyOn(Object.getPrototypeOf(handle), 'appendFile').mockImplementationOnce(async () => rmSync(file));
  onTestFinished(() => void vi.restoreAllMocks());

  await log.write(event('kept'));

  expect(targetsOf(file)).toEqual(['kept']);
});

test('a file that cannot be opened again is an unavailable log, until it can', async () => {
  const file = temporaryFile('audit.jsonl');
  const log = await opened(file);
  rmSync(dirname(file), { recursive: true });

  await expect(log.write(event('lost'))).rejects.toThrow('could not be written');
  mkdirSync(dirname(file));
  await log.write(event('kept'));

  expect(targetsOf(file)).toEqual(['kept']);
});

test('reopening goes on at the path, after the lines under way', async () => {
  const file = temporaryFile('audit.jsonl');
  const log = await opened(file);
  const writing = [log.write(event('one')), log.write(event('two'))];
  const reopening = log.reopen();
  await Promise.all([...writing, reopening, log.write(event('three'))]);

  expect(targetsOf(file)).toEqual(['one', 'two', 'three']);
});
