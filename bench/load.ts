import { isDeepStrictEqual } from 'node:util';
import { Pool } from 'undici';
import type { Question } from './operations.ts';
import type { Running } from './processes.ts';
import { cpuMilliseconds } from './processTree.ts';
import type { ServerName } from './servers.ts';

/** A request ready to be sent, with the token of one caller. */
export interface Shot {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body: string | null;
}

/** A shot and the bytes that must come back. */
export interface CheckedShot {
  readonly shot: Shot;
  readonly expected: Buffer;
}

export interface Measured {
  readonly operations: number;
  /** Of the server's process tree, per operation. */
  readonly cpuMs: number;
  readonly p50: number;
  readonly p99: number;
}

/** The request with which a server is asked. */
export function shotAt(server: ServerName, question: Question, token: string): Shot {
  const { tokens, accept } = question;
  const headers = {
    authorization: `Bearer ${token}`,
    'content-type': 'application/json',
    ...(tokens && { 'geai-tokens': tokens.join(', ') }),
    ...(accept !== undefined && { accept }),
  };
  if (server === 'handwritten') {
    const { path, body } = question;
    return { method: body === undefined ? 'GET' : 'POST', path, headers, body: body ?? null };
  }
  const { document, variables } = question;
  return {
    method: 'POST',
    path: server === 'typical' ? '/' : '/graphql',
    headers,
    body: JSON.stringify({ query: document, variables }),
  };
}

/** Sends requests to one server over kept-alive connections. Every body is compared with the one that was checked. */
export class Gun {
  readonly #pool: Pool;
  readonly #server: Running;

  constructor(server: Running, connections: number) {
    this.#server = server;
    this.#pool = new Pool(server.url, { connections, pipelining: 1, headersTimeout: 0, bodyTimeout: 0 });
  }

  async bytesOf(shot: Shot): Promise<Buffer> {
    const { statusCode, body } = await this.#pool.request(shot);
    const bytes = Buffer.from(await body.arrayBuffer());
    if (statusCode === 200) return bytes;
    throw new Error(`status ${statusCode}: ${bytes.toString('utf8', 0, 500)}`);
  }

  /** Each of `shots` is a caller who asks again as soon as it has its answer, until `isDone`. */
  async fire(shots: readonly CheckedShot[], isDone: (operations: number) => boolean): Promise<Measured> {
    const walls: number[] = [];
    let started = 0;
    const caller = async ({ shot, expected }: CheckedShot) => {
      while (!isDone(started)) {
        started += 1;
        const at = performance.now();
        checkBytes(await this.bytesOf(shot), expected);
        walls.push(performance.now() - at);
      }
    };
    const before = cpuMilliseconds(this.#server.pid);
    await Promise.all(shots.map(caller));
    const cpuMs = (cpuMilliseconds(this.#server.pid) - before) / walls.length;
    walls.sort((a, b) => a - b);
    return { operations: walls.length, cpuMs, p50: quantile(walls, 0.5), p99: quantile(walls, 0.99) };
  }

  close(): Promise<void> {
    return this.#pool.close();
  }
}

/** Throws when a body is not, byte for byte, the one that was checked before. */
export function checkBytes(bytes: Buffer, expected: Buffer): void {
  if (!bytes.equals(expected))
    throw new Error(`a body differs from the checked one: ${bytes.toString('utf8', 0, 300)}`);
}

/** Throws when two bodies do not say the same, or when what they say is an error. */
export function checkSame(bytes: Buffer, reference: Buffer, who: string): void {
  const [answer, expected]: unknown[] = [bytes, reference].map((text) => JSON.parse(text.toString()));
  if (typeof expected !== 'object' || expected === null || 'errors' in expected) throw new Error(`${who}: errors`);
  if (isDeepStrictEqual(answer, expected)) return;
  throw new Error(
    `${who} answers something else:\n${bytes.toString('utf8', 0, 600)}\nnot\n${reference.toString('utf8', 0, 600)}`,
  );
}

function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
