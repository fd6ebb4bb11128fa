import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { expect, onTestFinished, test } from 'vitest';
import { type AuditEvent, auditStream, lineByLine, openAuditFile } from '../../src/audit.ts';
import { ConfigError } from '../../src/config.ts';
import { type FacadeOptions, routes } from '../support/facade.ts';
import { idOf, startManaged } from '../support/managing.ts';

async function managed(options: FacadeOptions = {}) {
  const facade = await startManaged(options);
  onTestFinished(() => facade.close());
  const value = facade.emulator.createToken(facade.projectId, 'Audited');
  return { ...facade, value, id: idOf(facade.projectId, value) };
}

function temporaryFile(): string {
  const folder = mkdtempSync(join(tmpdir(), 'geai-audit-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return join(folder, 'audit.jsonl');
}

test('a mutation leaves one event with everything that matters, and an intent before it', async () => {
  const { mutate, audit, id, value } = await managed();

  await mutate('blockApiToken', { id, reason: `It leaked: ${value}` });

  const [intent, event, ...more] = audit();
  expect(more).toEqual([]);
  expect(intent).toMatchObject({ intent: 'blockApiToken', target: id, requestId: event!.requestId });
  expect(event).toEqual({
    time: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
    requestId: expect.any(String),
    actor: { kind: 'organization', fingerprint: expect.stringMatching(/^[\w-]{43}$/), subject: null },
    action: 'blockApiToken',
    target: id,
    reason: 'It leaked: [redacted]',
    before: { status: 'ACTIVE', description: null },
    after: { status: 'BLOCKED', description: null },
    verification: { outcome: 'CONFIRMED', verifiedAt: expect.any(String), watchedMs: expect.any(Number), reason: null },
    outcome: 'SUCCEEDED',
    changed: true,
    codes: [],
  });
});

test('what changes nothing leaves its event alone: refusals, failures and what is so already', async () => {
  const { mutate, audit, emulator, id, value } = await managed();
  emulator.setTokenStatus(value, 'Blocked');

  await mutate('blockApiToken', { id });
  await mutate('blockApiToken', { id: 'nonsense' });
  emulator.setFaults([{ route: routes.listTokens, kind: 'status', status: 500 }]);
  await expect(mutate('blockApiToken', { id })).rejects.toThrow('UPSTREAM_UNAVAILABLE');

  expect(audit().map(({ outcome, changed, codes }) => [outcome, changed, codes])).toEqual([
    ['SUCCEEDED', false, []],
    ['REFUSED', false, ['INVALID_ID']],
    ['FAILED', false, ['UPSTREAM_UNAVAILABLE']],
  ]);
});

test('a change whose answer was lost is unknown in the log too', async () => {
  const { mutate, events, emulator, id } = await managed();
  emulator.setFaults([{ route: routes.updateToken, kind: 'loseAnswer' }]);

  await expect(mutate('blockApiToken', { id })).rejects.toThrow('OUTCOME_UNKNOWN');

  expect(events()).toMatchObject([{ outcome: 'UNKNOWN', codes: ['OUTCOME_UNKNOWN'] }]);
});

test('the file is appended to, for its owner alone, one JSON object a line', async () => {
  const file = temporaryFile();
  for (const name of ['First', 'Second']) {
    const { mutate, projectId } = await managed({ env: { AUDIT_LOG: file } });
    await mutate('createApiToken', { projectId, name });
  }

  const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
  expect(lines.map((line) => JSON.parse(line).action)).toEqual([
    undefined,
    'createApiToken',
    undefined,
    'createApiToken',
  ]);
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

test('a file that cannot be opened stops the start, in plain words', async () => {
  await expect(openAuditFile('/nowhere/audit.jsonl')).rejects.toThrow(ConfigError);
});

test('a mutation whose event cannot be written is refused before it changes anything', async () => {
  const { mutate, truth, upstream, value, id, log } = await managed({ env: { AUDIT_LOG: '/dev/full' } });

  await expect(mutate('blockApiToken', { id })).rejects.toThrow('AUDIT_UNAVAILABLE');
  await expect(mutate('blockApiToken', { id: 'nonsense' })).rejects.toThrow('AUDIT_UNAVAILABLE');

  expect(truth().find((token) => token.id === value)?.status).toBe('Active');
  expect(upstream()).not.toHaveProperty([routes.updateToken]);
  expect(log()).toContain('audit event not written');
});

const EVENT = { action: 'blockApiToken', target: 'one' } as unknown as AuditEvent;

test('a line that a failure tore is closed before the next one', async () => {
  let [text, isFull] = ['', true];
  const log = lineByLine(
    async (line) => {
      text += isFull ? line.slice(0, 10) : line;
      if (isFull) throw new Error('no space left');
    },
    async () => undefined,
  );
  await expect(log.write(EVENT)).rejects.toThrow('could not be written');
  isFull = false;
  await log.write(EVENT);

  const [torn, whole, ...rest] = text.split('\n');
  expect(torn).toHaveLength(10);
  expect(JSON.parse(whole ?? '')).toMatchObject(EVENT);
  expect(rest).toEqual(['']);
});

test('a stream that broke takes no event any more', async () => {
  const log = auditStream(new Writable({ write: (_chunk, _encoding, done) => done(new Error('broken pipe')) }));

  await expect(log.write(EVENT)).rejects.toThrow('could not be written');
  await expect(log.write(EVENT)).rejects.toThrow('could not be written');
});

test('lines of many at once do not get mixed', async () => {
  const file = temporaryFile();
  const log = await openAuditFile(file);
  await Promise.all(Array.from({ length: 50 }, () => log.write({ ...EVENT, reason: 'x'.repeat(50_000) })));
  await log.close();

  const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
  expect(lines.map((line) => JSON.parse(line).target)).toEqual(Array.from({ length: 50 }, () => 'one'));
});

test('a failure to write after the change stays in the answer and in the log of the server', async () => {
  const { audited } = await import('../../src/audited.ts');
  const logged: unknown[] = [];
  let isFull = false;
  const context = {
    requestId: 'r-1',
    audit: {
      write: async () => (isFull ? Promise.reject(new Error('full')) : undefined),
      close: async () => undefined,
    },
    log: { error: (entry: unknown) => logged.push(entry) },
    credentials: { usable: async () => [{ kind: 'organization', fingerprint: 'f' }] },
  } as unknown as Parameters<typeof audited>[0];

  const result = await audited(context, { action: 'blockApiToken', target: 't' }, async (trail) => {
    await trail.beforeWriting();
    isFull = true;
    trail.note({ changed: true });
    return { changed: true, userErrors: [] };
  });

  expect(result).toMatchObject({ changed: true, userErrors: [{ code: 'AUDIT_INCOMPLETE' }] });
  expect(logged).toMatchObject([{ event: { action: 'blockApiToken', changed: true } }]);
});
