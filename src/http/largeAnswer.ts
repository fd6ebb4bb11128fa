import { Readable } from 'node:stream';
import type { Pacer } from '../platform/client/pacer.ts';

/** Characters from which on an answer is counted while it is on its way. */
export const LARGE_ANSWER = 64 * 1024;

/**
 * Bytes of an answer that are written in one stretch: about a millisecond, nearly all of it the kernel's. With smaller ones an answer
 * outlives young collections, and takes memory until a full one.
 */
export const PIECE = 512 * 1024;

/** A large answer as a stream, which is written in stretches with other work in between. */
export function answerStream(bytes: Buffer, turns: Pacer): Readable {
  return Readable.from(piecesOf(bytes, turns));
}

async function* piecesOf(bytes: Buffer, turns: Pacer): AsyncGenerator<Buffer> {
  for (let start = 0; start < bytes.length; start += PIECE) {
    await turns.next();
    yield bytes.subarray(start, start + PIECE);
  }
}
