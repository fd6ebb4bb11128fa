import { open } from 'node:fs/promises';
import { type Dispatcher, request } from 'undici';

/** Bytes of a key set, at most. A hundred keys of 4,096 bits are about 80 KB. */
const MAX_BYTES = 256 * 1024;

/** Reads the text of a key set. Rejects when it cannot, in bounded time. */
export type KeySource = () => Promise<string>;

/** Key set at an address. Redirects are not followed. The dispatcher is for calls through a proxy. */
export function keysAt(url: URL, timeoutMs: number, dispatcher?: Dispatcher): KeySource {
  return async () => {
    const headers = { accept: 'application/jwk-set+json, application/json' };
    const signal = AbortSignal.timeout(timeoutMs);
    const { statusCode, body } = await request(url, { headers, signal, ...(dispatcher && { dispatcher }) });
    if (statusCode === 200) return textOf(body);
    // Unheard, the error of a body that is given up would end the process.
    body.on('error', () => undefined).destroy();
    throw new Error(`the address of the keys answers ${statusCode}`);
  };
}

/** Key set in a file, which may be replaced at any time. */
export function keysIn(path: string): KeySource {
  return async () => {
    const file = await open(path);
    try {
      return await textOf(file.createReadStream({ autoClose: false }));
    } finally {
      await file.close();
    }
  };
}

/** Reads no further than a key set may be long. */
async function textOf(chunks: AsyncIterable<Buffer>): Promise<string> {
  const read: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of chunks) {
    bytes += chunk.length;
    if (bytes > MAX_BYTES) throw new Error(`the keys have more than ${MAX_BYTES} bytes`);
    read.push(chunk);
  }
  // Leaves a byte order mark out.
  return new TextDecoder().decode(Buffer.concat(read));
}
