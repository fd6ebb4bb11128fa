/** True if a candidate still shows the failure. */
export type Fails<T> = (candidate: T) => Promise<boolean>;

/** Tries that one request is worth. */
const MOST_TRIES = 1_500;

/** The shortest list that still fails by leaving out parts, ever smaller ones: delta debugging. */
export async function shrunkList<T>(items: readonly T[], fails: Fails<readonly T[]>): Promise<readonly T[]> {
  let kept = items;
  for (let size = Math.ceil(kept.length / 2); size > 0; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = 0; at < kept.length; ) {
      const rest = kept.toSpliced(at, size);
      if (await fails(rest)) kept = rest;
      else at += size;
    }
  }
  return kept;
}

/** The smallest JSON value of the same form that still fails. */
export async function shrunkValue(value: unknown, fails: Fails<unknown>): Promise<unknown> {
  if (typeof value === 'string') {
    const parts = await shrunkList(value.match(/\w+|[^\w]/gu) ?? [], (some) => fails(some.join('')));
    return parts.join('');
  }
  if (typeof value !== 'object' || value === null) return value;
  const isList = Array.isArray(value);
  const built = (entries: readonly (readonly [string, unknown])[]) =>
    isList ? entries.map(([, member]) => member) : Object.fromEntries(entries);
  let kept = await shrunkList(Object.entries(value), (some) => fails(built(some)));
  for (const [at, [key, member]] of kept.entries()) {
    const others = kept;
    const smaller = await shrunkValue(member, (some) => fails(built(others.with(at, [key, some]))));
    kept = kept.with(at, [key, smaller]);
  }
  return built(kept);
}

/** The smallest request that still fails: fewer headers, and less of a body whose length stays as it is stated. */
export async function shrunkRequest(bytes: Buffer, fails: Fails<Buffer>): Promise<Buffer> {
  let left = MOST_TRIES;
  const isFailing: Fails<Buffer> = async (candidate) => left-- > 0 && fails(candidate);
  const parts = partsOf(bytes);
  if (!parts) return shrunkBytes(bytes, isFailing);
  const { body } = parts;
  const [first = '', ...headers] = parts.lines;
  const some = await shrunkList(headers, (kept) => isFailing(joined([first, ...kept], body)));
  const rebuilt = (value: string) => joined([first, ...some], Buffer.from(value));
  const parsed = parsedOf(body);
  if (parsed !== undefined) {
    const value = await shrunkValue(parsed, (candidate) => isFailing(rebuilt(JSON.stringify(candidate) ?? '')));
    const shrunk = rebuilt(JSON.stringify(value));
    // Written anew it may not fail: then it was about how it was written.
    if (await fails(shrunk)) return shrunk;
  }
  if (body.length === 0) return shrunkTarget(first, some, isFailing);
  const chunks = await shrunkList(body.toString('latin1').match(/\w+|\W/g) ?? [], (kept) =>
    isFailing(joined([first, ...some], Buffer.from(kept.join(''), 'latin1'))),
  );
  return joined([first, ...some], Buffer.from(chunks.join(''), 'latin1'));
}

/** Less of what is asked for in the address. */
async function shrunkTarget(first: string, headers: readonly string[], fails: Fails<Buffer>): Promise<Buffer> {
  const [, before = first, search = '', after = ''] = /^(\S+ [^\s?]*\?)(\S*)( .*)$/.exec(first) ?? [];
  const built = (pairs: readonly string[]) => joined([before + pairs.join('') + after, ...headers], Buffer.alloc(0));
  return built(await shrunkList(search.match(/%..|\w+|./g) ?? [], (kept) => fails(built(kept))));
}

/** Lines first, then what they are made of. */
async function shrunkBytes(bytes: Buffer, fails: Fails<Buffer>): Promise<Buffer> {
  const joinedOf = (parts: readonly string[]) => Buffer.from(parts.join(''), 'latin1');
  const lines = await shrunkList(bytes.toString('latin1').split(/(?<=\n)/), (kept) => fails(joinedOf(kept)));
  const words = lines.join('').match(/\w+|\W/g) ?? [];
  return joinedOf(await shrunkList(words, (kept) => fails(joinedOf(kept))));
}

const LENGTH = /^content-length: *(\d+)$/i;

/** Lines of the head and the body of a request that says how long it is. Null: it is framed in another way. */
function partsOf(bytes: Buffer): { readonly lines: readonly string[]; readonly body: Buffer } | null {
  const end = bytes.indexOf('\r\n\r\n');
  if (end < 0) return null;
  const lines = bytes.toString('utf8', 0, end).split('\r\n');
  const body = bytes.subarray(end + 4);
  const stated = lines.map((line) => LENGTH.exec(line)?.[1]).find((length) => length !== undefined);
  if (Number(stated ?? 0) !== body.length) return null;
  return { lines: lines.filter((line) => !LENGTH.test(line)), body };
}

function joined(lines: readonly string[], body: Buffer): Buffer {
  const length = body.length > 0 ? [`content-length: ${body.length}`] : [];
  return Buffer.concat([Buffer.from([...lines, ...length, '', ''].join('\r\n')), body]);
}

/** Undefined for what is no JSON object. */
function parsedOf(body: Buffer): unknown {
  try {
    const value: unknown = JSON.parse(body.toString('utf8'));
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
