/** Characters of JSON, about, that are written in one stretch: half a millisecond. */
const STRETCH = 128 * 1024;

/**
 * Characters of an answer that are written in one stretch: about a millisecond, nearly all of it the kernel's. With smaller ones an answer
 * outlives young collections, and takes memory until a full one.
 */
export const PIECE = 512 * 1024;

/** Characters that a value takes beside its text, about. */
const VALUE = 8;

/** Bytes that share their memory with nobody: it is freed once they were written. */
export type AnswerPiece = Uint8Array<ArrayBuffer>;

/** Small buffers of Node share memory. */
const ENCODER = new TextEncoder();

/** Waits before the next stretch. */
type Next = () => Promise<void>;

/** The text that `JSON.stringify` makes of an answer. A large one is written in stretches, with other work in between. */
export function answerText(answer: object, next: Next): string | Promise<string> {
  return sizeUpTo(STRETCH, answer) <= STRETCH ? JSON.stringify(answer) : largeText(answer, next);
}

/** The same of an answer that is known to be large. */
async function largeText(answer: object, next: Next): Promise<string> {
  const texts: string[] = [];
  for await (const text of stretchesOf(answer, next)) texts.push(text);
  return texts.join('');
}

/** Bytes of that text in pieces, or the text if one piece is all. A long text as a whole would take a stretch to encode, and its memory. */
export async function largeBody(answer: object, next: Next): Promise<string | readonly AnswerPiece[]> {
  const pieces: AnswerPiece[] = [];
  let text = '';
  for await (const more of stretchesOf(answer, next)) {
    text += more;
    if (text.length < PIECE) continue;
    pieces.push(ENCODER.encode(text));
    text = '';
  }
  if (pieces.length === 0) return text;
  if (text !== '') pieces.push(ENCODER.encode(text));
  return pieces;
}

/** Text of an answer, a stretch at a time. */
async function* stretchesOf(answer: object, next: Next): AsyncGenerator<string> {
  let stretch = '';
  for (const text of piecesOf(answer)) {
    stretch += text;
    if (stretch.length < STRETCH) continue;
    yield stretch;
    stretch = '';
    await next();
  }
  if (stretch !== '') yield stretch;
}

/** Pieces of the JSON of a value, none much longer than a stretch unless a single text is. */
function piecesOf(value: object): Generator<string> {
  return Array.isArray(value) ? piecesOfList(value) : piecesOfObject(value);
}

function* piecesOfObject(value: object): Generator<string> {
  let before = '{';
  for (const [name, member] of Object.entries(value)) {
    const start = `${before}${JSON.stringify(name)}:`;
    if (isLarge(member)) {
      yield start;
      yield* piecesOf(member);
    } else {
      const text = JSON.stringify(member);
      // No JSON: it is left out.
      if (text === undefined) continue;
      yield start + text;
    }
    before = ',';
  }
  yield before === '{' ? '{}' : '}';
}

function* piecesOfList(list: readonly unknown[]): Generator<string> {
  let before = '[';
  for (let index = 0; index < list.length; ) {
    const item = list[index];
    if (isLarge(item)) {
      yield before;
      yield* piecesOf(item);
      index += 1;
    } else {
      const end = endOfRun(list, index);
      yield before + JSON.stringify(list.slice(index, end)).slice(1, -1);
      index = end;
    }
    before = ',';
  }
  yield before === '[' ? '[]' : ']';
}

/** End of the items from `start` on that are written together. The first is, whatever its size. */
function endOfRun(list: readonly unknown[], start: number): number {
  let end = start;
  for (let left = STRETCH; left > 0 && end < list.length; end += 1) {
    const size = sizeUpTo(STRETCH, list[end]);
    if (end > start && size > STRETCH) break;
    left -= size;
  }
  return end;
}

/** True for a list or object to be cut. One with `toJSON` says itself what its JSON is. */
function isLarge(value: unknown): value is object {
  if (typeof value !== 'object' || value === null || sizeUpTo(STRETCH, value) <= STRETCH) return false;
  return !('toJSON' in value && typeof value.toJSON === 'function');
}

/** Characters of the JSON of a value, about; anything above `most` for more. */
function sizeUpTo(most: number, value: unknown): number {
  if (typeof value === 'string') return VALUE + value.length;
  if (typeof value !== 'object' || value === null) return VALUE;
  let size = VALUE;
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length && size <= most; index += 1) size += sizeUpTo(most - size, value[index]);
    return size;
  }
  for (const name in value) {
    if (size > most) break;
    size += name.length + sizeUpTo(most - size, (value as Readonly<Record<string, unknown>>)[name]);
  }
  return size;
}
