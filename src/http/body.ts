import { isUtf8 } from 'node:buffer';
import type { FastifyRequest } from 'fastify';
import { CODINGS, decompressed } from '../values/decompress.ts';
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
    else void decompress(coding, body, parse, done);
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
async function decompress(coding: string, body: Buffer, parse: Parsing, done: Parsed): Promise<void> {
  if (!CODINGS.includes(coding)) {
    done(new BodyError(415, `The body may be compressed once, by one of ${CODINGS.join(', ')}.`));
    return;
  }
  const plain = await decompressed(body, coding, MAX_BODY_BYTES);
  if (plain === 'too-large') done(new BodyError(413, 'The body is too large once decompressed.'));
  else if (plain !== 'unreadable') parse(plain, done);
  else done(new BodyError(400, 'The body is not compressed as its `content-encoding` says.'));
}

/** JSON is UTF-8; a charset need not be named. */
function isCharsetKnown(contentType: string): boolean {
  if (contentType === 'application/json') return true;
  const named = [...contentType.matchAll(/;\s*charset\s*=\s*"?([^";\s]*)/gi)];
  return named.every(([, charset = '']) => /^utf-?8$/i.test(charset));
}
