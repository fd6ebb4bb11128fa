import { once } from 'node:events';
import type { Writable } from 'node:stream';
import { redactTokens } from '../values/secret.ts';
import type { AuditEntry } from './auditEntry.ts';
import { oneLine } from './jsonLine.ts';

/** The event could not be written. */
export class AuditUnavailableError extends Error {
  override readonly name = 'AuditUnavailableError';
}

/**
 * Audit log of mutations: one JSON object a line, beginning with its `time`. Only `audited`, which runs mutations,
 * calls it.
 */
export interface AuditLog {
  /** Resolves when the line is handed to the system whole. Rejects with `AuditUnavailableError`, in bounded time. */
  write(entry: AuditEntry): Promise<void>;
  /** Goes on in a new file at the same path, after the lines under way. Does nothing where there is no file. */
  reopen(): Promise<void>;
  close(): Promise<void>;
}

/** Destination of lines, one at a time. */
export interface AuditSink {
  /** Comes before each line: goes on in a new file when the old one is gone. True when it did. */
  renew(): Promise<boolean>;
  append(text: string): Promise<void>;
  /** Opens the file at the path. True when it is another one than before. */
  reopen(): Promise<boolean>;
  close(): Promise<void>;
}

/** Operations that a stream lacks. */
const STREAM = { renew: async () => false, reopen: async () => false, close: async () => undefined };

/** Writes to a stream, such as standard output. */
export function auditStream(stream: Writable, timeoutMs: number): AuditLog {
  // Writers hear of a failure by the callback; unheard, the event would end the process.
  stream.on('error', () => undefined);
  const append = async (text: string) => {
    if (stream.destroyed || stream.errored || stream.writableEnded) throw new Error('the stream is closed');
    const written = Promise.withResolvers<void>();
    const waits = !stream.write(text, (error) => (error ? written.reject(error) : written.resolve()));
    await written.promise;
    if (waits && stream.writableNeedDrain) await once(stream, 'drain');
  };
  return lineByLine({ ...STREAM, append }, timeoutMs);
}

/** Writes one line at a time, so that no two get mixed, and waits `timeoutMs` milliseconds for each at most. */
export function lineByLine(sink: AuditSink, timeoutMs: number): AuditLog {
  return new LineByLine(sink, timeoutMs);
}

class LineByLine implements AuditLog {
  readonly #sink: AuditSink;
  readonly #timeoutMs: number;
  /** Never rejects. */
  #last: Promise<unknown> = Promise.resolve();
  /** True if a failure left a part of a line, which is closed before the next one. */
  #isTorn = false;
  /** True if a line takes too long: others would get mixed with it, so they are refused at once. */
  #isStalled = false;

  constructor(sink: AuditSink, timeoutMs: number) {
    this.#sink = sink;
    this.#timeoutMs = timeoutMs;
  }

  async write(entry: AuditEntry): Promise<void> {
    const line = `${oneLine(redactTokens(JSON.stringify({ time: new Date().toISOString(), ...entry })))}\n`;
    await this.#inTurn(() => this.#append(line));
  }

  reopen(): Promise<void> {
    return this.#inTurn(async () => {
      if (await this.#sink.reopen()) this.#isTorn = false;
    });
  }

  /** A file that cannot be closed ends with the process. */
  async close(): Promise<void> {
    await this.#inTurn(() => this.#sink.close()).catch(() => undefined);
  }

  /** Runs `work` after all earlier work. Work that did not begin in time never begins: it was reported as not done. */
  async #inTurn(work: () => Promise<void>): Promise<void> {
    if (this.#isStalled) throw unavailable(new Error('an earlier line is still being written'));
    let state: 'waiting' | 'begun' | 'given up' = 'waiting';
    const done = this.#last.then(async () => {
      if (state === 'given up') return;
      state = 'begun';
      await work();
    });
    this.#last = done.then(
      () => this.#goOn(),
      () => this.#goOn(),
    );
    const late = Promise.withResolvers<never>();
    const timer = setTimeout(() => {
      if (state === 'begun') this.#isStalled = true;
      state = 'given up';
      late.reject(new Error('it took too long'));
    }, this.#timeoutMs);
    try {
      await Promise.race([done, late.promise]);
    } catch (error) {
      throw unavailable(error);
    } finally {
      clearTimeout(timer);
    }
  }

  #goOn(): void {
    this.#isStalled = false;
  }

  async #append(line: string): Promise<void> {
    if (await this.#sink.renew()) this.#isTorn = false;
    const text = this.#isTorn ? `\n${line}` : line;
    this.#isTorn = true;
    await this.#sink.append(text);
    this.#isTorn = false;
  }
}

function unavailable(cause: unknown): AuditUnavailableError {
  return new AuditUnavailableError('an audit event could not be written', { cause });
}
