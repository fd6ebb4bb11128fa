import { constants } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';
import { ConfigError } from '../config.ts';
import { fileFailure } from '../values/fileFailure.ts';
import { redactTokens } from '../values/secret.ts';
import { type AuditLog, type AuditSink, lineByLine } from './auditLog.ts';

/**
 * Appends to a file, which is created when it is not there, for its owner alone. A file that was moved away or deleted is noticed,
 * and another one begun in its place. Throws `ConfigError`.
 */
export async function openAuditFile(path: string, timeoutMs: number): Promise<AuditLog> {
  const file = await openAt(path).catch((error: unknown) => {
    throw new ConfigError([`AUDIT_LOG names a file that ${fileFailure(error, true)}: ${redactTokens(path)}.`]);
  });
  return lineByLine(new AuditFile(path, file), timeoutMs);
}

/** An open file, and the identity that distinguishes it from another one at its path. */
interface OpenFile {
  readonly handle: FileHandle;
  readonly identity: string;
}

class AuditFile implements AuditSink {
  readonly #path: string;
  #file: OpenFile;

  constructor(path: string, file: OpenFile) {
    this.#path = path;
    this.#file = file;
  }

  async renew(): Promise<boolean> {
    return !(await this.#isAtItsPath()) && this.reopen();
  }

  async append(text: string): Promise<void> {
    await this.#file.handle.appendFile(text);
    if (await this.#isDeleted()) {
      // The line that was just written went with it.
      await this.reopen();
      await this.#file.handle.appendFile(text);
    }
  }

  async reopen(): Promise<boolean> {
    const { handle, identity } = this.#file;
    this.#file = await openAt(this.#path);
    await handle.close().catch(() => undefined);
    return this.#file.identity !== identity;
  }

  close(): Promise<void> {
    return this.#file.handle.close();
  }

  async #isAtItsPath(): Promise<boolean> {
    const found = await stat(this.#path, { bigint: true }).catch(() => null);
    return found !== null && identityOf(found) === this.#file.identity;
  }

  async #isDeleted(): Promise<boolean> {
    return !(await this.#isAtItsPath()) && (await this.#file.handle.stat()).nlink === 0;
  }
}

const { O_APPEND, O_CREAT, O_NONBLOCK, O_WRONLY } = constants;
const APPENDING = O_APPEND | O_CREAT | O_WRONLY;

/** Opening a pipe that nobody reads would wait for a reader. A pipe is then opened again, so that its lines wait for room. */
async function openAt(path: string): Promise<OpenFile> {
  const tried = await open(path, APPENDING | O_NONBLOCK, 0o600);
  const found = await tried.stat({ bigint: true });
  if (!found.isFIFO()) return { handle: tried, identity: identityOf(found) };
  try {
    return { handle: await open(path, APPENDING), identity: identityOf(found) };
  } finally {
    await tried.close();
  }
}

function identityOf({ dev, ino }: { readonly dev: bigint; readonly ino: bigint }): string {
  return `${dev} ${ino}`;
}
