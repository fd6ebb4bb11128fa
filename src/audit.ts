import { once } from 'node:events';
import { open } from 'node:fs/promises';
import type { Writable } from 'node:stream';
import { ConfigError } from './config.ts';
import { redactTokens } from './secret.ts';

/** Who a mutation was made by: a credential by its keyed hash, never by its value. */
export interface AuditActor {
  /** Such as `organization`. The credential that the mutation ran on, or the first accepted one when it ran on none. */
  readonly kind: string;
  readonly fingerprint: string;
  /** Who the company's own token names. Null where callers bring none. */
  readonly subject: string | null;
}

/** How a mutation ended. */
export type AuditOutcome =
  /** All that was asked for was done, or was so already. */
  | 'SUCCEEDED'
  /** Nothing was changed, for a reason that the caller can correct. */
  | 'REFUSED'
  /** Something was changed, but not all that was asked for. `codes` says why. */
  | 'INCOMPLETE'
  /** An error, and nothing was changed as far as is known. */
  | 'FAILED'
  /** The answer of the platform was lost: the change may have been made. */
  | 'UNKNOWN';

/** One mutation, dry runs included. Written before its answer leaves. */
export interface AuditEvent {
  readonly requestId: string;
  readonly actor: AuditActor;
  /** Name of the mutation, such as `blockApiToken`. */
  readonly action: string;
  /** `ApiToken.id` or a project's UUID. Null when the mutation never had one. */
  readonly target: string | null;
  /** As the caller gave it, up to 1,000 characters, with everything cut out that looks like a token. */
  readonly reason: string | null;
  /** State before and after, as far as it is known. Null: there was none, or it is not known. */
  readonly before: unknown;
  readonly after: unknown;
  /** What was seen of the change taking effect. Null when there was nothing to see. */
  readonly verification: unknown;
  readonly outcome: AuditOutcome;
  /** Whether something was changed at the platform. */
  readonly changed: boolean;
  /** Codes of the user errors, or of the one error that ended the mutation. */
  readonly codes: readonly string[];
  /** What only this kind of mutation has to tell. */
  readonly details?: unknown;
}

/** Says that a mutation is about to write to the platform: should the process die now, the log has it. Not an event. */
export interface AuditIntent {
  readonly requestId: string;
  readonly actor: AuditActor;
  /** Name of the mutation. Another member than the event's `action`, so that counting actions counts mutations. */
  readonly intent: string;
  readonly target: string | null;
}

/** The event could not be written. */
export class AuditUnavailableError extends Error {
  override readonly name = 'AuditUnavailableError';
}

/**
 * Where mutations leave their trace: one JSON object a line, each with the `time` of its writing in front. Mutations do not
 * call it themselves: they run inside `audited`, which does.
 */
export interface AuditLog {
  /** Resolves when the line is handed to the system whole. Rejects with `AuditUnavailableError`. */
  write(entry: AuditEvent | AuditIntent): Promise<void>;
  close(): Promise<void>;
}

/** Appends to a file, which is created when it is not there, for its owner alone. Throws `ConfigError`. */
export async function openAuditFile(path: string): Promise<AuditLog> {
  const file = await open(path, 'a', 0o600).catch(() => {
    throw new ConfigError([`AUDIT_LOG names a file that cannot be written: ${redactTokens(path)}.`]);
  });
  return lineByLine(
    (text) => file.appendFile(text),
    () => file.close(),
  );
}

/** Writes to a stream, such as standard output. */
export function auditStream(stream: Writable): AuditLog {
  // Whoever writes hears of a failure by the callback; unheard, the event would end the process.
  stream.on('error', () => undefined);
  const append = async (text: string) => {
    if (stream.destroyed || stream.errored || stream.writableEnded) throw new Error('the stream is closed');
    const written = Promise.withResolvers<void>();
    const waits = !stream.write(text, (error) => (error ? written.reject(error) : written.resolve()));
    await written.promise;
    if (waits && stream.writableNeedDrain) await once(stream, 'drain');
  };
  return lineByLine(append, async () => undefined);
}

/** Writes one line at a time, so that no two get mixed. What a failure left of a line is closed before the next. */
export function lineByLine(append: (text: string) => Promise<unknown>, close: () => Promise<void>): AuditLog {
  let last: Promise<unknown> = Promise.resolve();
  let isTorn = false;
  const appendLine = async (line: string) => {
    try {
      await append(isTorn ? `\n${line}` : line);
      isTorn = false;
    } catch (error) {
      isTorn = true;
      throw new AuditUnavailableError('an audit event could not be written', { cause: error });
    }
  };
  return {
    write: (entry) => {
      const line = `${redactTokens(JSON.stringify({ time: new Date().toISOString(), ...entry }))}\n`;
      const written = last.then(() => appendLine(line));
      last = written.catch(() => undefined);
      return written;
    },
    close: async () => {
      await last;
      await close();
    },
  };
}
