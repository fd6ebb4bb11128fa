import { isUtf8 } from 'node:buffer';
import { brotliDecompress, gunzip, inflate, inflateRaw } from 'node:zlib';
import type { FastifyRequest } from 'fastify';
import { BodyTurns } from './bodyTurns.ts';

/** Bound of a body as it arrives, and of what comes out of it. */
export const MAX_BODY_BYTES = 1024 * 1024;

/** A body that cannot be used. The HTTP status says what kind of mistake it is. */
class BodyError extends Error {
  override readonly name = 'BodyError';
  readonly statusCode: number;

  constructor(statusCode: number, message: string) {
    super(message);
    this.statusCode = statusCode;
  }
}

type Parsed = (error: Error | null, body?: unknown) => void;
type Parsing = (body: Buffer, done: Parsed) => void;

type Decompress = (
  body: Buffer,
  options: { readonly maxOutputLength: number },
  done: (error: NodeJS.ErrnoException | null, plain: Buffer) => void,
) => void;

/** By name of the coding. `deflate` is in the format of zlib by the standard, and bare with some clients: the first byte tells. */
const DECOMPRESSORS: Readonly<Record<string, (body: Buffer) => Decompress>> = {
  gzip: () => gunzip,
  'x-gzip': () => gunzip,
  deflate: ([first = 0]: Buffer) => ((first & 0x0f) === 8 ? inflate : inflateRaw),
  br: () => brotliDecompress,
};

/** Parser of the bodies of requests. Small ones that are not compressed, nearly all, cost no promise and no turn of the loop. */
export function bodyParser(turns = new BodyTurns()): (request: FastifyRequest, body: Buffer, done: Parsed) => void {
  const parse: Parsing = (body, done) => turns.take(body.length, () => parseJson(body, done));
  return ({ headers }, body, done) => {
    if (!isCharsetKnown(headers['content-type'] ?? '')) {
      done(new BodyError(415, 'The body has another charset than UTF-8.'));
      return;
    }
    const coding = headers['content-encoding']?.trim().toLowerCase() ?? 'identity';
    if (coding === 'identity') parse(body, done);
    else decompress(coding, body, parse, done);
  };
}

function parseJson(body: Buffer, done: Parsed): void {
  let parsed: unknown;
  try {
    if (!isUtf8(body)) throw new Error('not UTF-8');
    parsed = JSON.parse(body.toString('utf8'));
  } catch {
    done(new BodyError(400, 'The body is not valid JSON in UTF-8.'));
    return;
  }
  done(null, parsed);
}

/** Inflates no further than a body may be long. */
function decompress(coding: string, body: Buffer, parse: Parsing, done: Parsed): void {
  const choose = Object.hasOwn(DECOMPRESSORS, coding) ? DECOMPRESSORS[coding] : undefined;
  if (!choose) {
    const known = Object.keys(DECOMPRESSORS).join(', ');
    done(new BodyError(415, `The body may be compressed once, by one of ${known}.`));
    return;
  }
  choose(body)(body, { maxOutputLength: MAX_BODY_BYTES }, (error, plain) => {
    if (!error) parse(plain, done);
    else if (error.code === 'ERR_BUFFER_TOO_LARGE')
      done(new BodyError(413, 'The body is too large once decompressed.'));
    else done(new BodyError(400, 'The body is not compressed as its `content-encoding` says.'));
  });
}

/** JSON is UTF-8; a charset need not be named. */
function isCharsetKnown(contentType: string): boolean {
  if (contentType === 'application/json') return true;
  const named = [...contentType.matchAll(/;\s*charset\s*=\s*"?([^";\s]*)/gi)];
  return named.every(([, charset = '']) => /^utf-?8$/i.test(charset));
}
