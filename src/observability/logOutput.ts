import type { Writable } from 'node:stream';
import type { DestinationStream } from 'pino';

/**
 * Lines are batched for this time, or up to this many characters: a system call for each would cost more than the line.
 */
const FLUSH_MS = 100;
const FLUSH_LENGTH = 32 * 1024;

/** Memory that a stopped reader may cost. Lines beyond it are dropped. */
const MAX_UNREAD_BYTES = 8 * 1024 * 1024;

/**
 * Writes the log to a stream without waiting for its reader. The library's own destination retries for ever on a pipe that
 * nobody reads, which keeps the process alive.
 */
export class LogOutput implements DestinationStream {
  readonly #stream: Writable;
  readonly #base: Readonly<Record<string, string>>;
  #gathered = '';
  #dropped = 0;
  #timer: NodeJS.Timeout | undefined;

  /** `base` holds the members of every line. */
  constructor(stream: Writable, base: Readonly<Record<string, string>> = {}) {
    this.#stream = stream;
    this.#base = base;
    // A reader that is gone is no reason to end: unheard, the event would.
    stream.on('error', () => undefined);
  }

  write(line: string): void {
    if (this.#stream.writableLength > MAX_UNREAD_BYTES) {
      this.#dropped += 1;
      return;
    }
    if (this.#dropped > 0) {
      const line = { level: 'warn', time: new Date().toISOString(), ...this.#base, dropped: this.#dropped };
      this.#gathered += `${JSON.stringify({ ...line, msg: 'log lines were dropped' })}\n`;
      this.#dropped = 0;
    }
    this.#gathered += line;
    if (this.#gathered.length >= FLUSH_LENGTH) this.#send();
    else this.#timer ??= setTimeout(() => this.#send(), FLUSH_MS).unref();
  }

  /** Resolves when the system has the lines, or will not take them in this time. */
  flush(limitMs: number): Promise<void> {
    return new Promise((resolve) => {
      setTimeout(resolve, limitMs);
      this.#send(() => resolve());
    });
  }

  /** For the end of the process, when nothing can be waited for. */
  flushNow(): void {
    this.#send();
  }

  #send(done?: () => void): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const text = this.#gathered;
    this.#gathered = '';
    if (this.#stream.writable) this.#stream.write(text, done);
    else done?.();
  }
}
