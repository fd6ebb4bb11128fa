import { randomUUID } from 'node:crypto';

/** Characters of a list that are read in one stretch: about a millisecond. */
export const JSON_PIECE = 256 * 1024;

/** Stands for the items of a list while the rest is read. Nobody else knows it. */
const MARK = randomUUID();

const [QUOTE, COMMA, BACKSLASH] = [0x22, 0x2c, 0x5c];
const [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d];

/**
 * The value that `parse` makes of JSON, which is undefined for what is none. A list longer than `length` is read in stretches, if it is
 * the whole or a member of it.
 */
export async function parseLong(
  text: string,
  parse: (text: string) => unknown,
  turns: { next(): Promise<void> },
  length = JSON_PIECE,
): Promise<unknown> {
  const start = longList(text, length);
  if (start === null) return parse(text);
  const items: unknown[] = [];
  let end = start - 1;
  do {
    if (items.length > 0) await turns.next();
    const from = end + 1;
    end = endOfItems(text, from, from + length);
    const piece = parse(`[${text.slice(from, end)}]`);
    // Between two commas nothing is no item.
    if (!Array.isArray(piece) || piece.length === 0) return undefined;
    for (const item of piece) items.push(item);
  } while (text.charCodeAt(end) === COMMA);
  const rest = parse(`${text.slice(0, start)}"${MARK}"${text.slice(end)}`);
  const list = markedList(rest);
  list?.splice(0, 1);
  for (const item of list ? items : []) list?.push(item);
  return rest;
}

/** The list without its items. Undefined if another member of the same name came later. */
function markedList(rest: unknown): unknown[] | undefined {
  if (typeof rest !== 'object' || rest === null) return undefined;
  return [rest, ...Object.values(rest)].find((value): value is unknown[] => Array.isArray(value) && value[0] === MARK);
}

/** Index of the first item of a long list. Null if there is none. */
function longList(text: string, length: number): number | null {
  let depth = 0;
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit === QUOTE) at = endOfString(text, at);
    else if (unit === OPEN_OBJECT) depth += 1;
    else if (unit === CLOSE_OBJECT) depth -= 1;
    else if (unit === OPEN_LIST) {
      const end = endOfItems(text, at + 1, at + 1 + (depth <= 1 ? length : text.length));
      if (text.charCodeAt(end) === COMMA) return at + 1;
      at = end;
    }
  }
  return null;
}

/** Index of the first comma between items that lies `beyond`, or of the end of the list. */
function endOfItems(text: string, from: number, beyond: number): number {
  let depth = 0;
  for (let at = from; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit === QUOTE) at = endOfString(text, at);
    else if (unit === OPEN_LIST || unit === OPEN_OBJECT) depth += 1;
    else if (unit === CLOSE_LIST || unit === CLOSE_OBJECT) {
      if (depth === 0) return at;
      depth -= 1;
    } else if (unit === COMMA && depth === 0 && at >= beyond) return at;
  }
  return text.length;
}

/** Index of the quote that ends a string. */
function endOfString(text: string, start: number): number {
  for (let at = start + 1; ; at += 1) {
    at = text.indexOf('"', at);
    if (at < 0) return text.length;
    let before = at;
    while (text.charCodeAt(before - 1) === BACKSLASH) before -= 1;
    if ((at - before) % 2 === 0) return at;
  }
}
