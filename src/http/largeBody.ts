import { Readable } from 'node:stream';
import type { Pacer } from '../platform/client/pacer.ts';

/** Characters of an answer that are written in one stretch: a third of a millisecond, most of it the kernel's. */
export const PIECE = 128 * 1024;

/** A large answer as a stream, which is written in stretches with other work in between. */
export function largeBody(text: string, turns: Pacer): Readable {
  return Readable.from(piecesOf(text, turns));
}

async function* piecesOf(text: string, turns: Pacer): AsyncGenerator<string> {
  for (let start = 0; start < text.length; ) {
    await turns.next();
    const end = endOfPiece(text, start);
    yield text.slice(start, end);
    start = end;
  }
}

/** A surrogate pair stays together: half of one has no encoding. */
function endOfPiece(text: string, start: number): number {
  const end = start + PIECE;
  const unit = text.charCodeAt(end - 1);
  return unit >= 0xd800 && unit < 0xdc00 ? end - 1 : end;
}
