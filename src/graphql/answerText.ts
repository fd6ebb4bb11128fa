/** Characters of JSON, about, that are written in one stretch: half a millisecond. */
const STRETCH = 128 * 1024;

/** Characters of a piece, at least: what is sent in one stretch. */
const PIECE = 512 * 1024;

/** Characters that a value takes beside its text, about. */
const VALUE = 8;

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

/** The same text in pieces, or as one if that is short. A long one would take a stretch to put together, and its memory again. */
export async function largeBody(answer: object, next: Next): Promise<string | readonly string[]> {
  const pieces: string[] = [];
  let piece = '';
  for await (const text of stretchesOf(answer, next)) {
    piece += text;
    if (piece.length < PIECE) continue;
    pieces.push(piece);
    piece = '';
  }
  if (pieces.length === 0) return piece;
  if (piece !== '') pieces.push(piece);
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
