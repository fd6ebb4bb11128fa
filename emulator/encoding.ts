import { brotliCompressSync, constants, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import type { Encoding } from './faults.ts';

type Coding = NonNullable<Encoding['coding']>;
type Mark = NonNullable<Encoding['mark']>;

/** Fast rather than small: bodies may be large. */
const LEVEL = { level: 1 };

const COMPRESS: Record<Coding, (bytes: Buffer) => Buffer> = {
  gzip: (bytes) => gzipSync(bytes, LEVEL),
  br: (bytes) => brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } }),
  deflate: (bytes) => deflateSync(bytes, LEVEL),
  'deflate-raw': (bytes) => deflateRawSync(bytes, LEVEL),
};

const LABELS: Record<Coding, string> = { gzip: 'gzip', br: 'br', deflate: 'deflate', 'deflate-raw': 'deflate' };

const BYTE_ORDER_MARK = '\uFEFF';

const WRITE: Record<Mark, (text: string) => Buffer> = {
  'utf-8': (text) => Buffer.from(text, 'utf8'),
  'utf-16le': (text) => Buffer.from(text, 'utf16le'),
  'utf-16be': (text) => Buffer.from(text, 'utf16le').swap16(),
};

/** The bytes of a body and the `content-encoding` that they are labelled with. */
export function encodedAnswer(body: Buffer, { coding, label, mark, padding = 0 }: Encoding) {
  const padded = padding > 0 ? Buffer.concat([body, Buffer.alloc(padding, ' ')]) : body;
  const written = mark ? WRITE[mark](BYTE_ORDER_MARK + String(padded)) : padded;
  if (!coding) return { bytes: written, label };
  return { bytes: COMPRESS[coding](written), label: label ?? LABELS[coding] };
}
