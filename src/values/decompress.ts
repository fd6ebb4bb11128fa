import { brotliDecompress, gunzip, inflate, inflateRaw, type ZlibOptions } from 'node:zlib';

type Decompress = (
  bytes: Buffer,
  options: ZlibOptions,
  done: (error: NodeJS.ErrnoException | null, whole: Buffer) => void,
) => void;

const DECOMPRESS = new Map<string, (bytes: Buffer) => Decompress>([
  ['gzip', () => gunzip],
  ['x-gzip', () => gunzip],
  // Sent with and without the header of zlib (RFC 9110, 8.4.1.2).
  ['deflate', (bytes) => (hasZlibHeader(bytes) ? inflate : inflateRaw)],
  ['br', () => brotliDecompress],
]);

/** Codings that can be read. */
export const CODINGS: readonly string[] = [...DECOMPRESS.keys()];

/** The body as it was before it was compressed, or why it cannot be had. Holds no more than `maxBytes` on the way. */
export function decompressed(
  bytes: Buffer,
  coding: string,
  maxBytes: number,
): Promise<Buffer | 'too-large' | 'unreadable'> {
  const { promise, resolve } = Promise.withResolvers<Buffer | 'too-large' | 'unreadable'>();
  const decompress = DECOMPRESS.get(coding)?.(bytes);
  if (!decompress) return Promise.resolve('unreadable');
  decompress(bytes, { maxOutputLength: maxBytes }, (error, whole) => {
    if (!error) resolve(whole);
    else resolve(error.code === 'ERR_BUFFER_TOO_LARGE' ? 'too-large' : 'unreadable');
  });
  return promise;
}

function hasZlibHeader(bytes: Buffer): boolean {
  const [first = 0, second = 0] = bytes.subarray(0, 2);
  const isDeflate = (first & 0x0f) === 8;
  return isDeflate && (first * 256 + second) % 31 === 0;
}
