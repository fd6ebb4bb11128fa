import { execFileSync } from 'node:child_process';
import { constants, mkdirSync, renameSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { ConfigError } from '../../src/config.ts';
import type { AuditEvent } from '../../src/observability/auditEntry.ts';
import { openAuditFile } from '../../src/observability/auditFile.ts';
import { AuditUnavailableError } from '../../src/observability/auditLog.ts';
import { temporaryFile } from '../support/temporary.ts';

/** Longer than a test may take: nothing here may wait for it. */
const TIMEOUT_MS = 600_000;
const event = (target: string) => ({ action: 'blockApiToken', target }) as unknown as AuditEvent;

function makePipe(path = temporaryFile('audit.pipe')): string {
  mkdirSync(dirname(path), { recursive: true });
  execFileSync('mkfifo', [path]);
  return path;
}

/** Reads a pipe until the test is over. */
async function reading(path: string) {
  const reader = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  onTestFinished(() => reader.close());
  return reader;
}

async function opened(path: string) {
  const log = await openAuditFile(path, TIMEOUT_MS);
  onTestFinished(() => log.close());
  return log;
}

test('a pipe that nobody reads stops the start, in plain words', async () => {
  const path = makePipe();
  const start = openAuditFile(path, TIMEOUT_MS);

  await expect(start).rejects.toThrow(ConfigError);
  await expect(start).rejects.toThrow('AUDIT_LOG names a file that is a pipe that nobody reads');
});

test('a pipe that is read gets whole lines, those too that it has no room for at once', async () => {
  const path = makePipe();
  const reader = await reading(path);
  const log = await opened(path);
  const written = log.write({ ...event('long'), reason: 'x'.repeat(200_000) });
  let text = '';
  while (!text.endsWith('\n')) {
    const { bytesRead, buffer } = await reader.read().catch(() => ({ bytesRead: 0, buffer: Buffer.alloc(0) }));
    text += buffer.toString('utf8', 0, bytesRead);
  }
  await written;

  expect(JSON.parse(text)).toMatchObject({ target: 'long', reason: 'x'.repeat(200_000) });
});

test('a pipe without a reader that takes the place of the file refuses lines at once', async () => {
  const path = temporaryFile('audit.jsonl');
  const log = await opened(path);
  await log.write(event('before'));
  renameSync(path, `${path}.1`);
  makePipe(path);

  await expect(log.write(event('lost'))).rejects.toThrow(AuditUnavailableError);
  const reader = await reading(path);
  await log.write(event('after'));

  const { bytesRead, buffer } = await reader.read();
  expect(JSON.parse(buffer.toString('utf8', 0, bytesRead))).toMatchObject({ target: 'after' });
});
