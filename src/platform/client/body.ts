import { brotliDecompress, gunzip, inflate, inflateRaw, type ZlibOptions } from 'node:zlib';

type Decompress = (
  bytes: Buffer,
  options: ZlibOptions,
  done: (error: NodeJS.ErrnoException | null, whole: Buffer) => void,
) => void;

/** Codings that are read although none is accepted: some gateways compress whatever passes. */
const DECOMPRESS = new Map<string, (bytes: Buffer) => Decompress>([
  ['gzip', () => gunzip],
  ['x-gzip', () => gunzip],
  ['br', () => brotliDecompress],
  // Servers send it with and without the header of zlib (RFC 9110, 8.4.1.2).
  ['deflate', (bytes) => (hasZlibHeader(bytes) ? inflate : inflateRaw)],
]);

/** Name of the coding of a body, null when it has none. Several are one that nobody knows: each may multiply the size. */
export function codingOf(contentEncoding: string | string[] | undefined): string | null {
  if (contentEncoding === undefined) return null;
  const names = String(contentEncoding)
    .toLowerCase()
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '' && name !== 'identity');
  return names.length === 0 ? null : names.join(', ');
}

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

/** The text of a body: UTF-8, or what its byte order mark says. The mark is no part of it. */
export function textOf(bytes: Buffer): string {
  const first = bytes[0] ?? 0;
  // JSON begins with ASCII: nearly every body ends here.
  if (first < 0x80) return bytes.toString('utf8');
  if (first === 0xff && bytes[1] === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  if (first === 0xfe && bytes[1] === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  return new TextDecoder('utf-8').decode(bytes);
}
