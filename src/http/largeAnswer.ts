import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { type AnswerPiece, PIECE } from '../graphql/answerText.ts';
import type { Pacer } from '../platform/client/pacer.ts';

/** Characters from which on an answer is counted while it is on its way. */
export const LARGE_ANSWER = 64 * 1024;

/** A large answer as a stream, which is written in stretches with other work in between. */
export function answerStream(text: string, turns: Pacer): Readable {
  return Readable.from(inTurns(text, turns));
}

async function* inTurns(text: string, turns: Pacer): AsyncGenerator<string> {
  for (const piece of piecesOf(text)) {
    await turns.next();
    yield piece;
  }
}

/** Writes a large answer in the same way, and frees each piece with its writing. Ends with the connection if the caller leaves. */
export async function writeLarge(answer: ServerResponse, pieces: readonly AnswerPiece[], turns: Pacer): Promise<void> {
  const closed = new Promise<void>((resolve) => answer.once('close', resolve));
  for (const piece of pieces) {
    await turns.next();
    if (answer.destroyed) return;
    await Promise.race([closed, new Promise<void>((resolve) => answer.write(piece, () => resolve()))]);
    // Bytes that wait for a collection bring on full ones.
    if (!answer.destroyed) piece.buffer.transfer(0);
  }
  answer.end();
}

/** Pieces of a text. */
function* piecesOf(text: string): Generator<string> {
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
