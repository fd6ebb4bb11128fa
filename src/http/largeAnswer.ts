import { Readable } from 'node:stream';
import type { Pacer } from '../platform/client/pacer.ts';

/** Characters from which on an answer is counted while it is on its way. */
export const LARGE_ANSWER = 64 * 1024;

/**
 * Characters of an answer that are written in one stretch: about a millisecond, nearly all of it the kernel's. With smaller ones an answer
 * outlives young collections, and takes memory until a full one.
 */
export const PIECE = 512 * 1024;

/**
 * A large answer as a stream, which is written in stretches with other work in between. Text, not buffers: those are freed by collections
 * alone, and their bytes bring on full ones.
 */
export function answerStream(pieces: Iterable<string>, turns: Pacer): Readable {
  return Readable.from(inTurns(pieces, turns));
}

async function* inTurns(pieces: Iterable<string>, turns: Pacer): AsyncGenerator<string> {
  for (const piece of pieces) {
    await turns.next();
    yield piece;
  }
}

/** Pieces of a text. */
export function* piecesOf(text: string): Generator<string> {
  for (let start = 0; start < text.length; ) {
    const end = start + PIECE;
    // Two units of one character stay together.
    const isWithin = isFirstOfPair(text.charCodeAt(end - 1));
    yield text.slice(start, isWithin ? end + 1 : end);
    start = isWithin ? end + 1 : end;
  }
}

function isFirstOfPair(unit: number): boolean {
  return unit >= 0xd800 && unit < 0xdc00;
}
