import { Writable } from 'node:stream';
import { expect, test } from 'vitest';
import type { AuditEvent } from '../../src/observability/auditEntry.ts';
import { type AuditSink, auditStream, lineByLine } from '../../src/observability/auditLog.ts';
import { createLogger } from '../../src/observability/logger.ts';

const EVENT = { action: 'blockApiToken', target: 'one' } as unknown as AuditEvent;
const LONG_MS = 30_000;
const SHORT_MS = 20;

const no = async () => false;
const sinkOf = (append: AuditSink['append'], renew = no): AuditSink => {
  return { renew, append, reopen: no, close: async () => undefined };
};

test('a line that a failure tore is closed before the next one', async () => {
  let [text, isFull] = ['', true];
  const log = lineByLine(
    sinkOf(async (line) => {
      text += isFull ? line.slice(0, 10) : line;
      if (isFull) throw new Error('no space left');
    }),
    LONG_MS,
  );
  await expect(log.write(EVENT)).rejects.toThrow('could not be written');
  isFull = false;
  await log.write(EVENT);

  const [torn, whole, ...rest] = text.split('\n');
  expect(torn).toHaveLength(10);
  expect(JSON.parse(whole ?? '')).toMatchObject(EVENT);
  expect(rest).toEqual(['']);
});

test('a torn line needs no end in a new file', async () => {
  const files = [''];
  let isFull = true;
  const sink = sinkOf(
    async (line) => {
      files[0] += isFull ? line.slice(0, 10) : line;
      if (isFull) throw new Error('no space left');
    },
    async () => !isFull && files.unshift('') > 0,
  );
  const log = lineByLine(sink, LONG_MS);
  await expect(log.write(EVENT)).rejects.toThrow('could not be written');
  isFull = false;
  await log.write(EVENT);

  expect(JSON.parse(files[0] ?? '')).toMatchObject(EVENT);
  expect(files[0]?.startsWith('{')).toBe(true);
});

test('a stream that broke takes no event any more', async () => {
  const stream = new Writable({ write: (_chunk, _encoding, done) => done(new Error('broken pipe')) });
  const log = auditStream(stream, LONG_MS);

  await expect(log.write(EVENT)).rejects.toThrow('could not be written');
  await expect(log.write(EVENT)).rejects.toThrow('could not be written');
});

/** A sink whose every append waits until it is let go. */
function stalling() {
  const appended: string[] = [];
  const waiting: (() => void)[] = [];
  const sink = sinkOf(async (line) => {
    const { promise, resolve } = Promise.withResolvers<void>();
    waiting.push(resolve);
    await promise;
    appended.push(line);
  });
  return { sink, appended, letGo: () => waiting.shift()?.() };
}

test('a stalled line is given up in time, and no other is mixed into it', async () => {
  const { sink, appended, letGo } = stalling();
  const log = lineByLine(sink, SHORT_MS);

  const [first, second] = [log.write(EVENT), log.write(EVENT)];
  await expect(first).rejects.toThrow('could not be written');
  await expect(second).rejects.toThrow('could not be written');
  await expect(log.write(EVENT)).rejects.toThrow('could not be written');
  expect(appended).toEqual([]);

  letGo();
  await expect.poll(() => appended).toHaveLength(1);
  const third = log.write({ ...EVENT, target: 'three' });
  await expect.poll(() => letGo() ?? appended.length).toBe(2);
  await third;

  expect(appended.map((line) => JSON.parse(line).target)).toEqual(['one', 'three']);
});

test('a stalled log refuses the next line at once', async () => {
  const { sink } = stalling();
  let isOver = false;
  const log = lineByLine(sink, SHORT_MS);
  await expect(log.write(EVENT)).rejects.toThrow('could not be written');

  const refused = log.write(EVENT).catch(() => (isOver = true));
  await new Promise(setImmediate);

  expect(isOver).toBe(true);
  await refused;
});

test('a stalled log can be closed', async () => {
  const { sink } = stalling();
  const log = lineByLine(sink, SHORT_MS);
  await expect(log.write(EVENT)).rejects.toThrow('could not be written');

  await expect(log.close()).resolves.toBeUndefined();
});

/** What readers of lines take for the end of one: Python's `splitlines`, JavaScript, terminals. */
const LINE_ENDS = ['\u2028', '\u2029', '\u0085', '\u000b', '\u000c', '\u001c', '\u007f', '\u009b'];

test('an event is one line to every reader, and nothing of it is lost', async () => {
  const lines: string[] = [];
  const log = lineByLine(
    sinkOf(async (line) => void lines.push(line)),
    LONG_MS,
  );
  const reason = `a${LINE_ENDS.join('b')}c`;

  await log.write({ ...EVENT, reason });

  const [line = ''] = lines;
  for (const end of LINE_ENDS) expect(line).not.toContain(end);
  expect(JSON.parse(line).reason).toBe(reason);
});

test('an entry of the log is one line to every reader, and nothing of it is lost', () => {
  const lines: string[] = [];
  const log = createLogger('info', { write: (line) => void lines.push(line) });

  log.info({ text: LINE_ENDS.join('b') }, 'said');

  const [line = ''] = lines;
  for (const end of LINE_ENDS) expect(line).not.toContain(end);
  expect(JSON.parse(line).text).toBe(LINE_ENDS.join('b'));
});
