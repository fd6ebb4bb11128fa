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

/** The text of a body: UTF-8, or what its byte order mark says. The mark is no part of it. */
export function textOf(bytes: Buffer): string {
  const first = bytes[0] ?? 0;
  // JSON begins with ASCII: nearly every body ends here.
  if (first < 0x80) return bytes.toString('utf8');
  if (first === 0xff && bytes[1] === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  if (first === 0xfe && bytes[1] === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  return new TextDecoder('utf-8').decode(bytes);
}
